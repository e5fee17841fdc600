package ftpclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/mint"
	"github.com/seed-6092453b/ferry/storage"
)

// at has f change the configuration of the nth server that is started alone.
func at(nth int, f func(*ftpserver.Config)) func(*ftpserver.Config) {
	started := 0
	return func(cfg *ftpserver.Config) {
		if started++; started == nth {
			f(cfg)
		}
	}
}

// TestFXPUnderRequire shows what a server of ferry does that demands of every data
// connection to resume its control connection's session, which that of another server
// cannot: it takes part as the client of TLS, and in no other way.
func TestFXPUnderRequire(t *testing.T) {
	cert := mint.Cert{Hosts: []string{"10.0.0.2", "10.0.0.3"}}.Make()
	for _, tt := range []struct {
		name    string
		with    []func(*ftpserver.Config)
		refused bool
	}{
		{"the target", []func(*ftpserver.Config){at(2, foreignSessions)}, false},
		{"the source", []func(*ftpserver.Config){at(1, foreignSessions)}, false},
		{"both", nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			with := append([]func(*ftpserver.Config){allowing, withTLS(cert)}, tt.with...)
			between(t, "hello", with, demanding(cert, 0), func(t *testing.T, dst, src *ftpclient.Conn, _ storage.FS) {
				err := ftpclient.FXP(t.Context(), dst, "b", src, "a", 0)
				switch {
				case !tt.refused && err != nil:
					t.Error(err)
				// The other server may be the first to say that its connection was cut (426).
				case tt.refused && (!errors.Is(err, errors.ErrUnsupported) || !strings.Contains(err.Error(), fmt.Sprint(ftp.CodeProtocols))):
					t.Errorf("%v, want it unsupported because of a 522", err)
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

// TestFXPFrom goes on behind what the target has.
func TestFXPFrom(t *testing.T) {
	between(t, "hello, world", []func(*ftpserver.Config){allowing}, ftpclient.Options{Security: ftpclient.SecurityOff}, func(t *testing.T, dst, src *ftpclient.Conn, fsys storage.FS) {
		w, err := fsys.Create(t.Context(), "b", storage.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, "HELLO")
		if _, err := w.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := ftpclient.FXP(t.Context(), dst, "b", src, "a", 5); err != nil {
			t.Fatal(err)
		}
		r, err := fsys.Open(t.Context(), "b", storage.Range{})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if got, err := io.ReadAll(r); string(got) != "HELLO, world" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	})
}

// TestCopyFrom copies between two Clients, over what connections they have.
func TestCopyFrom(t *testing.T) {
	for _, tt := range []struct {
		name string
		with []func(*ftpserver.Config)
		from string
		want string // part of the error; "" none
		kind error
	}{
		{name: "copies", with: []func(*ftpserver.Config){allowing}, from: "a"},
		{name: "the servers are not willing", from: "a", want: "copy b: source: PORT: 50", kind: errors.ErrUnsupported},
		{name: "no such file", with: []func(*ftpserver.Config){allowing}, from: "none", want: "source: RETR: 550"},
		{name: "no name at all", from: "a\nb", want: "copy a\nb: ", kind: storage.ErrName},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pair(t, "hello", tt.with, ftpclient.Options{Security: ftpclient.SecurityOff}, func(t *testing.T, dst, src string, o *ftpclient.Options, fsys storage.FS) {
				to, from := ftpclient.New(dst, o), ftpclient.New(src, o)
				defer to.Close()
				defer from.Close()
				err := to.CopyFrom(t.Context(), "b", from, tt.from, 0)
				switch {
				case tt.want == "" && err != nil:
					t.Fatal(err)
				case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) || tt.kind != nil && !errors.Is(err, tt.kind)):
					t.Errorf("%v, want %q", err, tt.want)
				case tt.kind == nil && errors.Is(err, errors.ErrUnsupported):
					t.Errorf("%v is said to be a refusal of all files", err)
				}
				// Neither connection is held, nor spoilt.
				for _, cl := range []*ftpclient.Client{to, from} {
					if _, err := cl.Stat(t.Context(), "."); err != nil {
						t.Error(err)
					}
				}
				if info, err := to.Stat(t.Context(), "b"); tt.want == "" && (err != nil || info.Size != 5) {
					t.Error(info, err)
				}
				ended, cancel := context.WithCancel(t.Context())
				cancel()
				if err := to.CopyFrom(ended, "c", from, "a", 0); !errors.Is(err, context.Canceled) {
					t.Errorf("%v of a context that has ended", err)
				}
			})
		})
	}
}

// TestFXPReason shows that the server which only sees its data connection break may be
// the first to reply: the other is heard before its transfer is aborted, and what it
// says is the reason. It may have none.
func TestFXPReason(t *testing.T) {
	for _, tt := range []struct {
		name         string
		target       bool   // is the first to reply
		after        string // what the other says then; "" nothing, until it gets ABOR
		want         string
		cause, never error
	}{
		{"the target has it", false, "552 The disk is full.", "target: STOR: 552", storage.ErrQuota, io.ErrUnexpectedEOF},
		{"the source has it", true, "550 Permission denied.", "source: RETR: 550", fs.ErrPermission, io.ErrUnexpectedEOF},
		{"neither", true, "", "target: STOR: 426", io.ErrUnexpectedEOF, storage.ErrQuota},
	} {
		t.Run(tt.name, func(t *testing.T) {
			against(t, mint.Cert{}.Make(), ftpclient.Options{Security: ftpclient.SecurityOff}, func(p *peer) {
				ln, err := p.n.Listen(p.t.Context(), "tcp", "127.0.0.1:2121")
				p.must(err)
				defer ln.Close()
				other := &peer{t: p.t, n: p.n, ln: ln}
				first, second := other, p
				if tt.target {
					first, second = p, other
				}
				for _, s := range []*peer{p, other} {
					s.accept()
					s.say("220 Ready.")
					s.talk("USER anonymous", "230 In.", "FEAT", noFeats)
				}
				ways := 1
				if tt.after == "" {
					ways = 2 // which is none, for all that is known
				}
				listens, connects := p, other
				for i := range ways {
					if i == 0 {
						p.talk("TYPE I", "200 I.")
						other.talk("TYPE I", "200 I.")
					}
					listens.talk("PASV", "227 Here (127,0,0,1,9,9).")
					connects.talk("PORT 127,0,0,1,9,9", "200 I will.")
					if listens == p {
						p.talk("STOR b", "150 Waiting.")
						other.talk("RETR a", "150 Sending.")
					} else {
						other.talk("RETR a", "150 Sending.")
						p.talk("STOR b", "150 Waiting.")
					}
					first.say("426 It broke.")
					pass(9 * time.Second)
					if tt.after != "" {
						second.say(tt.after)
						break
					}
					line, err := second.r.ReadString('\n')
					p.must(err)
					if !strings.HasSuffix(line, "ABOR\r\n") {
						p.t.Errorf("%q", line)
					}
					second.say("426 As you wish.")
					second.say("226 Aborted.")
					listens, connects = connects, listens
				}
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
				if err == nil || !strings.HasPrefix(err.Error(), tt.want) || !errors.Is(err, tt.cause) || errors.Is(err, tt.never) {
					t.Error(err)
				}
				dst.Quit(t.Context())
				src.Quit(t.Context())
			})
		})
	}
}
