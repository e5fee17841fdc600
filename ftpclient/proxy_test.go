package ftpclient_test

import (
	"context"
	"crypto/tls"
	"errors"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/mint"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
	"github.com/seed-6092453b/ferry/storage/storagetest"
)

// proxied reads a proxy that has to be well written.
func proxied(t testing.TB, raw string) *ftpclient.Proxy {
	t.Helper()
	p, err := ftpclient.ParseProxy(raw)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestStorageProxy holds the client to the contract of storage.FS through proxies, which
// no connection goes past.
func TestStorageProxy(t *testing.T) {
	if testing.Short() {
		t.Skip("a proxy in front changes what is dialled, and TestStorage runs the same")
	}
	cert := mint.Cert{}.Make()
	for _, tt := range []struct {
		name, url      string
		http           bool
		user, password string
		data           ftpclient.DataMode
		tls            bool // between the proxy and here, and with the server
	}{
		{name: "SOCKS5", url: "socks5://" + proxyAddr},
		{name: "SOCKS5 with a password, active", url: "socks5://bob:s%3Acret@" + proxyAddr, user: "bob", password: "s:cret", data: ftpclient.DataActive},
		{name: "CONNECT", url: "http://bob:secret@" + proxyAddr, http: true, user: "bob", password: "secret"},
		{name: "CONNECT under TLS, to TLS", url: "https://" + proxyAddr, http: true, tls: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storagetest.Run(t, storagetest.Options{
				New: func(t testing.TB) storage.FS {
					n := memnet.New()
					fake := &fakeProxy{http: tt.http, user: tt.user, password: tt.password}
					o := ftpclient.Options{Net: n, Proxy: proxied(t, tt.url), Data: tt.data}
					var with []func(*ftpserver.Config)
					if tt.tls {
						fake.cert = cert
						o.Security, o.TLS.Config = ftpclient.SecurityExplicit, &tls.Config{RootCAs: mint.Roots(cert)}
						o.Proxy.TLS = &tls.Config{RootCAs: mint.Roots(cert), ServerName: "127.0.0.1"}
						with = append(with, withTLS(cert))
					}
					addr := serveFerry(t, n, mem.New(mem.Options{Capacity: 1 << 30}), with...)
					fake.start(t, n)
					cl := ftpclient.New(addr, &o)
					t.Cleanup(func() { cl.Close() })
					return cl
				},
				Names:    func(name string) bool { return !strings.ContainsAny(name, "\r\n") },
				Synctest: true,
				Remote:   true,
			})
		})
	}
}

// TestProxyName: a proxy that resolves names is given the name for every connection.
func TestProxyName(t *testing.T) {
	for _, tt := range []struct {
		scheme string
		data   ftpclient.DataMode
		seen   []string
	}{
		{"socks5h", ftpclient.DataAuto, []string{"CONNECT ftp.example:21", "CONNECT ftp.example:*"}},
		{"socks5h", ftpclient.DataActive, []string{"CONNECT ftp.example:21", "BIND ftp.example:*"}},
		{"http", ftpclient.DataAuto, []string{"CONNECT ftp.example:21", "CONNECT ftp.example:*"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			n := memnet.New()
			serveFerry(t, n, mem.New(mem.Options{}))
			fake := (&fakeProxy{http: tt.scheme == "http", names: map[string]string{"ftp.example": "127.0.0.1"}}).start(t, n)
			cl := ftpclient.New("ftp.example", &ftpclient.Options{Net: n, Proxy: proxied(t, tt.scheme+"://"+proxyAddr), Data: tt.data})
			defer cl.Close()
			for _, err := range cl.List(t.Context(), ".") {
				t.Error(err)
			}
			seen := fake.commands()
			for i, s := range seen {
				if i > 0 {
					seen[i] = s[:strings.LastIndexByte(s, ':')] + ":*"
				}
			}
			if !slices.Equal(seen, tt.seen) {
				t.Errorf("%s: the proxy saw %q, want %q", tt.scheme, seen, tt.seen)
			}
		})
	}
}

// TestProxyRefusals: whatever a proxy does instead of its work is told as its doing, with
// a way out.
func TestProxyRefusals(t *testing.T) {
	socks := func(code byte) string { return string([]byte{5, code, 0, 1, 0, 0, 0, 0, 0, 0}) }
	for _, tt := range []struct {
		name, scheme   string
		http           bool // what listens is an HTTP proxy, whatever the scheme
		user, password string
		say            string // in the place of the answer for the control connection
		want           string // in the text of the error
		is             error
	}{
		{name: "not allowed", scheme: "socks5", say: socks(2), want: "its rules do not allow that connection (its administrator has to allow"},
		{name: "no network", scheme: "socks5", say: socks(3), want: "it cannot reach the server: network is unreachable", is: syscall.ENETUNREACH},
		{name: "no host", scheme: "socks5", say: socks(4), want: "it cannot reach the server: no route to host (is the name", is: syscall.EHOSTUNREACH},
		{name: "refused", scheme: "socks5", say: socks(5), want: "it cannot reach the server: connection refused", is: syscall.ECONNREFUSED},
		{name: "of age", scheme: "socks5", say: socks(6), want: "it cannot reach the server: timed out (a firewall behind the proxy"},
		{name: "no IPv6", scheme: "socks5", say: socks(8), want: "it does not take addresses of that kind (let the proxy"},
		{name: "unknown reason", scheme: "socks5", say: socks(77), want: "for reason number 77"},
		{name: "nonsense", scheme: "socks5", say: "\x05\x00\x00\x09", want: "its reply makes no sense"},
		{name: "cut", scheme: "socks5", say: "\x05\x00", want: "broke off: unexpected EOF"},
		{name: "a login is demanded", scheme: "socks5", user: "bob", want: "it demands a login (give the user and the password at the proxy"},
		{name: "a wrong password", scheme: "socks5://bob:no@", user: "bob", password: "yes", want: "it refuses user or password (check"},
		{name: "not SOCKS", scheme: "socks5", http: true, want: "proxy socks5://" + proxyAddr + ": "},
		{name: "407", scheme: "http", user: "bob", want: "it answers 407 Proxy Authentication Required (give the user"},
		{name: "407 again", scheme: "http://bob:no@", user: "bob", password: "yes", want: "(check the user and the password at the proxy)"},
		{name: "NTLM", scheme: "http", say: "HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM\r\n\r\n", want: "a way of logging in that is not supported: NTLM"},
		{name: "403", scheme: "http", say: "HTTP/1.1 403 Forbidden\r\n\r\n", want: "it answers 403 Forbidden (the proxy does not allow connections to port 21)"},
		{name: "502", scheme: "http", say: "HTTP/1.1 502 Bad Gateway\r\n\r\n", want: "it answers 502 Bad Gateway (the proxy cannot reach 127.0.0.1:21)"},
		{name: "100 first", scheme: "http", say: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 599 Tired\r\n\r\n", want: "it answers 599 Tired"},
		{name: "not HTTP", scheme: "http", say: "220 An FTP server.\r\n", want: "what answers is not an HTTP proxy"},
		{name: "without end", scheme: "http", say: "HTTP/1.1 200 OK\r\n" + strings.Repeat("X: y\r\n", 20_000), want: "what answers is not an HTTP proxy"},
		{name: "no status", scheme: "http", say: "HTTP/1.1\r\n\r\n", want: "what answers is not an HTTP proxy"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := memnet.New()
				fake := &fakeProxy{http: strings.HasPrefix(tt.scheme, "http") || tt.http, user: tt.user, password: tt.password}
				if tt.say != "" {
					fake.say = func(string, string) string { return tt.say }
				}
				fake.start(t, n)
				raw := tt.scheme + proxyAddr
				if !strings.Contains(raw, "://") {
					raw = tt.scheme + "://" + proxyAddr
				}
				_, err := ftpclient.Dial(t.Context(), addr, &ftpclient.Options{Net: n, Proxy: proxied(t, raw)})
				if !errors.Is(err, ftpclient.ErrProxy) || tt.is != nil && !errors.Is(err, tt.is) {
					t.Fatalf("error %v is not of the proxy", err)
				}
				if text := err.Error(); !strings.Contains(text, tt.want) || strings.Contains(text, "bob:") {
					t.Errorf("the error is\n%s\nwant\n%s", text, tt.want)
				}
			})
		})
	}
}

// TestProxySilent: it is told whether it is the proxy that cannot be reached, or what is
// behind it.
func TestProxySilent(t *testing.T) {
	for _, tt := range []struct {
		name string
		set  func(n *memnet.Net, p *fakeProxy)
		want string
	}{
		{"proxy", func(n *memnet.Net, _ *fakeProxy) { n.Host("10.0.0.1").Unplug() }, "proxy socks5://10.0.0.1:1080: cannot be reached: timed out (is the proxy running"},
		{"no proxy", func(n *memnet.Net, _ *fakeProxy) {
			n.Host("10.0.0.1").Firewall(func(uint16) memnet.Verdict { return memnet.Reject })
		}, "proxy socks5://10.0.0.1:1080: cannot be reached: connection refused"},
		{"behind", func(n *memnet.Net, _ *fakeProxy) {
			n.Host("127.0.0.1").Firewall(func(uint16) memnet.Verdict { return memnet.Drop })
		}, "the proxy does not come to an end with connecting to 127.0.0.1:21: timed out (a firewall behind the proxy"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := memnet.New()
				fake := (&fakeProxy{}).start(t, n)
				tt.set(n, fake)
				begun := time.Now()
				_, err := ftpclient.Dial(t.Context(), addr, &ftpclient.Options{Net: n, Proxy: proxied(t, "socks5://"+proxyAddr), Timeout: 20 * time.Second})
				if took := time.Since(begun); took > 20*time.Second {
					t.Errorf("it took %v", took)
				}
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("the error is\n%v\nwant\n%s", err, tt.want)
				}
			})
		})
	}
}

// TestProxyCancelled: a context ends the dialogue with a proxy that is silent.
func TestProxyCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		ln, err := n.Host("10.0.0.1").Listen(t.Context(), "tcp", proxyAddr)
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		for _, scheme := range []string{"socks5", "http"} {
			_, err = ftpclient.Dial(ctx, addr, &ftpclient.Options{Net: n, Proxy: proxied(t, scheme+"://"+proxyAddr), Timeout: -1})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", scheme, err)
			}
		}
	})
}

// TestProxyDataRefused: a proxy that allows the control port alone is told apart from a
// server whose ports are closed.
func TestProxyDataRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		serveFerry(t, n, mem.New(mem.Options{}))
		(&fakeProxy{http: true, say: func(_, address string) string {
			if strings.HasSuffix(address, ":21") {
				return ""
			}
			return "HTTP/1.1 403 Forbidden\r\n\r\n"
		}}).start(t, n)
		cl := ftpclient.New(addr, &ftpclient.Options{Net: n, Proxy: proxied(t, "http://"+proxyAddr)})
		defer cl.Close()
		var err error
		for _, err = range cl.List(t.Context(), ".") {
		}
		if err == nil || !strings.Contains(err.Error(), "for data connections it has to allow CONNECT to all the passive ports") {
			t.Errorf("the error is %v", err)
		}
	})
}

// TestActiveThroughHTTP: an HTTP proxy cannot listen, which is said before anything else
// is tried.
func TestActiveThroughHTTP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		serveFerry(t, n, mem.New(mem.Options{}))
		(&fakeProxy{http: true}).start(t, n)
		c, err := ftpclient.Dial(t.Context(), addr, &ftpclient.Options{Net: n, Proxy: proxied(t, "http://"+proxyAddr), Data: ftpclient.DataActive})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Quit(t.Context())
		_, err = c.Begin(t.Context(), ftpclient.Command{Verb: "LIST"})
		if !errors.Is(err, ftpclient.ErrProxy) || !strings.Contains(err.Error(), "use passive mode") {
			t.Errorf("the error is %v", err)
		}
	})
}

// TestParseProxy reads URLs, and shows none of their passwords.
func TestParseProxy(t *testing.T) {
	for raw, want := range map[string]ftpclient.Proxy{
		"socks5://p":                  {Kind: ftpclient.ProxySOCKS5, Addr: "p:1080"},
		"SOCKS5H://p:1/":              {Kind: ftpclient.ProxySOCKS5Name, Addr: "p:1"},
		"http://a:b@p":                {Kind: ftpclient.ProxyHTTP, Addr: "p:80", User: "a", Password: "b"},
		"https://a%40b:c%3Ad@[::1]":   {Kind: ftpclient.ProxyHTTPS, Addr: "[::1]:443", User: "a@b", Password: "c:d"},
		"ftp://a@p:2121":              {Kind: ftpclient.ProxyFTP, Addr: "p:2121", User: "a"},
		"socks5://[fe80::1%25eth0]:9": {Kind: ftpclient.ProxySOCKS5, Addr: "[fe80::1%eth0]:9"},
		"http://a:b@c@p":              {Kind: ftpclient.ProxyHTTP, Addr: "p:80", User: "a", Password: "b@c"},
	} {
		got, err := ftpclient.ParseProxy(raw)
		if err != nil || *got != want {
			t.Errorf("%s: %+v, %v", raw, got, err)
		}
	}
	for _, raw := range []string{"", "p:1080", "gopher://p", "socks5://", "socks5://p:0", "socks5://p:x", "http://:secret@p", "http://a:%zzsecret@p",
		"http://a:secret%0d@p", "socks5://::1", "socks5://p/path", "socks5://p q", "socks4://p"} {
		if p, err := ftpclient.ParseProxy(raw); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %+v, %v", raw, p, err)
		}
	}
}

// FuzzParseProxy: what is read can be written and read again.
func FuzzParseProxy(f *testing.F) {
	for _, s := range []string{"socks5://a:b@p:1", "http://[::1]:80", "ftp://[fe80::1%25e]", "https://x@y/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		p, err := ftpclient.ParseProxy(raw)
		if err != nil {
			return
		}
		if strings.ContainsAny(p.Addr, " \r\n\x00") || strings.ContainsAny(p.User+p.Password, "\r\n\x00") {
			t.Errorf("%q: %+v", raw, p)
		}
		if strings.Contains(p.Addr, "%") {
			return
		}
		again, err := ftpclient.ParseProxy(p.String())
		if err != nil || again.Addr != p.Addr || again.Kind != p.Kind {
			t.Errorf("%q: %+v, %v", raw, again, err)
		}
	})
}
