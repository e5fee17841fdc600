package ftpclient_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/mint"
)

// TestTLSRefused shows every way in which a server may have no TLS.
func TestTLSRefused(t *testing.T) {
	const login = "C: USER anonymous\nS: 230 In.\nC: FEAT\nS: 502 No.\n"
	for _, refusal := range []string{
		"C: AUTH TLS\nS: 500 What?\n",
		"C: AUTH TLS\nS: 502 Not implemented.\n",
		"C: AUTH TLS\nS: 530 Log in first.\n",
		"C: AUTH TLS\nS: 534 Not willing.\n",
		"C: AUTH TLS\nS: 431 No certificate.\n",
		"C: AUTH TLS\nS: 200 Nice try.\n",
		"C: AUTH TLS\nS: 504 What mechanism?\nC: AUTH SSL\nS: 504 Nor that.\n",
		"C: AUTH TLS\nS: 501 What mechanism?\nC: AUTH SSL\nS: 500 Nor that.\n",
	} {
		t.Run(refusal[15:18], func(t *testing.T) {
			playing(t, "S: 220 Ready.\n"+refusal+login+goodbye, ftpclient.Options{}, func(t *testing.T, n *memnet.Net, o *ftpclient.Options) {
				o.Security = ftpclient.SecurityAuto
				c, err := ftpclient.Dial(t.Context(), addr, o)
				if err != nil {
					t.Fatal(err)
				}
				if _, ok := c.ConnectionState(); ok {
					t.Error("it is said to be protected")
				}
				c.Quit(t.Context())
			})
			playing(t, "S: 220 Ready.\n"+refusal+"X: client closed\n", ftpclient.Options{Security: ftpclient.SecurityExplicit}, func(t *testing.T, n *memnet.Net, o *ftpclient.Options) {
				_, err := ftpclient.Dial(t.Context(), addr, o)
				var re *ftpclient.ReplyError
				if !errors.Is(err, ftpclient.ErrSecurity) || !errors.As(err, &re) {
					t.Error(err)
				}
			})
		})
	}
}

// TestTLSInjected shows a server, or somebody before it, that puts something behind the
// 234 that would be taken for what came under TLS.
func TestTLSInjected(t *testing.T) {
	for _, s := range []ftpclient.Security{ftpclient.SecurityAuto, ftpclient.SecurityExplicit} {
		playing(t, "S: 220 Ready.\nC: AUTH TLS\nS< \"234 Go.\\r\\n230 You are in already.\\r\\n\"\nX: client closed\n", ftpclient.Options{},
			func(t *testing.T, n *memnet.Net, o *ftpclient.Options) {
				o.Security = s
				_, err := ftpclient.Dial(t.Context(), addr, o)
				if err == nil || !strings.Contains(err.Error(), "in the clear behind the reply to AUTH") {
					t.Error(err)
				}
			})
	}
}

// TestTLSHandshakeFails shows that nothing is said in the clear once TLS was agreed
// upon, though it is left to the server whether there is TLS.
func TestTLSHandshakeFails(t *testing.T) {
	tests := []struct{ name, want string }{
		{"words", "what came is not TLS"},
		{"end", "closed by the server"},
		{"silence", "timed out"},
		{"alert", "no version of TLS that is still safe"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			// What the client sends is a handshake, and what follows never a USER.
			against(t, mint.Cert{}.Make(), ftpclient.Options{}, func(p *peer) {
				p.accept()
				p.say("220 Ready.")
				p.talk("AUTH TLS", "234 Go.")
				head := make([]byte, 5)
				_, err := io.ReadFull(p.r, head)
				p.must(err)
				if head[0] != 22 {
					t.Errorf("it goes on with %q", head)
				}
				io.CopyN(io.Discard, p.r, int64(head[3])<<8+int64(head[4]))
				switch tt.name {
				case "words":
					p.say("230 You are in already, in the clear.")
				case "end":
					p.raw.Close()
				case "alert":
					p.raw.Write([]byte{21, 3, 3, 0, 2, 2, 70})
				}
				rest, _ := io.ReadAll(p.r)
				if strings.Contains(string(rest), "USER") {
					t.Errorf("it goes on in the clear: %q", rest)
				}
			}, func(t *testing.T, o *ftpclient.Options, _ func() string) {
				_, err := ftpclient.Dial(t.Context(), addr, o)
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Error(err)
				}
			})
		})
	}
}

// TestTLSSecondMechanism shows an old server that knows SSL alone, and one that says
// 334 for 234.
func TestTLSSecondMechanism(t *testing.T) {
	cert := mint.Cert{}.Make()
	for _, reply := range []string{"234 Go.", "334 Go."} {
		against(t, cert, demanding(cert, 0), func(p *peer) {
			p.accept()
			p.say("220 Ready.")
			p.talk("AUTH TLS", "504 What?", "AUTH SSL", reply)
			p.protect()
			p.talk("USER anonymous", "230 In.", "PBSZ 0", "200 PBSZ=0", "PROT P", "200 P.", "FEAT", noFeats)
			p.leave()
		}, func(t *testing.T, o *ftpclient.Options, _ func() string) {
			c, err := ftpclient.Dial(t.Context(), addr, o)
			if err != nil {
				t.Fatal(err)
			}
			if state, ok := c.ConnectionState(); !ok || state.Version != tls.VersionTLS13 {
				t.Errorf("%v %x", ok, state.Version)
			}
			c.Quit(t.Context())
		})
	}
}

// TestTLSImplicit shows TLS from the first octet, and what is said of a port that
// greets in the clear.
func TestTLSImplicit(t *testing.T) {
	cert := mint.Cert{}.Make()
	o := demanding(cert, 0)
	o.Security = ftpclient.SecurityImplicit
	for _, prot := range []string{"200 P.", "500 It is P here."} {
		against(t, cert, o, func(p *peer) {
			p.accept()
			p.protect()
			p.say("220 Ready.")
			p.talk("USER anonymous", "232 Your certificate will do.", "PBSZ 0", "500 What?", "PROT P", prot, "FEAT", noFeats, "TYPE I", "200 I.")
			p.passive()
			p.talk("RETR a", "150 Here.")
			d := p.takeTLS(p.cfg)
			d.Write([]byte("hello"))
			d.Close()
			p.say("226 Done.")
			p.leave()
		}, func(t *testing.T, o *ftpclient.Options, _ func() string) {
			c, err := ftpclient.Dial(t.Context(), addr, o)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := readAll(c, "RETR", "a"); err != nil || got != "hello" {
				t.Errorf("%q, %v", got, err)
			}
			c.Quit(t.Context())
		})
	}
	against(t, cert, o, func(p *peer) {
		p.accept()
		p.say("220 Ready.")
		io.Copy(io.Discard, p.r)
	}, func(t *testing.T, o *ftpclient.Options, _ func() string) {
		_, err := ftpclient.Dial(t.Context(), addr, o)
		if err == nil || !strings.Contains(err.Error(), "greets in the clear") {
			t.Error(err)
		}
	})
}

// readAll reads what a command brings.
func readAll(c *ftpclient.Conn, verb, arg string) (string, error) {
	tr, err := c.Begin(context.Background(), ftpclient.Command{Verb: verb, Arg: arg})
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(tr)
	return string(b), errors.Join(err, tr.Close())
}

// TestTLSLevelRefused shows servers that protect commands and not files.
func TestTLSLevelRefused(t *testing.T) {
	cert := mint.Cert{}.Make()
	for _, tt := range []struct {
		security ftpclient.Security
		clear    bool
		ok       bool
	}{
		{ftpclient.SecurityAuto, false, true},
		{ftpclient.SecurityExplicit, false, false},
		{ftpclient.SecurityAuto, true, false},
	} {
		o := demanding(cert, 0)
		o.Security, o.TLS.ClearData = tt.security, tt.clear
		against(t, cert, o, func(p *peer) {
			p.accept()
			p.say("220 Ready.")
			p.talk("AUTH TLS", "234 Go.")
			p.protect()
			level := "PROT P"
			if tt.clear {
				level = "PROT C"
			}
			p.talk("USER anonymous", "230 In.", "PBSZ 0", "200 PBSZ=0", level, "534 No.")
			if !tt.ok {
				io.Copy(io.Discard, p.r)
				return
			}
			p.talk("FEAT", noFeats, "TYPE I", "200 I.")
			p.passive()
			p.talk("RETR a", "150 Here.")
			d := p.take()
			d.Write([]byte("hello"))
			d.Close()
			p.say("226 Done.")
			p.leave()
		}, func(t *testing.T, o *ftpclient.Options, log func() string) {
			c, err := ftpclient.Dial(t.Context(), addr, o)
			if !tt.ok {
				if !errors.Is(err, ftpclient.ErrSecurity) {
					t.Error(err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(log(), "level=WARN") || !strings.Contains(log(), "go over in the clear") {
				t.Errorf("it was not said: %s", log())
			}
			if got, err := readAll(c, "RETR", "a"); err != nil || got != "hello" {
				t.Errorf("%q, %v", got, err)
			}
			c.Quit(t.Context())
		})
	}
}
