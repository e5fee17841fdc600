package main

import (
	"os"
	"os/signal"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/seed-6092453b/ferry/internal/cli"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"ferry": func() { os.Exit(cli.Main()) },
	})
}

// TestScripts runs the dialogues of testdata with the real binary. They have
// these commands of their own:
//
//	serve [DIR] [FLAG...]  start ferry serve on a free port of loopback; $URL
//	                       is where it is, $PORT its port; $TLSURL and $TLSPORT
//	                       are those of --listen-tls
//	end [SIGNAL|none]      end it by a signal (default TERM), and check that it
//	                       ends well; its messages are then in the file served
//	send SIGNAL            send it a signal and go on
//	logged PATTERN         wait until the server has said that
//	cut N                  relay to the server, and break everything after N
//	                       octets of data until healed; $CUT is where
//	heal                   let all through again
//	stall N                relay likewise, but the data just stands still
//	stalled                wait until it does; as N is beyond what sockets hold,
//	                       much of it has then arrived
//	age FILE TIME          set the time of a file, as in 2024-05-06T07:08:09Z
//	mtime FILE TIME        check it
//	picture FILE W H       make a PNG picture
//	pictured FILE F W H    check the format and the size of a picture
//	exits CODE COMMAND...  run a command and check its exit code
func TestScripts(t *testing.T) {
	// Under nohup, ferry heeds no SIGHUP, and neither would that of the scripts. What is
	// caught here is not ignored by those that are started from here.
	if signal.Ignored(syscall.SIGHUP) {
		hangups := make(chan os.Signal, 1)
		signal.Notify(hangups, syscall.SIGHUP)
		t.Cleanup(func() { signal.Stop(hangups) })
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("XDG_STATE_HOME", env.WorkDir+"/.state")
			env.Setenv("TZ", "UTC")
			// The race detector lets every process sleep a second before it ends.
			env.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE"))
			return nil
		},
		Condition: condition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve":   serve,
			"end":     end,
			"logged":  logged,
			"send":    send,
			"cut":     startRelay(false),
			"stall":   startRelay(true),
			"heal":    heal,
			"stalled": stalled,
			"fill":    fill,
			"age":     age,
			"mtime":   mtime,
			"exits":   exits,

			"picture":  picture,
			"pictured": pictured,
		},
	})
}
