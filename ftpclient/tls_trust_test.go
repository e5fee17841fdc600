package ftpclient_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/mint"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// TestTLSCertificate shows whom the client trusts.
func TestTLSCertificate(t *testing.T) {
	good := mint.Cert{}.Make()
	other := mint.Cert{Hosts: []string{"ftp.example"}}.Make()
	errNo := errors.New("not this one")
	tests := []struct {
		name   string
		cert   *tls.Certificate
		change func(*ftpclient.Options)
		want   error // nil: it is taken
		kind   ftpclient.CertKind
		warned bool
	}{
		{name: "good", cert: good},
		{name: "stranger", cert: other, want: &ftpclient.CertError{}, kind: ftpclient.CertSelfSigned},
		{name: "stranger, where it is left to the server", cert: other, warned: true,
			change: func(o *ftpclient.Options) { o.Security = ftpclient.SecurityAuto }},
		{name: "good, where it is left to the server", cert: good,
			change: func(o *ftpclient.Options) { o.Security = ftpclient.SecurityAuto }},
		{name: "pinned", cert: other, change: func(o *ftpclient.Options) {
			o.TLS.Verify = func(state tls.ConnectionState, err error) error {
				var ce *ftpclient.CertError
				if !errors.As(err, &ce) || ce.Fingerprint() != ftpclient.KeyFingerprint(other.Leaf) {
					return errNo
				}
				return nil
			}
		}},
		{name: "good, and not wanted", cert: good, want: errNo, change: func(o *ftpclient.Options) {
			o.TLS.Verify = func(state tls.ConnectionState, err error) error {
				if err != nil || len(state.VerifiedChains) == 0 {
					return err
				}
				return errNo
			}
		}},
		{name: "not wanted, where it is left to the server", cert: other, want: errNo, change: func(o *ftpclient.Options) {
			o.Security = ftpclient.SecurityAuto
			o.TLS.Verify = func(tls.ConnectionState, error) error { return errNo }
		}},
		{name: "for a virtual host", cert: other, change: func(o *ftpclient.Options) {
			o.VirtualHost, o.TLS.Config.RootCAs = "ftp.example", mint.Roots(other)
		}},
		{name: "for the host, and not the virtual one", cert: good, change: func(o *ftpclient.Options) { o.VirtualHost = "ftp.example" }},
		{name: "unverified on demand", cert: other, change: func(o *ftpclient.Options) { o.TLS.Config.InsecureSkipVerify = true }},
		{name: "hooks of crypto/tls", cert: good, want: errNo, change: func(o *ftpclient.Options) {
			o.TLS.Config.VerifyPeerCertificate = func(raw [][]byte, chains [][]*x509.Certificate) error {
				if len(raw) == 1 && len(chains) == 1 {
					return errNo
				}
				return nil
			}
		}},
		{name: "hooks of crypto/tls, where it is left to the server", cert: good, want: errNo, change: func(o *ftpclient.Options) {
			o.Security = ftpclient.SecurityAuto
			o.TLS.Config.VerifyConnection = func(tls.ConnectionState) error { return errNo }
		}},
		{name: "hooks of crypto/tls for a stranger, where it is left to the server", cert: other, want: errNo, change: func(o *ftpclient.Options) {
			o.Security = ftpclient.SecurityAuto
			o.TLS.Config.VerifyPeerCertificate = func(raw [][]byte, chains [][]*x509.Certificate) error {
				if len(raw) == 1 && len(chains) == 0 {
					return errNo
				}
				return nil
			}
		}},
		{name: "a stranger whom the hooks of crypto/tls know, where it is left to the server", cert: other, warned: true, change: func(o *ftpclient.Options) {
			o.Security = ftpclient.SecurityAuto
			o.TLS.Config.VerifyConnection = func(state tls.ConnectionState) error {
				if !state.PeerCertificates[0].Equal(other.Leaf) {
					return errNo
				}
				return nil
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := demanding(good, 0)
			if tt.change != nil {
				tt.change(&o)
			}
			against(t, tt.cert, o, func(p *peer) {
				p.accept()
				p.say("220 Ready.")
				p.talk("AUTH TLS", "234 Go.")
				p.tls = tls.Server(p.raw, p.cfg)
				if err := p.tls.Handshake(); err != nil {
					return
				}
				p.over(p.tls)
				if name := p.tls.ConnectionState().ServerName; name != o.VirtualHost {
					t.Errorf("asked for %q", name)
				}
				if o.VirtualHost != "" {
					line, err := p.r.ReadString('\n')
					if err != nil {
						return
					}
					if line != "HOST "+o.VirtualHost+"\r\n" {
						t.Error(line)
					}
					p.say("220 Ready.")
				}
				line, err := p.r.ReadString('\n')
				if err != nil {
					return // it was refused, under TLS 1.3 without a word before
				}
				if tt.want != nil {
					t.Errorf("the client says %q", line)
				}
				p.say("230 In.")
				p.talk("PBSZ 0", "200 PBSZ=0", "PROT P", "200 P.", "FEAT", noFeats)
				p.leave()
			}, func(t *testing.T, o *ftpclient.Options, log func() string) {
				c, err := ftpclient.Dial(t.Context(), addr, o)
				var ce *ftpclient.CertError
				switch {
				case tt.want == errNo:
					if !errors.Is(err, errNo) {
						t.Error(err)
					}
				case tt.want != nil:
					if !errors.As(err, &ce) || ce.Kind() != tt.kind {
						t.Error(err)
					}
				case err != nil:
					t.Error(err)
				}
				if strings.Contains(log(), "cannot be verified") != tt.warned {
					t.Errorf("log: %s", log())
				}
				if err == nil {
					c.Quit(t.Context())
				}
			})
		})
	}
}

// TestTLSDowngrade shows that a Client which has had TLS, or a good certificate, does
// with nothing less from the same server afterwards.
func TestTLSDowngrade(t *testing.T) {
	good, other := mint.Cert{}.Make(), mint.Cert{}.Make()
	for _, stripped := range []bool{true, false} {
		o := demanding(good, 0)
		o.Security = ftpclient.SecurityAuto
		against(t, good, o, func(p *peer) {
			p.welcome(noFeats)
			p.talk("NOOP", "200 OK.", "CWD x", "250 OK.") // after which the Client closes
			p.raw.Close()
			p.accept()
			p.say("220 Ready.")
			if stripped {
				p.talk("AUTH TLS", "502 What?")
			} else {
				p.talk("AUTH TLS", "234 Go.")
				p.cfg.Certificates[0] = *other
				tls.Server(p.raw, p.cfg).Handshake()
			}
			io.Copy(io.Discard, p.r)
		}, func(t *testing.T, o *ftpclient.Options, _ func() string) {
			cl := ftpclient.New(addr, o)
			defer cl.Close()
			for _, cmd := range [][]string{{"NOOP"}, {"CWD", "x"}} {
				if _, err := cl.Do(t.Context(), cmd[0], cmd[1:]...); err != nil {
					t.Fatal(err)
				}
			}
			_, err := cl.Do(t.Context(), "NOOP")
			var ce *ftpclient.CertError
			if stripped && (!errors.Is(err, ftpclient.ErrSecurity) || !strings.Contains(err.Error(), "had TLS a moment ago")) || !stripped && !errors.As(err, &ce) {
				t.Error(err)
			}
		})
	}
}

// TestTLSClientCertificate shows a login by certificate.
func TestTLSClientCertificate(t *testing.T) {
	cert, mine := mint.Cert{}.Make(), mint.Cert{Name: "me"}.Make()
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		o := demanding(cert, version)
		o.TLS.Config.Certificates = []tls.Certificate{*mine}
		against(t, cert, o, func(p *peer) {
			p.cfg.ClientAuth = tls.RequireAnyClientCert
			p.accept()
			p.say("220 Ready.")
			p.talk("AUTH TLS", "234 Go.")
			p.protect()
			if got := p.tls.ConnectionState().PeerCertificates; len(got) != 1 || !got[0].Equal(mine.Leaf) {
				t.Errorf("the client shows %d certificates", len(got))
			}
			p.talk("USER anonymous", "232 In by certificate.", "PBSZ 0", "200 PBSZ=0", "PROT P", "200 P.", "FEAT", noFeats)
			p.leave()
		}, func(t *testing.T, o *ftpclient.Options, _ func() string) {
			c, err := ftpclient.Dial(t.Context(), addr, o)
			if err != nil {
				t.Fatal(err)
			}
			c.Quit(t.Context())
		})
	}
}

// TestTLSRelogin shows what REIN does to TLS: with some servers it ends, and begins
// anew, as RFC 4217, 11 has it; with others it stays.
func TestTLSRelogin(t *testing.T) {
	cert := mint.Cert{}.Make()
	for _, stays := range []bool{true, false} {
		against(t, cert, demanding(cert, 0), func(p *peer) {
			p.welcome(noFeats)
			for _, user := range []string{"you", "me"} {
				p.talk("REIN", "220 Again.")
				if !stays {
					p.leaveTLS()
					p.talk("AUTH TLS", "234 Go.")
					p.protect()
				}
				p.talk("USER "+user, "331 Password?", "PASS x", "230 In.", "PBSZ 0", "200 PBSZ=0", "PROT P", "200 P.", "FEAT", noFeats)
			}
			p.leave()
		}, func(t *testing.T, o *ftpclient.Options, _ func() string) {
			c, err := ftpclient.Dial(t.Context(), addr, o)
			if err != nil {
				t.Fatal(err)
			}
			for _, user := range []string{"you", "me"} {
				if err := c.Relogin(t.Context(), user, "x", ""); err != nil {
					t.Error(err)
				}
			}
			c.Quit(t.Context())
		})
	}
}

// TestTLSReloginFerry is the same with ferry's own server.
func TestTLSReloginFerry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		cert := mint.Cert{}.Make()
		at := serveFerry(t, n, mem.New(mem.Options{}), withTLS(cert))
		o := demanding(cert, 0)
		o.Net = n
		c, err := ftpclient.Dial(t.Context(), at, &o)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := c.Relogin(t.Context(), "you", "x", ""); err != nil {
				t.Fatal(err)
			}
			if _, err := readAll(c, "MLSD", ""); err != nil {
				t.Error(err)
			}
			if _, ok := c.ConnectionState(); !ok {
				t.Error("it is not protected any more")
			}
		}
		c.Quit(t.Context())
	})
}

// TestTLSClearControl shows CCC, with a reply in the same segment as the end of TLS.
func TestTLSClearControl(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		cert := mint.Cert{}.Make()
		o := demanding(cert, version)
		o.TLS.ClearControl = true
		against(t, cert, o, func(p *peer) {
			p.accept()
			p.say("220 Ready.")
			p.talk("AUTH TLS", "234 Go.")
			together := p.protectCorked()
			p.talk("USER anonymous", "230 In.", "PBSZ 0", "200 PBSZ=0", "PROT P", "200 P.", "FEAT", noFeats)
			p.expect("CCC")
			together.on = true
			p.say("200 In the clear.")
			p.tls.CloseWrite()
			together.Write([]byte("200 Unasked for.\r\n"))
			together.flush()
			p.untilEnd()
			p.talk("NOOP", "200 OK.", "TYPE I", "200 I.")
			p.passive()
			p.talk("RETR a", "150 Here.")
			d := p.takeTLS(p.cfg)
			d.Write([]byte("hello"))
			d.Close()
			p.say("226 Done.")
			p.leave()
		}, func(t *testing.T, o *ftpclient.Options, log func() string) {
			c, err := ftpclient.Dial(t.Context(), addr, o)
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := c.ConnectionState(); ok {
				t.Error("it is said to be protected")
			}
			synctest.Wait()
			if _, err := c.Do(t.Context(), "NOOP"); err != nil {
				t.Error(err)
			}
			if got, err := readAll(c, "RETR", "a"); err != nil || got != "hello" {
				t.Errorf("%q, %v", got, err)
			}
			if !strings.Contains(log(), "Unasked for") {
				t.Errorf("what came behind the end of TLS is lost: %s", log())
			}
			c.Quit(t.Context())
		})
	}
}
