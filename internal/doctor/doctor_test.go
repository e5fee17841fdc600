package doctor_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/doctor"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/mint"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// Both are on the internet.
const (
	server = "192.0.2.1"
	client = "198.51.100.7"
)

// clinic is a server, the way to it, and what an examination found.
type clinic struct {
	t     *testing.T
	net   *memnet.Net
	there *memnet.Host
	store storage.FS
	o     doctor.Options
	found []doctor.Finding
}

// open starts ferry's server in the bubble, changed as set says.
func open(t *testing.T, set func(*ftpserver.Config)) *clinic {
	t.Helper()
	n := memnet.New()
	c := &clinic{t: t, net: n, there: n.Host(server, "2001:db8::1"), store: mem.New(mem.Options{Capacity: 1 << 20})}
	cfg := ftpserver.Config{
		Net: c.there, ModeZ: true,
		Login: func(_ context.Context, cr ftpserver.Credentials) (*ftpserver.Account, error) {
			if cr.Password != "secret" {
				return nil, ftpserver.ErrLogin
			}
			return &ftpserver.Account{Name: cr.User, FS: c.store, Can: ftpserver.ReadWrite}, nil
		},
	}
	cfg.Limits.Idle = time.Hour
	if set != nil {
		set(&cfg)
	}
	srv, err := ftpserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 2)
	for _, at := range []string{server + ":21", "[2001:db8::1]:21"} {
		ln, err := c.there.Listen(t.Context(), "tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		go func() { done <- srv.Serve(ln) }()
	}
	t.Cleanup(func() {
		c.there.Plug()
		srv.Close()
		<-done
		<-done
		synctest.Wait()
		if ends := n.OpenEnds(); len(ends) > 0 {
			t.Errorf("left open: %q", ends)
		}
	})
	here := n.Host(client, "2001:db8::2")
	c.o = doctor.Options{
		Addr:   server + ":21",
		Client: ftpclient.Options{User: "ann", Password: "secret", Net: here},
	}
	return c
}

func (c *clinic) examine() error {
	c.t.Helper()
	return doctor.Examine(c.t.Context(), c.o, func(f doctor.Finding) { c.found = append(c.found, f) })
}

// finding returns that of a check.
func (c *clinic) finding(check string) doctor.Finding {
	c.t.Helper()
	i := slices.IndexFunc(c.found, func(f doctor.Finding) bool { return f.Check == check })
	if i < 0 {
		c.t.Errorf("nothing was found about %s", check)
		return doctor.Finding{}
	}
	return c.found[i]
}

// want fails the test unless a finding has the verdict and the words.
func (c *clinic) want(check string, v doctor.Verdict, words ...string) {
	c.t.Helper()
	f := c.finding(check)
	if f.Verdict != v {
		c.t.Errorf("%s: %s, want %s: %s", check, f.Verdict, v, f.Text)
	}
	for _, w := range words {
		if !strings.Contains(f.Text+" "+f.Advice, w) {
			c.t.Errorf("%s: %q, %q lack %q", check, f.Text, f.Advice, w)
		}
	}
}

// sound fails the test unless all but these checks are well.
func (c *clinic) sound(but ...string) {
	c.t.Helper()
	for _, f := range c.found {
		if (f.Verdict == doctor.Warn || f.Verdict == doctor.Fail) && !slices.Contains(but, f.Check) {
			c.t.Errorf("%s: %s: %s", f.Check, f.Verdict, f.Text)
		}
		if f.Text == "" || !strings.HasSuffix(f.Text, ".") || f.Advice != "" && !strings.HasSuffix(f.Advice, ".") {
			c.t.Errorf("%s: %q, %q are no sentences", f.Check, f.Text, f.Advice)
		}
	}
}

// TestSound: a server with which all is well.
func TestSound(t *testing.T) {
	cert := mint.Cert{}.Make()
	for _, protected := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			c := open(t, func(cfg *ftpserver.Config) {
				if protected {
					cfg.TLS.Config = &tls.Config{Certificates: []tls.Certificate{*cert}}
				}
			})
			c.o.Write, c.o.Connections = true, 3
			c.o.Idle = 5 * time.Minute
			c.o.Client.TLS.Config = &tls.Config{RootCAs: mint.Roots(cert), ServerName: "127.0.0.1"}
			if err := c.examine(); err != nil {
				t.Fatal(err)
			}
			var but []string
			if !protected {
				but = append(but, "tls.explicit")
				c.want("tls.explicit", doctor.Warn, "The server has no TLS: the password and all files go over in the clear")
			} else {
				c.want("tls.explicit", doctor.OK, "TLS 1.3")
				c.want("data.tls", doctor.OK, "They resume the session of the control connection")
				c.want("data.resumption", doctor.Note, "takes data connections that do not resume")
				but = append(but, "tls.certificate") // whether it lasts is another test
			}
			c.sound(but...)
			c.want("control.ipv4", doctor.OK, "An FTP server greets at 192.0.2.1:21 by IPv4")
			c.want("pipelining", doctor.OK)
			c.want("passive.epsv", doctor.OK)
			c.want("passive.pasv", doctor.OK)
			c.want("passive.address", doctor.OK, server)
			c.want("active", doctor.OK)
			c.want("restart", doctor.OK)
			c.want("listing", doctor.OK, "MLSD")
			c.want("modes", doctor.OK, "block mode", "mode Z")
			c.want("clock", doctor.OK)
			c.want("upload", doctor.OK)
			c.want("upload.resume", doctor.OK)
			c.want("times", doctor.OK)
			c.want("charset.names", doctor.OK)
			c.want("connections", doctor.OK, "takes 3 connections at once")
			c.want("idle", doctor.OK, "silent for 5m0s is still alive")
			for info, err := range c.store.List(t.Context(), ".") {
				t.Errorf("left behind: %+v, %v", info, err)
			}
		})
	}
}

// only allows connections to one port.
func only(port uint16, v memnet.Verdict) func(uint16) memnet.Verdict {
	return func(p uint16) memnet.Verdict {
		if p == port {
			return memnet.Allow
		}
		return v
	}
}

// TestSick: each thing that can be wrong has its sentence, with what to do about it.
func TestSick(t *testing.T) {
	fresh := mint.Cert{}.Make()
	for name, tt := range map[string]struct {
		server func(*ftpserver.Config)
		set    func(c *clinic)
		check  string
		want   doctor.Verdict
		words  []string
		ends   error // of the examination
	}{
		"no server": {set: func(c *clinic) { c.there.Firewall(func(uint16) memnet.Verdict { return memnet.Reject }) },
			check: "control.ipv4", want: doctor.Fail, words: []string{"No FTP server greets at 192.0.2.1:21"}, ends: errAny},
		"a firewall before it": {set: func(c *clinic) { c.there.Firewall(func(uint16) memnet.Verdict { return memnet.Drop }) },
			check: "control", want: doctor.Fail, words: []string{"No connection can be made", "nothing answers there at all"}, ends: errAny},
		"a wrong password": {set: func(c *clinic) { c.o.Client.Password = "guess" },
			check: "login", want: doctor.Fail, words: []string{"The login is refused", "530"}, ends: ftpclient.ErrLogin},
		"no passive ports": {set: func(c *clinic) { c.there.Firewall(only(21, memnet.Drop)) },
			check: "passive.epsv", want: doctor.Fail, words: []string{"nothing answers at the port that it names", "Open the range of passive ports"}},
		"refused passive ports": {set: func(c *clinic) { c.there.Firewall(only(21, memnet.Reject)) },
			check: "passive.pasv", want: doctor.Fail, words: []string{"nobody listens there"}},
		"an inner address": {server: func(cfg *ftpserver.Config) { cfg.Passive.PublicHost = "10.0.0.5" },
			check: "passive.address", want: doctor.Warn, words: []string{"PASV names 10.0.0.5", "behind a NAT", "pasv_address"}},
		"another address": {server: func(cfg *ftpserver.Config) { cfg.Passive.PublicHost = "198.51.100.9" },
			check: "passive.address", want: doctor.Warn, words: []string{"PASV names 198.51.100.9, and the server is reached at 192.0.2.1"}},
		"a NAT here": {set: func(c *clinic) {
			c.net.Host(client).Firewall(func(uint16) memnet.Verdict { return memnet.Drop })
		}, check: "active", want: doctor.Note, words: []string{"cannot reach this computer", "--active-address"}},
		"a certificate nobody knows": {server: func(cfg *ftpserver.Config) {
			cfg.TLS.Config = &tls.Config{Certificates: []tls.Certificate{*fresh}}
		}, set: func(c *clinic) { c.o.Client.Security = ftpclient.SecurityExplicit },
			check: "tls.certificate", want: doctor.Fail, words: []string{"cannot be trusted", "ferry trust"}, ends: errAny},
		"a certificate for another name": {server: func(cfg *ftpserver.Config) {
			cfg.TLS.Config = &tls.Config{Certificates: []tls.Certificate{*fresh}}
		}, set: func(c *clinic) { c.o.Client.TLS.Config = &tls.Config{RootCAs: mint.Roots(fresh)} },
			check: "tls.certificate", want: doctor.Warn, words: []string{"it is for", "ferry connects all the same"}},
		"no TLS where it is demanded": {set: func(c *clinic) { c.o.Client.Security = ftpclient.SecurityExplicit },
			check: "tls.explicit", want: doctor.Fail, words: []string{"has no TLS, which is demanded"}, ends: ftpclient.ErrSecurity},
		"TLS that must resume": {server: func(cfg *ftpserver.Config) {
			cfg.TLS.Config = &tls.Config{Certificates: []tls.Certificate{*fresh}}
			cfg.TLS.Reuse = ftpserver.ReuseRequire
		}, check: "data.resumption", want: doctor.Note, words: []string{"demands that data connections resume"}},
		"IPv6 that leads nowhere": {set: func(c *clinic) {
			c.o.Addr = "ftp.example:21"
			c.o.Client.Net = named{c.o.Client.Net}
			c.o.Lookup = func(context.Context, string) ([]netip.Addr, error) {
				return []netip.Addr{netip.MustParseAddr(server), netip.MustParseAddr("2001:db8::99")}, nil
			}
		}, check: "control.ipv6", want: doctor.Warn, words: []string{"The name leads to 2001:db8::99, too", "take the address out of the DNS"}},
		"no name": {set: func(c *clinic) {
			c.o.Addr = "nowhere.example:21"
			c.o.Client.Net = named{c.o.Client.Net}
			c.o.Lookup = func(context.Context, string) ([]netip.Addr, error) {
				return nil, &net.DNSError{Err: "no such host", Name: "nowhere.example"}
			}
		}, check: "name", want: doctor.Fail, words: []string{"cannot be resolved", "no such host"}, ends: errAny},
		"few connections": {server: func(cfg *ftpserver.Config) { cfg.Limits.SessionsPerIP = 2 }, set: func(c *clinic) { c.o.Connections = 5 },
			check: "connections", want: doctor.Warn, words: []string{"takes 2 connections at once, and no more", "--parallel 2"}},
		"a NAT that forgets": {set: func(c *clinic) {
			c.o.Idle = 20 * time.Minute
			c.net.OnConnect = func(dialed, accepted *memnet.Conn) {
				time.AfterFunc(3*time.Minute, func() { dialed.Stall(); accepted.Stall() })
			}
		}, check: "idle", want: doctor.Warn, words: []string{"silent for 4m0s is forgotten on the way", "After 2m0s it was still alive", "hang at 100%"}},
		"an idle limit": {server: func(cfg *ftpserver.Config) { cfg.Limits.Idle = 5 * time.Minute }, set: func(c *clinic) { c.o.Idle = 10 * time.Minute },
			check: "idle", want: doctor.Note, words: []string{"ends connections that are silent for 8m0s, and says so: 421"}},
		"a clock that is wrong": {set: func(c *clinic) {
			c.store, c.o.Write = shifted{c.store, 7 * time.Minute}, true
		}, check: "clock", want: doctor.Warn, words: []string{"7m0s in the future", "NTP"}},
		"times that are not in UTC": {set: func(c *clinic) {
			c.store, c.o.Write = shifted{c.store, 5*time.Hour + 30*time.Minute}, true
		}, check: "clock", want: doctor.Warn, words: []string{"5h30m0s in the future", "not in UTC", "use_localtime"}},
		"a folder that cannot be written": {set: func(c *clinic) { c.store, c.o.Write = storage.ReadOnly(c.store), true },
			check: "upload", want: doctor.Fail, words: []string{"cannot be uploaded"}},
		"a folder that is not there": {set: func(c *clinic) { c.o.Dir = "missing" },
			check: "active", want: doctor.Note, words: []string{"cannot be told", "the listing is refused"}},
		"no writing": {check: "upload", want: doctor.Note, words: []string{"Nothing was written", "--write"}},
		"a long way": {set: func(c *clinic) { c.net.Latency = 100 * time.Millisecond },
			check: "speed", want: doctor.Note, words: []string{"A round trip takes 200 ms", "30 MiB a second", "13m20s", "--parallel"}},
		"a proxy": {set: func(c *clinic) {
			c.o.Client.Proxy = &ftpclient.Proxy{Kind: ftpclient.ProxyHTTP, Addr: "192.0.2.200:3128"}
		}, check: "control", want: doctor.Fail, words: []string{"proxy http://192.0.2.200:3128: cannot be reached"}, ends: ftpclient.ErrProxy},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := open(t, tt.server)
				if tt.set != nil {
					tt.set(c)
				}
				err := c.examine()
				switch {
				case tt.ends == nil && err != nil, tt.ends == errAny && err == nil, tt.ends != nil && tt.ends != errAny && !errors.Is(err, tt.ends):
					t.Errorf("the examination ends with %v", err)
				}
				c.want(tt.check, tt.want, tt.words...)
				c.net.OnConnect = nil
				for info, err := range c.store.List(context.Background(), ".") {
					t.Errorf("left behind: %+v, %v", info, err)
				}
			})
		})
	}
}

// shifted is a store whose times are all off.
type shifted struct {
	storage.FS
	by time.Duration
}

func (s shifted) Stat(ctx context.Context, name string) (storage.Info, error) {
	info, err := s.FS.Stat(ctx, name)
	if !info.ModTime.IsZero() {
		info.ModTime = info.ModTime.Add(s.by)
	}
	return info, err
}

// errAny is any error.
var errAny = errors.New("any")

// named is a network on which ftp.example is the server, and no other name is known.
type named struct{ ftpclient.Network }

func (n named) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	switch _, err := netip.ParseAddr(host); {
	case host == "ftp.example":
		address = net.JoinHostPort(server, port)
	case err != nil:
		return nil, &net.DNSError{Err: "no such host", Name: host}
	}
	return n.Network.Dial(ctx, network, local, address)
}

// TestNoSecrets: no password is sent to a server that cannot be trusted, and none is in
// any finding.
func TestNoSecrets(t *testing.T) {
	cert := mint.Cert{}.Make()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		c := open(t, func(cfg *ftpserver.Config) {
			cfg.TLS.Config = &tls.Config{Certificates: []tls.Certificate{*cert}}
			login := cfg.Login
			cfg.Login = func(ctx context.Context, cr ftpserver.Credentials) (*ftpserver.Account, error) {
				asked++
				return login(ctx, cr)
			}
		})
		c.o.Client.Security = ftpclient.SecurityExplicit
		if err := c.examine(); err == nil {
			t.Error("a server that nobody vouches for is taken")
		}
		if asked > 0 {
			t.Errorf("%d logins were tried", asked)
		}
		c.want("login", doctor.Fail, "No password was sent")
		for _, f := range c.found {
			if strings.Contains(f.Text+f.Advice, "secret") {
				t.Errorf("%s: %s", f.Check, f.Text)
			}
		}
	})
}

// TestCancelled: an examination ends with its context, and leaves nothing behind.
func TestCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, nil)
		c.o.Idle = time.Hour
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Minute, cancel)
		if err := doctor.Examine(ctx, c.o, func(doctor.Finding) {}); !errors.Is(err, context.Canceled) {
			t.Errorf("it ends with %v", err)
		}
	})
}
