package ftpclient_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
)

// TestProxyLogin shows what is said on the way through a proxy that speaks FTP.
func TestProxyLogin(t *testing.T) {
	const end = "C: FEAT\nS: 502 No.\n"
	fw := "C: USER fw\nS: 331 Password?\nC: PASS fwpass\nS: 230 You are at the proxy.\n"
	in := "C: USER ann\nS: 331 Password?\nC: PASS pw\nS: 230 In.\n"
	for name, tt := range map[string]struct {
		user, way, at string // user at the proxy, with a password if it has one
		script        string
		fails         string // in the text of the error
	}{
		"without a login":          {at: "ftp.example", script: "C: USER ann@ftp.example\nS: 331 Password?\nC: PASS pw\nS: 230 In.\n"},
		"to a port":                {at: "ftp.example:2121", script: "C: USER ann@ftp.example:2121\nS: 331 Password?\nC: PASS pw\nS: 230 In.\n"},
		"to an IPv6 address":       {at: "[2001:db8::1]:21", script: "C: USER ann@[2001:db8::1]\nS: 331 Password?\nC: PASS pw\nS: 230 In.\n"},
		"without a password":       {at: "ftp.example", script: "C: USER ann@ftp.example\nS: 230 In.\n"},
		"with one":                 {user: "fw", at: "ftp.example", script: fw + "C: USER ann@ftp.example\nS: 331 Password?\nC: PASS pw\nS: 230 In.\n"},
		"that needs no password":   {user: "fw", at: "ftp.example", script: "C: USER fw\nS: 230 In.\nC: USER ann@ftp.example\nS: 331 Password?\nC: PASS pw\nS: 230 In.\n"},
		"SITE":                     {user: "fw", way: "site", at: "ftp.example", script: fw + "C: SITE ftp.example\nS: 220 There.\n" + in},
		"OPEN":                     {user: "fw", way: "open", at: "ftp.example:2", script: fw + "C: OPEN ftp.example:2\nS: 220 There.\n" + in},
		"OPEN alone":               {way: "open,no_proxyuser", at: "ftp.example", script: "C: OPEN ftp.example\nS: 220 There.\n" + in},
		"SITE alone":               {way: "site,no_proxyuser", at: "ftp.example", script: "C: SITE ftp.example\nS: 220 There.\n" + in},
		"all in one":               {user: "fw", way: "user@proxyuser@host", at: "ftp.example", script: "C: USER ann@fw@ftp.example\nS: 331 Password?\nC: PASS pw@fwpass\nS: 230 In.\n"},
		"proxyuser@host":           {user: "fw", way: "proxyuser@host", at: "ftp.example", script: "C: USER fw@ftp.example\nS: 331 Password?\nC: PASS fwpass\nS: 220 There.\n" + in},
		"an account for it":        {user: "fw", way: "user@host_proxyuser", at: "ftp.example", script: "C: USER ann@ftp.example fw\nS: 331 Password?\nC: PASS pw\nS: 332 And the proxy's?\nC: ACCT fwpass\nS: 230 In.\n"},
		"no account for it":        {user: "fw", way: "user@host_proxyuser", at: "ftp.example", script: "C: USER ann@ftp.example fw\nS: 331 Password?\nC: PASS pw\nS: 230 In.\n"},
		"the port as a word":       {way: "user@host_port", at: "ftp.example:2121", script: "C: USER ann@ftp.example 2121\nS: 331 Password?\nC: PASS pw\nS: 230 In.\n"},
		"a script":                 {user: "fw", way: "AUTHORIZE %U 100%%; USER %u@%n; PASS %p", at: "ftp.example", script: "C: AUTHORIZE fw 100%\nS: 200 OK.\nC: USER ann@ftp.example\nS: 331 Password?\nC: PASS pw\nS: 230 In.\n"},
		"refused by the proxy":     {user: "fw", at: "ftp.example", fails: "on the way through the proxy 127.0.0.1:21", script: "C: USER fw\nS: 331 Password?\nC: PASS fwpass\nS: 530 No.\n"},
		"the host is not reached":  {user: "fw", way: "open", at: "ftp.example", fails: "OPEN: 421", script: fw + "C: OPEN ftp.example\nS: 421 No route.\n"},
		"the account is asked for": {at: "ftp.example", fails: "332", script: "C: USER ann@ftp.example\nS: 331 Password?\nC: PASS pw\nS: 332 Account?\n"},
	} {
		t.Run(name, func(t *testing.T) {
			script := "S: 220 This is the proxy.\n" + tt.script
			if tt.fails != "" {
				script += "X: client closed\n"
			} else {
				script = polite(script + end)
			}
			p := &ftpclient.Proxy{Kind: ftpclient.ProxyFTP, Addr: addr, User: tt.user, Login: tt.way}
			if tt.user != "" {
				p.Password = "fwpass"
			}
			if err := p.Check(); err != nil {
				t.Fatal(err)
			}
			playing(t, script, ftpclient.Options{User: "ann", Password: "pw", Proxy: p}, func(t *testing.T, _ *memnet.Net, o *ftpclient.Options) {
				var seen strings.Builder
				o.Trace = func(e ftpclient.TraceEvent) { seen.WriteString(e.Line + "\n") }
				c, err := ftpclient.Dial(t.Context(), tt.at, o)
				if err == nil {
					c.Quit(t.Context())
				}
				if (tt.fails != "") != (err != nil) || err != nil && !strings.Contains(err.Error(), tt.fails) {
					t.Errorf("the error is %v, want one with %q", err, tt.fails)
				}
				if strings.Contains(seen.String(), "fwpass") || strings.Contains(seen.String(), "pw\n") {
					t.Errorf("the trace shows a password:\n%s", seen.String())
				}
			})
		})
	}
}

// TestProxyLoginCheck: what cannot be meant is refused before anything is sent.
func TestProxyLoginCheck(t *testing.T) {
	for login, fine := range map[string]bool{
		"": true, "open": true, "USER %u": true, "user %u@%h;pass %p": true,
		"opne": false, "OPEN %h": false, "USER %x": false, "USER %": false, "USER %u\r\nDELE x": false,
	} {
		p := &ftpclient.Proxy{Kind: ftpclient.ProxyFTP, Addr: "p:21", Login: login}
		if err := p.Check(); (err == nil) != fine {
			t.Errorf("%q: %v", login, err)
		}
	}
	for way := range ftpclient.ProxyLogins() {
		if err := (&ftpclient.Proxy{Kind: ftpclient.ProxyFTP, Login: way}).Check(); err != nil {
			t.Error(err)
		}
	}
	if err := (&ftpclient.Proxy{Kind: ftpclient.ProxyHTTP, Login: "open"}).Check(); err == nil {
		t.Error("an HTTP proxy has a way to log in")
	}
}

// TestProxyLoginCause: a refusal is one of the login, as without a proxy.
func TestProxyLoginCause(t *testing.T) {
	p := &ftpclient.Proxy{Kind: ftpclient.ProxyFTP, Addr: addr}
	script := "S: 220 Hi.\nC: USER ann@ftp.example\nS: 331 Password?\nC: PASS pw\nS: 530 No.\nX: client closed\n"
	playing(t, script, ftpclient.Options{User: "ann", Password: "pw", Proxy: p}, func(t *testing.T, _ *memnet.Net, o *ftpclient.Options) {
		if _, err := ftpclient.Dial(t.Context(), "ftp.example", o); !errors.Is(err, ftpclient.ErrLogin) {
			t.Errorf("the error is %v", err)
		}
	})
}
