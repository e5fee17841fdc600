package faultproxy_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/faultproxy"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// work is what a client does while one fault happens.
type work struct {
	name   string
	o      ftpclient.Options
	names  []string        // of the server's files at the beginning
	size   func(i int) int // of the file with this number
	limit  func(*ftpserver.Config)
	within time.Duration // that it may take, whatever happens
	do     func(w *world) error
}

// world is a server in memory, the proxy before it, and a client of the proxy.
type world struct {
	*testing.T
	*work
	net    *memnet.Net
	remote *mem.FS
	client *ftpclient.Client
	ctx    context.Context
	put    []string // names that are uploaded

	mu    sync.Mutex
	wrong []string          // what must not be
	fate  map[string]string // "" is whole, else why it failed
}

// The proxy has an address of its own: where it would listen for one data connection on a port
// that the server has just closed, it would be met by itself, late with another.
const (
	serverAt  = "127.0.0.1:21"
	proxyHost = "127.0.0.2"
	proxyAt   = proxyHost + ":2121"
)

// short are limits of time that a test with thousands of runs can bear, though it is
// fake: a server that is silent is asked again and again.
func short(o ftpclient.Options) ftpclient.Options {
	o.Timeout, o.Stall = 20*time.Second, 30*time.Second
	o.Security = ftpclient.SecurityOff
	return o
}

// run does the work once, in a bubble, with what fault says. It returns the points that
// were passed, and what is wrong.
func (wk *work) run(t *testing.T, fault func(faultproxy.Point) faultproxy.Fault) (points []faultproxy.Point, fate map[string]string, wrong []string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		w := &world{T: t, work: wk, net: n, remote: mem.New(mem.Options{Capacity: 1 << 30}), ctx: t.Context(), fate: make(map[string]string)}
		for i, name := range wk.names {
			w.plant(w.remote, name, contents(name, wk.length(i)))
		}
		stop := w.serve(n)
		proxy, err := faultproxy.Start(n.Host(proxyHost), proxyAt, serverAt, fault)
		if err != nil {
			t.Fatal(err)
		}
		o := short(wk.o)
		o.Net = n
		w.client = ftpclient.New(proxyAt, &o)
		began := time.Now()
		err = wk.do(w)
		if took := time.Since(began); took > wk.within {
			w.blame("it took %v", took)
		}
		w.client.Close()
		if took := time.Since(began); took > wk.within+time.Minute {
			w.blame("with Close it took %v", took)
		}
		proxy.Close()
		synctest.Wait()
		for _, end := range n.OpenEnds() {
			if !strings.HasPrefix(end, "listener ") && strings.Contains(end, ":2121 ") {
				w.blame("left open: %s", end)
			}
		}
		stop()
		synctest.Wait()
		if ends := n.OpenEnds(); len(ends) > 0 {
			w.blame("left open: %q", ends)
		}
		if err != nil {
			w.fate["(all)"] = err.Error()
		}
		points, fate, wrong = proxy.Points(), w.fate, w.wrong
	})
	return points, fate, wrong
}

// serve has ferry's server serve w.remote. The function returned ends it.
func (w *world) serve(n *memnet.Net) func() {
	w.Helper()
	ln, err := n.Listen(w.Context(), "tcp", serverAt)
	if err != nil {
		w.Fatal(err)
	}
	cfg := ftpserver.Config{
		Net: n,
		Login: func(context.Context, ftpserver.Credentials) (*ftpserver.Account, error) {
			return &ftpserver.Account{Name: "tester", FS: w.remote, Can: ftpserver.ReadWrite}, nil
		},
	}
	if w.limit != nil {
		w.limit(&cfg)
	}
	srv, err := ftpserver.New(cfg)
	if err != nil {
		w.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- srv.Serve(ln) }()
	return func() {
		srv.Close()
		<-done
	}
}

// blame notes what must not be.
func (w *world) blame(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wrong = append(w.wrong, fmt.Sprintf(format, args...))
}

// tell notes what became of a file. A file has one fate.
func (w *world) tell(name string, err error) {
	text := ""
	if err != nil {
		text = err.Error()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if old, told := w.fate[name]; told {
		w.wrong = append(w.wrong, fmt.Sprintf("%s was told of twice: %q, %q", name, old, text))
	}
	w.fate[name] = text
}

// got checks what is said to be the whole of a file.
func (w *world) got(name string, b []byte) {
	i := slices.Index(w.names, name)
	switch {
	case i < 0:
		w.blame("%s does not exist, and was read: %.60q", name, b)
	case string(b) != string(contents(name, w.length(i))):
		w.blame("%s was read with other octets (%d, want %d): %.60q", name, len(b), w.length(i), b)
	}
}

func (wk *work) length(i int) int {
	if wk.size == nil {
		return 120
	}
	return wk.size(i)
}

// contents are n octets in which each line names the file.
func contents(name string, n int) []byte {
	line := fmt.Sprintf("%-39s\n", name)
	return []byte(strings.Repeat(line, n/len(line)+1)[:n])
}

func (w *world) plant(fsys storage.FS, name string, data []byte) {
	w.Helper()
	if i := strings.LastIndexByte(name, '/'); i > 0 {
		fsys.Mkdir(w.ctx, name[:i])
	}
	f, err := fsys.Create(w.ctx, name, storage.CreateOptions{ModTime: then})
	if err != nil {
		w.Fatal(err)
	}
	if _, err := f.Write(data); err != nil {
		w.Fatal(err)
	}
	if _, err := f.Commit(w.ctx); err != nil {
		w.Fatal(err)
	}
}

var then = time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
