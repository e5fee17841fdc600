package attack_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// The hosts of the tests. All of 127.0.0.0/8 is this machine on Linux; elsewhere the
// tests that need a second host are skipped.
const (
	here      = "127.0.0.1" // the server and its rightful client
	elsewhere = "127.0.0.2" // the thief, the victim of a bounce
)

// world is a server that is attacked, over a folder of the disk.
type world struct {
	t     testing.TB
	srv   *ftpserver.Server
	addr  string // of the control port
	dir   string // what is served: the folder "root" in outer
	outer string // holds nothing else but what a test puts there
	tls   bool   // clients protect their connections

	mu     sync.Mutex
	events []ftpserver.Event
}

// set changes the settings of a server before it starts.
type set func(*ftpserver.Config)

// over puts something between the server and its disk.
func over(wrap func(storage.FS) storage.FS) set {
	return func(c *ftpserver.Config) {
		login := c.Login
		var once sync.Once
		var fsys storage.FS
		c.Login = func(ctx context.Context, cr ftpserver.Credentials) (*ftpserver.Account, error) {
			a, err := login(ctx, cr)
			if err == nil {
				once.Do(func() { fsys = wrap(a.FS) })
				a.FS = fsys
			}
			return a, err
		}
	}
}

// limits sets the limits.
func limits(l ftpserver.Limits) set { return func(c *ftpserver.Config) { c.Limits = l } }

// serve starts a server where "joe" with the password "secret" may do everything. It
// ends with the test, which fails if a session or a transfer has panicked.
func serve(t testing.TB, settings ...set) *world {
	t.Helper()
	w := &world{t: t, outer: t.TempDir()}
	w.dir = filepath.Join(w.outer, "root")
	check(t, os.Mkdir(w.dir, 0o777))
	fsys, err := disk.Open(w.dir, disk.Options{Sync: disk.SyncNever})
	check(t, err)
	bugs := &bugLog{}
	c := ftpserver.Config{
		Log: bugs.logger(),
		Login: func(_ context.Context, c ftpserver.Credentials) (*ftpserver.Account, error) {
			if c.User != "joe" || c.Password != "secret" {
				return nil, ftpserver.ErrLogin
			}
			return &ftpserver.Account{Name: "joe", FS: fsys, Can: ftpserver.ReadWrite | ftpserver.CanChown}, nil
		},
		// Beyond the ports that Linux gives out: a test of another package may have had
		// one of those, and have a client knock at it that waits for a greeting. It
		// would be taken for the data connection, which in the clear nothing prevents,
		// and an upload would wait for as long as that client does.
		Passive: ftpserver.Passive{MinPort: 61000, MaxPort: 65535},
		Observe: func(_ context.Context, e ftpserver.Event) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.events = append(w.events, e)
		},
	}
	for _, s := range settings {
		s(&c)
	}
	w.srv, err = ftpserver.New(c)
	check(t, err)
	ln, err := net.Listen("tcp", here+":0")
	check(t, err)
	w.addr = ln.Addr().String()
	ended := make(chan error, 1)
	go func() { ended <- w.srv.Serve(ln) }()
	t.Cleanup(func() {
		check(t, w.srv.Close())
		if err := <-ended; !errors.Is(err, ftpserver.ErrServerClosed) {
			t.Error(err)
		}
		check(t, fsys.Close())
		for _, bug := range bugs.all() {
			t.Error("the server has a bug: " + bug)
		}
	})
	return w
}

// each runs a test in the clear and, where the connections matter, under TLS.
func each(t *testing.T, test func(t *testing.T, w *world), settings ...set) {
	t.Helper()
	t.Run("plain", func(t *testing.T) { test(t, serve(t, settings...)) })
	t.Run("TLS", func(t *testing.T) {
		w := serve(t, append(settings, protected)...)
		w.tls = true
		test(t, w)
	})
}

// write makes a file, whose name is below outer.
func (w *world) write(name, text string) {
	w.t.Helper()
	name = filepath.Join(w.outer, name)
	check(w.t, os.MkdirAll(filepath.Dir(name), 0o777))
	check(w.t, os.WriteFile(name, []byte(text), 0o666))
}

// read returns the contents of a file below outer.
func (w *world) read(name string) string {
	w.t.Helper()
	b, err := os.ReadFile(filepath.Join(w.outer, name))
	check(w.t, err)
	return string(b)
}

// seen returns the events of type E so far.
func seen[E ftpserver.Event](w *world) []E {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []E
	for _, e := range w.events {
		if e, ok := e.(E); ok {
			found = append(found, e)
		}
	}
	return found
}

// eventually waits until cond holds, which something that was already done brings
// about.
func eventually(t testing.TB, what string, cond func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for limit := time.Now().Add(patience); !cond(); <-tick.C {
		if time.Now().After(limit) {
			t.Fatalf("it never came to pass: %s", what)
		}
	}
}

// second skips the test where there is no second loopback address.
func second(t testing.TB) {
	t.Helper()
	ln, err := net.Listen("tcp", elsewhere+":0")
	if err != nil {
		t.Skipf("there is no second host to attack from: %v", err)
	}
	ln.Close()
}

// few is n, or less where the tests are to be quick.
func few(n, short int) int {
	if testing.Short() {
		return short
	}
	return n
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// partOf reports the first of the words that the text has in it.
func partOf(text string, words []string) (string, bool) {
	i := slices.IndexFunc(words, func(w string) bool { return strings.Contains(text, w) })
	if i < 0 {
		return "", false
	}
	return words[i], true
}
