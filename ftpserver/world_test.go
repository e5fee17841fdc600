package ftpserver_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/faultfs"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// The addresses of the world's hosts. Others come up as scripts name them.
const (
	server4, server6 = "192.0.2.1", "2001:db8::1"
	client4, client6 = "198.51.100.7", "2001:db8:1::7"
)

// world is a server with all that it needs, within a bubble, and what it has
// told about itself.
type world struct {
	t        testing.TB
	net      *memnet.Net
	fs       *mem.FS
	quota    storage.FS // fs with a quota; nil if there is none
	cfg      ftpserver.Config
	listener ftpserver.Listener
	rule     []faultfs.Rule
	gate     map[string]*faultfs.Gate // by operation

	from netip.Addr // where the next connection comes from
	at   netip.Addr // where it goes

	ready  atomic.Bool             // there is a certificate, where one is waited for
	loose  bool                    // clients may give the password where it is none
	caches map[string]*ticketCache // by name
	conns  []net.Conn              // of connect, closed by end
	srv    *ftpserver.Server       // nil until the first connection
	served chan error
	down   chan error // what Shutdown or Close returned

	mu       sync.Mutex // guards what follows
	users    map[string]*user
	sessions map[string]string // the ID of each session, by its address
	checks   int               // calls of login
	logins   int
	logouts  int
	events   []ftpserver.Event
	log      bytes.Buffer
}

// user is who may log in.
type user struct {
	password, account string
	host              string // where alone this user may log in; "" everywhere
	open              ftpserver.Account
	asked             ftpserver.Question
	lacks             storage.Features // what the storage of this user does not promise
	err               error            // what the login fails with
	panics            bool
	cert              bool // only who holds a certificate of that name
}

func newWorld(t testing.TB) *world {
	w := &world{
		t: t, net: memnet.New(), fs: mem.New(mem.Options{}),
		gate: make(map[string]*faultfs.Gate), users: make(map[string]*user), sessions: make(map[string]string),
		from: netip.MustParseAddr(client4), at: netip.MustParseAddr(server4),
	}
	w.net.Host(client4, client6)
	w.cfg = ftpserver.Config{
		Login:   w.login,
		Net:     w.net.Host(server4, server6),
		Observe: w.observe,
		Log:     slog.New(slog.NewTextHandler(lockedWriter{&w.mu, &w.log}, nil)),
	}
	w.users["joe"] = &user{password: "secret", open: ftpserver.Account{Name: "joe", Can: ftpserver.ReadWrite}}
	return w
}

type lockedWriter struct {
	mu *sync.Mutex
	w  *bytes.Buffer
}

func (l lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

func (w *world) login(_ context.Context, c ftpserver.Credentials) (*ftpserver.Account, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.checks++
	u := w.users[c.User]
	switch {
	case u == nil:
		return nil, ftpserver.ErrLogin
	case u.panics:
		panic("the directory has lost its mind")
	case u.err != nil:
		return nil, u.err
	case u.cert && !holds(c.Conn.TLS, c.User):
		return nil, fmt.Errorf("%w: not the holder of the certificate", ftpserver.ErrLogin)
	case u.host != "" && u.host != c.Host:
		return nil, ftpserver.ErrLogin
	case u.password != string(c.Password):
		return nil, fmt.Errorf("%w: not that one", ftpserver.ErrLogin)
	case u.account != "" && c.Account == "":
		return nil, ftpserver.ErrNeedAccount
	case u.account != c.Account:
		return nil, ftpserver.ErrLogin
	}
	w.logins++
	a := u.open
	var tree storage.FS = w.fs
	if w.quota != nil {
		tree = w.quota
	}
	a.FS = &lacking{faultfs.New(tree, w.rule...), u.lacks}
	var once sync.Once
	a.Close = func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.logouts++
		first := false
		once.Do(func() { first = true })
		if !first {
			w.t.Errorf("the account of %s was closed twice", a.Name)
		}
	}
	return &a, nil
}

// lacking is an FS without some of its features.
type lacking struct {
	storage.FS
	what storage.Features
}

func (l *lacking) Features() storage.Features { return l.FS.Features() &^ l.what }
func (l *lacking) Unwrap() storage.FS         { return l.FS }

func (w *world) ask(_ context.Context, c ftpserver.Credentials) (ftpserver.Question, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	u := w.users[c.User]
	if u == nil {
		return 0, ftpserver.ErrLogin
	}
	return u.asked, u.err
}

func (w *world) observe(_ context.Context, e ftpserver.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, e)
	if c, ok := e.(ftpserver.Connected); ok {
		w.sessions[c.Conn.Remote.String()] = c.Conn.ID
	}
}

// start starts the server on both of its addresses, once.
func (w *world) start() error {
	if w.srv != nil {
		return nil
	}
	srv, err := ftpserver.New(w.cfg)
	if err != nil {
		return err
	}
	w.srv = srv
	w.served = make(chan error, 2)
	for _, addr := range []string{server4, server6} {
		ln, err := w.net.Host(server4).Listen(context.Background(), "tcp", net.JoinHostPort(addr, "21"))
		if err != nil {
			return err
		}
		go func() { w.served <- srv.ServeListener(ln, w.listener) }()
	}
	return nil
}

// dial makes a control connection from and to where the script said.
func (w *world) dial(ctx context.Context) (net.Conn, error) {
	if err := w.start(); err != nil {
		return nil, err
	}
	return w.net.Host(w.from.String()).Dial(ctx, "tcp", nil, netip.AddrPortFrom(w.at, 21).String())
}

// clients is the network as the clients of a script see it.
type clients struct{ w *world }

func (c clients) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	return c.w.net.Host(at.Addr().String()).Listen(ctx, network, address)
}

func (c clients) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	return c.w.net.Host(c.w.from.String()).Dial(ctx, network, local, address)
}

// end closes the server and checks that nothing is left of it.
func (w *world) end() {
	w.t.Helper()
	for _, g := range w.gate {
		g.Open()
	}
	for _, c := range w.conns {
		c.Close()
	}
	if w.srv == nil {
		return
	}
	if err := w.srv.Close(); err != nil {
		w.t.Errorf("Close: %v", err)
	}
	for range cap(w.served) {
		if err := <-w.served; !errors.Is(err, ftpserver.ErrServerClosed) {
			w.t.Errorf("Serve: %v", err)
		}
	}
	synctest.Wait()
	if n := len(w.srv.Sessions()); n != 0 {
		w.t.Errorf("%d sessions are left", n)
	}
	if open := w.net.OpenEnds(); len(open) != 0 {
		w.t.Errorf("left open: %v", open)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.logins != w.logouts {
		w.t.Errorf("%d logins, but %d accounts closed", w.logins, w.logouts)
	}
	w.account()
}

// account checks that the events of each session make a whole.
func (w *world) account() {
	begun := make(map[string]int)
	count := make(map[string]int)
	for _, e := range w.events {
		count[e.Name()]++
		switch e := e.(type) {
		case ftpserver.Connected:
			begun[e.Conn.ID]++
		case ftpserver.Disconnected:
			begun[e.Conn.ID]--
			if e.Reason == "" {
				w.t.Error("a session ended for no reason")
			}
		case ftpserver.Commanded:
			c := ftp.Lookup(e.Verb)
			if c == nil && e.Verb != "" || c != nil && !c.Permits(e.Code) {
				w.t.Errorf("event: %d answers %q", e.Code, e.Verb)
			}
			if c != nil && c.Traits.Has(ftp.Secret) && e.Arg != "***" {
				w.t.Errorf("event: %s shows %q", e.Verb, e.Arg)
			}
		}
		if !w.loose && strings.Contains(e.LogValue().String(), "secret") {
			w.t.Errorf("event: %v shows a password", e.LogValue())
		}
	}
	for id, n := range begun {
		if n != 0 {
			w.t.Errorf("session %s: connected and disconnected do not match", id)
		}
	}
	if count["transfer started"] > count["transfer"] {
		w.t.Errorf("%d transfers started, %d ended", count["transfer started"], count["transfer"])
	}
	if !w.loose && strings.Contains(w.log.String(), "secret") {
		w.t.Errorf("the log shows a password:\n%s", w.log.String())
	}
}
