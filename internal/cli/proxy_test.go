package cli

import (
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
)

// TestProxyFor: which proxy is used, of all that could be meant.
func TestProxyFor(t *testing.T) {
	for name, tt := range map[string]struct {
		url   string
		flags proxyFlags
		env   string // "NAME=value NAME=value"
		want  string // the URL of the proxy; "" none
		fails string // in the text of the error
	}{
		"nothing":                   {url: "ftp://host/"},
		"by flag":                   {url: "ftp://host/", flags: proxyFlags{Proxy: "socks5://p"}, env: "ftp_proxy=http://q", want: "socks5://p:1080"},
		"of loopback, by flag":      {url: "ftp://127.0.0.1/", flags: proxyFlags{Proxy: "socks5://p"}, want: "socks5://p:1080"},
		"direct":                    {url: "ftp://host/", flags: proxyFlags{Proxy: "direct"}, env: "ftp_proxy=http://q"},
		"ftp_proxy":                 {url: "ftp://host/", env: "ftp_proxy=http://q all_proxy=http://r", want: "http://q:80"},
		"FTP_PROXY":                 {url: "ftpes://host/", env: "FTP_PROXY=http://q:3128 ALL_PROXY=http://r", want: "http://q:3128"},
		"ftps_proxy":                {url: "ftps://host/", env: "ftps_proxy=http://q ftp_proxy=http://r", want: "http://q:80"},
		"not of ftps":               {url: "ftps://host/", env: "ftp_proxy=http://r"},
		"ALL_PROXY":                 {url: "ftp://host/", env: "ALL_PROXY=socks5h://q", want: "socks5h://q:1080"},
		"without a scheme":          {url: "ftp://host/", env: "ftp_proxy=q:3128", want: "http://q:3128"},
		"no_proxy":                  {url: "ftp://a.host.example/", env: "ftp_proxy=http://q no_proxy=other,.host.example"},
		"NO_PROXY":                  {url: "ftp://10.1.2.3/", env: "ftp_proxy=http://q NO_PROXY=10.0.0.0/8"},
		"no_proxy of all":           {url: "ftp://host/", env: "ftp_proxy=http://q no_proxy=*"},
		"no_proxy of another":       {url: "ftp://host/", env: "ftp_proxy=http://q no_proxy=ghost,st", want: "http://q:80"},
		"no_proxy of a port":        {url: "ftp://host:2121/", env: "ftp_proxy=http://q no_proxy=host:2121"},
		"of loopback":               {url: "ftp://127.0.0.1/", env: "ftp_proxy=http://q"},
		"of localhost":              {url: "ftp://localhost/", env: "ALL_PROXY=http://q"},
		"badly written":             {url: "ftp://host/", env: "ftp_proxy=gopher://ann:secret@q", fails: "ftp_proxy: "},
		"a way that is none":        {url: "ftp://host/", flags: proxyFlags{Proxy: "ftp://p", ProxyLogin: "opne"}, fails: "opne"},
		"a way for no proxy":        {url: "ftp://host/", flags: proxyFlags{ProxyLogin: "open"}, fails: "--proxy ftp://HOST"},
		"a way for another proxy":   {url: "ftp://host/", flags: proxyFlags{Proxy: "http://p", ProxyLogin: "open"}, fails: "only a proxy that speaks FTP"},
		"a way for the environment": {url: "ftp://host/", flags: proxyFlags{ProxyLogin: "open"}, env: "ftp_proxy=ftp://q", want: "ftp://q:21"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, v := range []string{"ftp_proxy", "ftps_proxy", "all_proxy", "no_proxy"} {
				t.Setenv(v, "")
				t.Setenv(strings.ToUpper(v), "")
			}
			for _, set := range strings.Fields(tt.env) {
				key, value, _ := strings.Cut(set, "=")
				t.Setenv(key, value)
			}
			u, err := parseURL(tt.url)
			if err != nil {
				t.Fatal(err)
			}
			p, err := tt.flags.proxyFor(u)
			if tt.fails != "" {
				if err == nil || !strings.Contains(err.Error(), tt.fails) || strings.Contains(err.Error(), "secret") || exitCode(err) != exitUsage {
					t.Errorf("the error is %v", err)
				}
				return
			}
			got := ""
			if p != nil {
				got = p.String()
			}
			if err != nil || got != tt.want {
				t.Errorf("the proxy is %q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

// TestProxyOutcome: a proxy that fails is told, and ends with the code of whoever cannot
// connect.
func TestProxyOutcome(t *testing.T) {
	err := error(&ftpclient.ConnError{Data: true, Op: "connect", Addr: "h:5000", Err: &ftpclient.ProxyError{Proxy: "http://p:80", Reason: "it answers 403 Forbidden"}, Hint: "ask"})
	if code, text := exitCode(err), message(err); code != exitConnect || text != "data connection to h:5000: connect: proxy http://p:80: it answers 403 Forbidden (ask)" {
		t.Errorf("%d, %s", code, text)
	}
}

// TestProxyCertified: TLS ends at a proxy that speaks FTP, and nowhere before.
func TestProxyCertified(t *testing.T) {
	u, err := parseURL("ftp://host/")
	if err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[ftpclient.ProxyKind]string{ftpclient.ProxyFTP: "p:2121", ftpclient.ProxyHTTP: "host:21"} {
		if got := certified(u, &ftpclient.Proxy{Kind: kind, Addr: "p:2121"}).Addr(); got != want {
			t.Errorf("through a proxy of %s:// the certificate is that of %s", kind, got)
		}
	}
}
