package peers

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Server is a foreign FTP server that Start can run.
type Server struct {
	Name    string
	Package string // Debian's
	// privileged servers change their root and their user, as installed ones
	// do, for which they have to be started by root.
	privileged bool
	// command makes the configuration in dir and returns the command that
	// serves tg in the foreground. It completes tg by user and password. Where
	// tg has TLS, a client that does without on either connection is refused.
	command func(t testing.TB, dir string, tg *Target) *exec.Cmd
	// cannot has the proofs of what the server itself cannot do with TLS.
	cannot func(c TLSCell) string
}

// CannotTLS returns the proof that the server itself cannot do a cell, or "".
func (s Server) CannotTLS(c TLSCell) string {
	if s.cannot == nil {
		return ""
	}
	return s.cannot(c)
}

// Servers returns the foreign servers.
func Servers() []Server {
	return []Server{VSFTPD(), ProFTPD(), PureFTPD(), Pyftpdlib()}
}

// Start runs a server on the loopback address of a family until the test ends,
// with a fresh directory and an account, as [Target] says. Where the test fails, the server's log is in the test's.
func Start(t testing.TB, s Server, f Family) Target {
	t.Helper()
	return startServer(t, s, f.Host(), nil, Place{})
}

// StartTLS is Start with TLS, which the server demands of all connections.
func StartTLS(t testing.TB, s Server, f Family, p Protection) Target {
	t.Helper()
	return startServer(t, s, f.Host(), &p, Place{})
}

// StartAt is Start on an address of this machine, for clients that find the server in
// another place. A nil p is no TLS.
func StartAt(t testing.TB, s Server, host string, p *Protection, at Place) Target {
	t.Helper()
	return startServer(t, s, host, p, at)
}

func startServer(t testing.TB, s Server, host string, p *Protection, at Place) Target {
	t.Helper()
	if s.privileged && os.Getuid() != 0 {
		missing(t, s.Name+" has to be started by root")
	}
	dir := directory(t)
	var err error
	// The port was free a moment ago; another process may have taken it.
	for range 3 {
		tg := Target{Host: host, Port: freePort(t, host), Root: filepath.Join(dir, "root"), TLS: p, Place: at}
		cmd := s.command(t, dir, &tg)
		args := cmd.Args
		if err = launch(t, cmd, dir, func(deadline time.Time) error { return greeted(tg, deadline) }); err == nil {
			tg.Process = Process{PID: cmd.Process.Pid, Args: args, Dir: dir}
			return tg
		}
	}
	t.Fatalf("%s does not serve: %v", s.Name, err)
	return Target{}
}

// directory returns a new directory with another in it for the served files,
// which the server's user may enter and change: [testing.T.TempDir] is below a
// directory that is its owner's alone.
func directory(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ferry-peer-")
	check(t, err)
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	check(t, os.Chmod(dir, 0o711))
	root := filepath.Join(dir, "root")
	check(t, os.Mkdir(root, 0o777))
	check(t, os.Chmod(root, 0o777))
	return dir
}

// freePort returns a port that nobody listens on. It is none of those that the system
// gives out by itself: another test may have been given such a one by the time that
// the server takes it.
func freePort(t testing.TB, host string) int {
	t.Helper()
	const first, count = 20_000, 12_000
	for range 100 {
		port := first + rand.IntN(count)
		if _, used := givenPorts.LoadOrStore(port, nil); used {
			continue
		}
		if l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port))); err == nil {
			l.Close()
			return port
		}
	}
	t.Fatalf("no port from %d to %d is free", first, first+count-1)
	return 0
}

// givenPorts are those that freePort has returned.
var givenPorts sync.Map

// lifetime, in seconds, bounds a server's run where the test cannot, having been killed. Some
// checks wait for 20 minutes.
const lifetime = "3600"

// launch starts the server and returns when ready says that it serves, or an error when
// it has ended or does not get there.
func launch(t testing.TB, cmd *exec.Cmd, dir string, ready func(deadline time.Time) error) error {
	t.Helper()
	timeout := Require(t, "timeout", "coreutils")
	cmd.Args = append([]string{timeout, "--kill-after=5", lifetime, cmd.Path}, cmd.Args[1:]...)
	cmd.Path = timeout
	cmd.Dir = dir
	var out buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	ownGroup(cmd)
	cmd.WaitDelay = time.Second
	check(t, cmd.Start())
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		cmd.Wait()
	}()
	t.Cleanup(func() {
		// An error says that the group is gone already.
		_ = killGroup(cmd)
		<-gone
		if t.Failed() {
			t.Logf("%q\n%s%s", cmd.Args, out.String(), logs(dir))
		}
	})

	deadline := time.Now().Add(10 * time.Second)
	for {
		err := ready(deadline)
		select {
		case <-gone:
			return errors.New("the server ended:\n" + out.String() + logs(dir))
		default:
		}
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return err
		}
		select {
		case <-gone:
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// greeted connects, waits for the server's 220 and leaves politely.
func greeted(tg Target, deadline time.Time) error {
	conn, err := net.DialTimeout("tcp", tg.Addr(), time.Until(deadline))
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(deadline); err != nil {
		return err
	}
	if tg.TLS != nil && tg.TLS.Start == Implicit {
		conn = tls.Client(conn, &tls.Config{RootCAs: tg.TLS.Roots, ServerName: tg.Host})
	}
	r := bufio.NewReader(conn)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		if strings.HasPrefix(line, "220 ") {
			break
		}
		if !strings.HasPrefix(line, "220-") {
			return errors.New("greeting: " + line)
		}
	}
	if _, err := conn.Write([]byte("QUIT\r\n")); err != nil {
		return err
	}
	_, err = r.ReadString('\n')
	return err
}

// logs returns the contents of the log files that the server wrote in dir.
func logs(dir string) string {
	var b strings.Builder
	names, _ := filepath.Glob(filepath.Join(dir, "*.log"))
	for _, name := range names {
		if text, err := os.ReadFile(name); err == nil {
			b.WriteString(filepath.Base(name) + ":\n" + string(text))
		}
	}
	return b.String()
}

// buffer takes the output of a process that is still running, as far as anybody would
// read it: a server that has lost its way may write for as long as it runs.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

const mostOutput = 1 << 20 // octets that a buffer keeps

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.b.Write(p[:min(len(p), max(0, mostOutput-b.b.Len()))])
	return len(p), nil
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
