package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// server is a ferry serve in the background of a script.
type server struct {
	cmd    *exec.Cmd
	ready  chan string // its URLs; closed without one if it ends first
	exited chan error

	mu   sync.Mutex // guards what follows
	more *sync.Cond // there is another line, or the end
	out  bytes.Buffer
	over bool
	seen int // how much of out logged has looked at
}

// servers finds the server of a script.
var servers sync.Map // *testscript.TestScript -> *server

var listening = regexp.MustCompile(`ftps?://127\.0\.0\.1:(\d+)/`)

func serve(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("unsupported: ! serve")
	}
	path, err := exec.LookPath("ferry")
	for _, dir := range strings.Split(ts.Getenv("PATH"), string(os.PathListSeparator)) {
		if p, err2 := exec.LookPath(dir + "/ferry"); err2 == nil {
			path, err = p, nil
			break
		}
	}
	ts.Check(err)
	s := &server{ready: make(chan string, 2), exited: make(chan error, 1)}
	s.more = sync.NewCond(&s.mu)
	s.cmd = exec.Command(path, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	s.cmd.Dir = ts.MkAbs(".")
	s.cmd.Env = []string{"HOME=" + ts.Getenv("HOME"), "PATH=" + ts.Getenv("PATH"), "TZ=UTC", "GORACE=" + ts.Getenv("GORACE"),
		"FERRY_PASSWORD_CAROL=" + ts.Getenv("FERRY_PASSWORD_CAROL"), "FERRY_ACCOUNT_BOB=" + ts.Getenv("FERRY_ACCOUNT_BOB")}
	stderr, err := s.cmd.StderrPipe()
	ts.Check(err)
	ts.Check(s.cmd.Start())
	go s.read(stderr)
	servers.Store(ts, s)
	ts.Defer(func() {
		s.cmd.Process.Kill()
		<-s.exited
		servers.CompareAndDelete(ts, s)
	})
	names := [][2]string{{"URL", "PORT"}}
	if slices.Contains(args, "--listen-tls") {
		names = append(names, [2]string{"TLSURL", "TLSPORT"})
	}
	for _, name := range names {
		url, ok := <-s.ready
		if !ok {
			ts.Fatalf("ferry serve ended:\n%s", s.text())
		}
		ts.Setenv(name[0], strings.TrimSuffix(url, "/"))
		ts.Setenv(name[1], listening.FindStringSubmatch(url)[1])
	}
}

// read gathers what the server writes, and finds out where it listens.
func (s *server) read(stderr io.Reader) {
	lines := bufio.NewScanner(stderr)
	found := 0
	for lines.Scan() {
		s.mu.Lock()
		s.out.WriteString(lines.Text() + "\n")
		s.more.Broadcast()
		s.mu.Unlock()
		if url := listening.FindString(lines.Text()); url != "" && found < cap(s.ready) {
			found++
			s.ready <- url
		}
	}
	s.mu.Lock()
	s.over = true
	s.more.Broadcast()
	s.mu.Unlock()
	close(s.ready)
	err := s.cmd.Wait()
	s.exited <- err
	close(s.exited)
}

func (s *server) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.String()
}

func end(ts *testscript.TestScript, neg bool, args []string) {
	v, ok := servers.Load(ts)
	if !ok {
		ts.Fatalf("no server runs")
	}
	s := v.(*server)
	if len(args) == 0 {
		args = []string{"TERM"}
	}
	if args[0] != "none" {
		send(ts, false, args[:1])
	}
	select {
	case err := <-s.exited:
		if err != nil != neg {
			ts.Fatalf("ferry serve ended with %v:\n%s", err, s.text())
		}
	case <-time.After(20 * time.Second):
		ts.Fatalf("ferry serve does not end:\n%s", s.text())
	}
	ts.Check(os.WriteFile(ts.MkAbs("served"), []byte(s.text()), 0o666))
}

// send sends the server a signal: send TERM|INT|HUP|KILL
func send(ts *testscript.TestScript, neg bool, args []string) {
	v, ok := servers.Load(ts)
	if !ok || neg || len(args) != 1 {
		ts.Fatalf("usage: send SIGNAL, while a server runs")
	}
	sig := map[string]os.Signal{"TERM": syscall.SIGTERM, "INT": os.Interrupt, "HUP": syscall.SIGHUP, "KILL": os.Kill}[args[0]]
	ts.Check(v.(*server).cmd.Process.Signal(sig))
}

// logged waits until the server has written what matches a pattern, after what
// the last logged found: logged PATTERN
func logged(ts *testscript.TestScript, neg bool, args []string) {
	v, ok := servers.Load(ts)
	if !ok || neg || len(args) != 1 {
		ts.Fatalf("usage: logged PATTERN, while a server runs")
	}
	pattern, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	s := v.(*server)
	kill := time.AfterFunc(20*time.Second, func() { s.cmd.Process.Kill() })
	defer kill.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if at := pattern.FindIndex(s.out.Bytes()[s.seen:]); at != nil {
			s.seen += at[1]
			return
		}
		if s.over {
			ts.Fatalf("the server never says %s:\n%s", args[0], s.out.String())
		}
		s.more.Wait()
	}
}
