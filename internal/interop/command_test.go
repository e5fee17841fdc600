package interop_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpserver"
)

// patience bounds the run of a client. It is many times what any takes.
const patience = 5 * time.Minute

// notShort skips the test where only short ones are asked for.
func notShort(t testing.TB, what string) {
	t.Helper()
	if testing.Short() {
		t.Skip(what)
	}
}

// An invocation is a client's command line.
type invocation struct {
	path string
	args []string
	env  []string // besides the few variables that all have
}

// command returns a client's command that has nothing of the user's in its
// environment and ends with the test.
func command(t testing.TB, inv invocation) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, inv.path, inv.args...)
	cmd.Dir = t.TempDir()
	cmd.Env = []string{"HOME=" + cmd.Dir, "PATH=" + os.Getenv("PATH"), "TERM=dumb", "LC_ALL=C.UTF-8", "TZ=UTC"}
	cmd.Env = append(cmd.Env, inv.env...)
	cmd.WaitDelay = time.Second
	return cmd
}

// run runs a client that has to succeed.
func run(t testing.TB, inv invocation) {
	t.Helper()
	if out, err := command(t, inv).CombinedOutput(); err != nil {
		t.Fatalf("%s %q: %v\n%s", inv.path, inv.args, err, out)
	}
}

// A process is a client that runs beside the test.
type process struct {
	cmd  *exec.Cmd
	out  bytes.Buffer
	gone chan struct{} // closed when it has ended
	err  error         // how; valid then
}

func start(t testing.TB, inv invocation) *process {
	t.Helper()
	p := &process{cmd: command(t, inv), gone: make(chan struct{})}
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

// cut starts a client, kills it when some session has moved that much of a file,
// and waits until the server has seen to that.
func cut(t testing.TB, s *server, inv invocation, after int64) {
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
	s.log.settled(t)
}

// moved returns how much of a file the busiest session has moved.
func moved(s *ftpserver.Server) int64 {
	var most int64
	for _, info := range s.Sessions() {
		most = max(most, info.Bytes)
	}
	return most
}
