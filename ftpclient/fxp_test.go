package ftpclient_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/mint"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// allowing has a server connect to others for its clients, and take connections of
// others.
func allowing(cfg *ftpserver.Config) {
	cfg.Active.Foreign = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
}

// foreignSessions has a server not demand that every data connection resumes: another
// server's cannot.
func foreignSessions(cfg *ftpserver.Config) { cfg.TLS.Reuse = ftpserver.ReuseBind }

// pair runs two servers of ferry, with a file called a at the second, of which it gives
// the addresses to do, and the tree of the first.
func pair(t *testing.T, content string, with []func(*ftpserver.Config), o ftpclient.Options, do func(t *testing.T, dst, src string, o *ftpclient.Options, at storage.FS)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		o.Net = n.Host("10.0.0.1")
		var addrs []string
		var trees []storage.FS
		for _, addr := range []string{"10.0.0.2", "10.0.0.3"} {
			fsys := mem.New(mem.Options{})
			host := n.Host(addr)
			ln, err := host.Listen(t.Context(), "tcp", addr+":21")
			if err != nil {
				t.Fatal(err)
			}
			addrs, trees = append(addrs, serveOn(t, ln, host, fsys, with...)), append(trees, fsys)
		}
		w, err := trees[1].Create(t.Context(), "a", storage.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, content)
		if _, err := w.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		do(t, addrs[0], addrs[1], &o, trees[0])
	})
}

// between is pair with a connection to each server.
func between(t *testing.T, content string, with []func(*ftpserver.Config), o ftpclient.Options, do func(t *testing.T, dst, src *ftpclient.Conn, at storage.FS)) {
	t.Helper()
	pair(t, content, with, o, func(t *testing.T, dst, src string, o *ftpclient.Options, at storage.FS) {
		var conns []*ftpclient.Conn
		for _, addr := range []string{dst, src} {
			c, err := ftpclient.Dial(t.Context(), addr, o)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Quit(t.Context())
			conns = append(conns, c)
		}
		do(t, conns[0], conns[1], at)
	})
}

// TestFXP copies between two servers of ferry, in the clear and protected.
func TestFXP(t *testing.T) {
	cert := mint.Cert{Hosts: []string{"10.0.0.2", "10.0.0.3"}}.Make()
	for _, tt := range []struct {
		name   string
		secure bool
		size   int
	}{
		{"clear", false, 100_000},
		{"empty", false, 0},
		{"protected", true, 100_000},
	} {
		t.Run(tt.name, func(t *testing.T) {
			content := strings.Repeat("x", tt.size)
			with, o := []func(*ftpserver.Config){allowing}, ftpclient.Options{Security: ftpclient.SecurityOff}
			if tt.secure {
				with, o = append(with, withTLS(cert), foreignSessions), demanding(cert, 0)
			}
			between(t, content, with, o, func(t *testing.T, dst, src *ftpclient.Conn, at storage.FS) {
				for range 2 {
					if err := ftpclient.FXP(t.Context(), dst, "b", src, "a", 0); err != nil {
						t.Fatal(err)
					}
				}
				r, err := at.Open(t.Context(), "b", storage.Range{})
				if err != nil {
					t.Fatal(err)
				}
				defer r.Close()
				if got, err := io.ReadAll(r); string(got) != content || err != nil {
					t.Errorf("%d octets of %d, %v", len(got), len(content), err)
				}
				// Both are as they were, to this client as well.
				for _, c := range []*ftpclient.Conn{dst, src} {
					if _, err := readAll(c, "MLSD", ""); err != nil {
						t.Error(err)
					}
				}
			})
		})
	}
}

// TestFXPRefused shows what may be wrong, and that both connections can be used
// afterwards.
func TestFXPRefused(t *testing.T) {
	tests := []struct {
		name     string
		with     []func(*ftpserver.Config)
		dst, src string
		cancel   bool
		want     error
		text     string
	}{
		{name: "no such file", with: []func(*ftpserver.Config){allowing}, dst: "b", src: "none", text: "source: RETR: 550"},
		{name: "no such folder", with: []func(*ftpserver.Config){allowing}, dst: "none/b", src: "a", text: "target: STOR: 55"},
		{name: "not allowed", dst: "b", src: "a", text: "source: PORT: 50"},
		{name: "cancelled", with: []func(*ftpserver.Config){allowing}, dst: "b", src: "a", cancel: true, want: context.Canceled},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			between(t, "hello", tt.with, ftpclient.Options{Security: ftpclient.SecurityOff}, func(t *testing.T, dst, src *ftpclient.Conn, _ storage.FS) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if tt.cancel {
					cancel()
				}
				err := ftpclient.FXP(ctx, dst, tt.dst, src, tt.src, 0)
				if err == nil || !strings.Contains(err.Error(), tt.text) || tt.want != nil && !errors.Is(err, tt.want) {
					t.Error(err)
				}
				for _, c := range []*ftpclient.Conn{dst, src} {
					if r, err := c.Do(t.Context(), "PWD"); err != nil || r.Code != 257 {
						t.Error(r, err)
					}
				}
			})
		})
	}
}

// TestFXPBySSCN shows two servers of which one has SSCN and none CPSV, the other way
// round after a refusal, and a target that loses something.
func TestFXPBySSCN(t *testing.T) {
	cert := mint.Cert{}.Make()
	against(t, cert, demanding(cert, 0), func(p *peer) {
		ln, err := p.n.Listen(p.t.Context(), "tcp", "127.0.0.1:2121")
		p.must(err)
		defer ln.Close()
		other := &peer{t: p.t, n: p.n, ln: ln, cfg: p.cfg}
		p.welcome("211-Features:\r\n SIZE\r\n211 End")
		other.welcome("211-Features:\r\n SSCN\r\n SIZE\r\n211 End")
		p.talk("TYPE I", "200 I.")
		other.talk("TYPE I", "200 I.", "SSCN ON", "200 SSCN:CLIENT METHOD")
		p.talk("PASV", "227 Here (127,0,0,1,9,9).")
		other.talk("PORT 127,0,0,1,9,9", "504 I won't open a connection to others.", "SSCN OFF", "200 SSCN:SERVER METHOD",
			"SSCN ON", "200 SSCN:CLIENT METHOD", "PASV", "227 Here (10,9,8,7,9,9).")
		p.talk("PORT 127,0,0,1,9,9", "200 I will.") // and not where the other says that it is
		other.talk("RETR a", "150 Sending.")
		p.talk("STOR b", "150 Storing.")
		other.say("226 Sent.")
		p.say("226 Stored.")
		other.talk("SSCN OFF", "200 SSCN:SERVER METHOD")
		p.talk("SIZE b", "213 4")
		other.talk("SIZE a", "213 5")
		p.leave()
		other.leave()
	}, func(t *testing.T, o *ftpclient.Options, _ func() string) {
		dst, err := ftpclient.Dial(t.Context(), addr, o)
		if err != nil {
			t.Fatal(err)
		}
		src, err := ftpclient.Dial(t.Context(), "127.0.0.1:2121", o)
		if err != nil {
			t.Fatal(err)
		}
		err = ftpclient.FXP(t.Context(), dst, "b", src, "a", 0)
		if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "4 octets of 5") {
			t.Error(err)
		}
		dst.Quit(t.Context())
		src.Quit(t.Context())
	})
}

// TestFXPOneFails shows that the other side is not left waiting.
func TestFXPOneFails(t *testing.T) {
	cert := mint.Cert{}.Make()
	against(t, cert, ftpclient.Options{Security: ftpclient.SecurityOff}, func(p *peer) {
		ln, err := p.n.Listen(p.t.Context(), "tcp", "127.0.0.1:2121")
		p.must(err)
		defer ln.Close()
		other := &peer{t: p.t, n: p.n, ln: ln}
		for _, s := range []*peer{p, other} {
			s.accept()
			s.say("220 Ready.")
			s.talk("USER anonymous", "230 In.", "FEAT", noFeats)
		}
		p.talk("TYPE I", "200 I.")
		other.talk("TYPE I", "200 I.")
		p.talk("PASV", "227 Here (127,0,0,1,9,9).")
		other.talk("PORT 127,0,0,1,9,9", "200 I will.")
		p.talk("STOR b", "150 Waiting.")
		other.talk("RETR a", "550 No such file.")
		line, err := p.r.ReadString('\n')
		p.must(err)
		if !strings.HasSuffix(line, "ABOR\r\n") {
			p.t.Errorf("%q", line)
		}
		p.say("426 Nobody came.")
		p.say("226 Aborted.")
		p.talk("NOOP", "200 OK.")
		p.leave()
		other.leave()
	}, func(t *testing.T, o *ftpclient.Options, _ func() string) {
		dst, err := ftpclient.Dial(t.Context(), addr, o)
		if err != nil {
			t.Fatal(err)
		}
		src, err := ftpclient.Dial(t.Context(), "127.0.0.1:2121", o)
		if err != nil {
			t.Fatal(err)
		}
		err = ftpclient.FXP(t.Context(), dst, "b", src, "a", 0)
		if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "source: RETR: 550") {
			t.Error(err)
		}
		if _, err := dst.Do(t.Context(), "NOOP"); err != nil {
			t.Error(err)
		}
		dst.Quit(t.Context())
		src.Quit(t.Context())
	})
}
