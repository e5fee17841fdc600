package ftpserver_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/storage"
)

func refuse(context.Context, ftpserver.Credentials) (*ftpserver.Account, error) {
	return nil, ftpserver.ErrLogin
}

func TestNewRefuses(t *testing.T) {
	for name, c := range map[string]ftpserver.Config{
		"no Login":       {},
		"reversed ports": {Login: refuse, Passive: ftpserver.Passive{MinPort: 6000, MaxPort: 5000}},
		"half a range":   {Login: refuse, Passive: ftpserver.Passive{MaxPort: 5000}},
		"IPv6 for PASV":  {Login: refuse, Passive: ftpserver.Passive{PublicHost: "2001:db8::1"}},
	} {
		if srv, err := ftpserver.New(c); err == nil {
			t.Errorf("%s: got %v", name, srv)
		}
	}
	ok := ftpserver.Config{Login: refuse, Passive: ftpserver.Passive{MinPort: 5000, MaxPort: 5000, PublicHost: "::ffff:192.0.2.1"}}
	if _, err := ftpserver.New(ok); err != nil {
		t.Error(err)
	}
}

func TestPasswordIsSecret(t *testing.T) {
	p := ftpserver.Password("hunter2")
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("login", "password", p, "all", ftpserver.Credentials{Password: p})
	text := log.String() + fmt.Sprintf("%v %s %q %#v %+v %x", p, p, p, p, ftpserver.Credentials{Password: p}, p)
	if strings.Contains(text, "hunter2") || strings.Contains(text, fmt.Sprintf("%x", "hunter2")) {
		t.Errorf("the password shows in %s", text)
	}
}

// Shutdown gives up when its context does; Close ends what is left. Who comes
// after that is refused.
func TestShutdownTimesOut(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		if err := w.write("big", strings.Repeat("x", 200_000)); err != nil {
			t.Fatal(err)
		}
		c := w.connect()
		c.login("joe", "secret")
		addr := w.epsv(c)
		c.want(ftp.CodeOpening, "RETR big")
		data, err := w.net.Host(client4).Dial(context.Background(), "tcp", nil, addr)
		if err != nil {
			t.Fatal(err)
		}
		defer data.Close()
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		begun := time.Now()
		if err := w.srv.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != time.Minute {
			t.Errorf("Shutdown: %v after %v", err, time.Since(begun))
		}
		ln, err := w.net.Host(server4).Listen(context.Background(), "tcp", net.JoinHostPort(server4, "2121"))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.srv.Serve(ln); !errors.Is(err, ftpserver.ErrServerClosed) {
			t.Errorf("Serve: %v", err)
		}
		if err := w.srv.Close(); err != nil {
			t.Error(err)
		}
		if r := c.reply(); r.Code != ftp.CodeAborted {
			t.Errorf("RETR: %v", r)
		}
	})
}

// epsv returns where the server listens for the next data connection.
func (w *world) epsv(c *client) string {
	w.t.Helper()
	ap, err := ftp.ParseExtendedPassive(c.want(ftp.CodeExtendedPassive, "EPSV").Text())
	if err != nil {
		w.t.Fatal(err)
	}
	return net.JoinHostPort(server4, strconv.Itoa(int(ap.Port())))
}

// failingListener fails to accept a few times.
type failingListener struct {
	net.Listener
	fail int
}

func (l *failingListener) Accept() (net.Conn, error) {
	if l.fail--; l.fail >= 0 {
		return nil, errors.New("too many open files")
	}
	return l.Listener.Accept()
}

func TestServeOutlivesAcceptErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		srv, err := ftpserver.New(w.cfg)
		if err != nil {
			t.Fatal(err)
		}
		ln, err := w.net.Host(server4).Listen(t.Context(), "tcp", net.JoinHostPort(server4, "21"))
		if err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		done := make(chan error, 1)
		go func() { done <- srv.Serve(&failingListener{ln, 10}) }()
		conn, err := w.net.Host(client4).Dial(t.Context(), "tcp", nil, net.JoinHostPort(server4, "21"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if r := newClient(t, conn).reply(); r.Code != ftp.CodeReady {
			t.Errorf("greeting: %v", r)
		}
		if took := time.Since(begun); took < 2*time.Second || took > 10*time.Second {
			t.Errorf("ten failures took %v", took)
		}
		ln.Close() // by somebody else
		if err := <-done; !errors.Is(err, net.ErrClosed) {
			t.Errorf("Serve: %v", err)
		}
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
	})
}

// STAT of a large directory ends somewhere, because clients hold a reply in
// memory.
func TestStatIsBounded(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		if err := w.directive("dir", []string{"d"}); err != nil {
			t.Fatal(err)
		}
		if err := w.directive("files", []string{"d", "10001"}); err != nil {
			t.Fatal(err)
		}
		c := w.connect()
		c.login("joe", "secret")
		r := c.want(ftp.CodeDirStatus, "STAT d")
		if n := len(r.Lines); n != 10_002 || r.Lines[n-1] != "There is more; use LIST or MLSD" {
			t.Errorf("%d lines, the last is %q", n, r.Lines[n-1])
		}
	})
}

// A bug in the loop does not take the account from under a transfer.
func TestBugDuringTransfer(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		if err := w.write("big", strings.Repeat("x", 200_000)); err != nil {
			t.Fatal(err)
		}
		observe := w.cfg.Observe
		w.cfg.Observe = func(ctx context.Context, e ftpserver.Event) {
			observe(ctx, e)
			if c, ok := e.(ftpserver.Commanded); ok && c.Verb == "NOOP" {
				panic("observed too much")
			}
			if _, ok := e.(ftpserver.TransferEnded); ok && w.logouts > 0 {
				t.Error("the account was closed before its transfer ended")
			}
		}
		c := w.connect()
		c.login("joe", "secret")
		addr := w.epsv(c)
		c.want(ftp.CodeOpening, "RETR big")
		data, err := w.net.Host(client4).Dial(t.Context(), "tcp", nil, addr)
		if err != nil {
			t.Fatal(err)
		}
		defer data.Close()
		synctest.Wait()
		c.want(ftp.CodeOK, "NOOP")
		if r := c.reply(); r.Code != ftp.CodeClosing {
			t.Errorf("got %v", r)
		}
	})
}

// Whatever a client writes, it names something below the root.
func FuzzStorageName(f *testing.F) {
	f.Add("/", "../..")
	f.Add("/a/b", "/x//./y/../..")
	f.Add("/a", "")
	f.Fuzz(func(t *testing.T, dir, arg string) {
		if strings.IndexByte(dir+arg, 0) >= 0 {
			return // no line has it
		}
		name := ftpserver.StorageName("/"+ftpserver.StorageName("/", dir), arg)
		if !storage.ValidName(name) {
			t.Errorf("%q in %q is %q", arg, dir, name)
		}
		if again := ftpserver.StorageName("/any", "/"+name); again != name && name != "." {
			t.Errorf("%q comes back as %q", name, again)
		}
	})
}

// Nobody can tell the next port of a range (RFC 2577, 8; DCO-06). Without one it is that of
// RFC 6335, 6: what the operating system would choose runs out with connections that
// have just been closed.
func TestPassivePortsAreRandom(t *testing.T) {
	for _, tt := range []struct {
		name     string
		passive  ftpserver.Passive
		min, max uint16
	}{
		{"configured", ftpserver.Passive{MinPort: 5000, MaxPort: 5999}, 5000, 5999},
		{"default", ftpserver.Passive{}, 49152, 65535},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.cfg.Passive = tt.passive
				c := w.connect()
				c.login("joe", "secret")
				steps := make(map[int]bool)
				last := 0
				for range 20 {
					ap, err := ftp.ParsePassive(c.want(ftp.CodePassive, "PASV").Text())
					if err != nil || ap.Port() < tt.min || ap.Port() > tt.max {
						t.Fatal(ap, err)
					}
					steps[int(ap.Port())-last] = true
					last = int(ap.Port())
				}
				if len(steps) < 15 {
					t.Errorf("20 ports differ in %d ways", len(steps))
				}
			})
		})
	}
}

// Offsets beyond 32 bits (TRF-66).
func TestRealLargeFile(t *testing.T) {
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, nil)
	f, err := os.Create(filepath.Join(s.dir, "large"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt([]byte("0123456789"), 1<<32)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Skipf("no room for a large sparse file: %v", err)
	}
	c := s.connect(t)
	if r := c.do("SIZE large"); r.Text() != "4294967306" {
		t.Errorf("SIZE: %v", r)
	}
	c.want(ftp.CodePending, "REST 4294967297")
	if got := c.retr("RETR large"); string(got) != "123456789" {
		t.Errorf("got %q", got)
	}
	c.want(ftp.CodePending, "REST 4294967300")
	c.stor("STOR large", []byte("xyz"))
	got := make([]byte, 7)
	f, err = os.Open(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if n, err := f.ReadAt(got, 1<<32); n != 7 || err != nil && err != io.EOF || string(got) != "0123xyz" {
		t.Errorf("on disk is %q, %v", got[:n], err)
	}
	if fi, err := f.Stat(); err != nil || fi.Size() != 1<<32+7 {
		t.Errorf("the file has %d octets, %v", fi.Size(), err)
	}
}
