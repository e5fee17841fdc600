package ftpclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

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
