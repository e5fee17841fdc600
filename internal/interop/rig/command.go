package rig

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpserver"
)

// Patience bounds the run of a client. It is many times what any takes.
const Patience = 5 * time.Minute

// NotShort skips the test where only short ones are asked for.
func NotShort(t testing.TB, what string) {
	t.Helper()
	if testing.Short() {
		t.Skip(what)
	}
}

// An Invocation is a client's command line.
type Invocation struct {
	Path string
	Args []string
	Env  []string // besides the few variables that all have
}

// Command returns a client's command that has nothing of the user's in its
// environment and ends with the test.
func Command(t testing.TB, inv Invocation) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, inv.Path, inv.Args...)
	cmd.Dir = t.TempDir()
	cmd.Env = []string{"HOME=" + cmd.Dir, "PATH=" + os.Getenv("PATH"), "TERM=dumb", "LC_ALL=C.UTF-8", "TZ=UTC"}
	cmd.Env = append(cmd.Env, inv.Env...)
	cmd.WaitDelay = time.Second
	return cmd
}

// Run runs a client that has to succeed.
func Run(t testing.TB, inv Invocation) {
	t.Helper()
	if out, err := Command(t, inv).CombinedOutput(); err != nil {
		t.Fatalf("%s %q: %v\n%s", inv.Path, inv.Args, err, out)
	}
}

// A process is a client that runs beside the test.
type process struct {
	cmd  *exec.Cmd
	out  bytes.Buffer
	gone chan struct{} // closed when it has ended
	err  error         // how; valid then
}

func start(t testing.TB, inv Invocation) *process {
	t.Helper()
	p := &process{cmd: Command(t, inv), gone: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	check(t, p.cmd.Start())
	go func() {
		p.err = p.cmd.Wait()
		close(p.gone)
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill() // it has mostly ended already
		<-p.gone
	})
	return p
}

// Cut starts a client, kills it when some session has moved that much of a file,
// and waits until the server has seen to that.
func Cut(t testing.TB, s *Server, inv Invocation, after int64) {
	t.Helper()
	p := start(t, inv)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for moved(s.Server) < after {
		select {
		case <-tick.C:
		case <-p.gone:
			t.Fatalf("it ended before %d octets had gone over: %v\n%s", after, p.err, &p.out)
		}
	}
	check(t, p.cmd.Process.Kill())
	<-p.gone
	s.Log.Settled(t)
}

// moved returns how much of a file the busiest session has moved.
func moved(s *ftpserver.Server) int64 {
	var most int64
	for _, info := range s.Sessions() {
		most = max(most, info.Bytes)
	}
	return most
}
