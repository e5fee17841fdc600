package transcript

import (
	"net"
	"os"
	"sync"
	"testing"
)

// Run plays the client of the script in the file, and fails the test where the
// server departs from it. It is to be called on the test's own goroutine.
func Run(t testing.TB, file string, env Env) {
	t.Helper()
	if err := load(t, file).PlayClient(t.Context(), env); err != nil {
		t.Fatal(err)
	}
}

// A Server plays the server of a script in a goroutine of its own.
type Server struct {
	// Addr is where it listens, "ip:port".
	Addr string

	t    testing.TB
	done chan struct{}
	err  error // set before done is closed
	wait sync.Once
}

// Serve listens on env.Addr and plays the server of the script in the file. At
// the end of the script, and where the client departs from it, it stops to
// listen and closes every connection. The test waits for it before it ends.
func Serve(t testing.TB, file string, env Env) *Server {
	t.Helper()
	script := load(t, file)
	if env.Addr == "" {
		env.Addr = "127.0.0.1:0"
	}
	l, err := env.network().Listen(t.Context(), "tcp", env.Addr)
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, script, l, env)
}

func serve(t testing.TB, script *Script, l net.Listener, env Env) *Server {
	s := &Server{Addr: l.Addr().String(), t: t, done: make(chan struct{})}
	ctx := t.Context()
	go func() {
		defer close(s.done)
		defer l.Close()
		s.err = script.PlayServer(ctx, l, env)
	}()
	t.Cleanup(s.Wait)
	return s
}

// Wait waits for the end of the script, and fails the test, without ending it,
// if the client has departed from it.
func (s *Server) Wait() {
	s.t.Helper()
	<-s.done
	s.wait.Do(func() {
		s.t.Helper()
		if s.err != nil {
			s.t.Error(s.err)
		}
	})
}

func load(t testing.TB, file string) *Script {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	script, err := Parse(file, source)
	if err != nil {
		t.Fatal(err)
	}
	return script
}
