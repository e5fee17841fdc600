package cli

import (
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpproxy"

	"github.com/seed-6092453b/ferry/ftpclient"
)

// proxyFlags say which way connections take.
type proxyFlags struct {
	Proxy      string `placeholder:"URL" group:"connection" help:"Make all connections through a proxy: socks5://, socks5h:// (the proxy resolves names), http://, https:// (CONNECT) or ftp://, with [USER:PASSWORD@]HOST[:PORT]. Else it comes from the environment (see: ferry help proxies); direct uses none."`
	ProxyLogin string `placeholder:"WAY" group:"connection" help:"How to log in through a proxy of ftp://, as in user@host, site or open (see: ferry help proxies)."`
}

// proxyFor returns the proxy to a server; nil is none.
func (f *proxyFlags) proxyFor(u remoteURL) (*ftpclient.Proxy, error) {
	raw, from := f.Proxy, "--proxy"
	if raw == "" {
		raw, from = proxyFromEnvironment(u)
	}
	if raw == "" || raw == "direct" {
		if f.ProxyLogin != "" && raw == "direct" {
			return nil, usagef("--proxy-login is for a proxy, which --proxy direct leaves out")
		}
		if f.ProxyLogin != "" {
			return nil, usagef("--proxy-login needs a proxy: --proxy ftp://HOST")
		}
		return nil, nil
	}
	if from != "--proxy" && !strings.Contains(raw, "://") {
		raw = "http://" + raw // as others read these variables
	}
	p, err := ftpclient.ParseProxy(raw)
	if err == nil {
		p.Login = f.ProxyLogin
		err = p.Check()
	}
	if err != nil {
		return nil, usagef("%s: %v", from, err)
	}
	return p, nil
}

// proxyFromEnvironment returns the proxy that the environment names for a server, and
// the variable that does; "" is none. The variables are those of curl. What is on this
// computer is reached without a proxy.
func proxyFromEnvironment(u remoteURL) (raw, from string) {
	names := []string{"ftp_proxy", "all_proxy"}
	if u.Scheme == schemeFTPS {
		names = []string{"ftps_proxy", "all_proxy"}
	}
	for _, name := range names {
		for _, from = range []string{name, strings.ToUpper(name)} {
			if raw = os.Getenv(from); raw != "" {
				break
			}
		}
		if raw != "" {
			break
		}
	}
	exempt := os.Getenv("no_proxy")
	if exempt == "" {
		exempt = os.Getenv("NO_PROXY")
	}
	// The package knows how no_proxy is read; which proxy it is said to be for does
	// not matter.
	config := httpproxy.Config{HTTPSProxy: "http://proxy.invalid", NoProxy: exempt}
	at := &url.URL{Scheme: "https", Host: net.JoinHostPort(u.Host, strconv.Itoa(int(u.Port)))}
	if via, err := config.ProxyFunc()(at); raw == "" || err == nil && via == nil {
		return "", ""
	}
	return raw, from
}

// certified is the server whose certificate is shown: the proxy's, if it is the other
// end of TLS.
func certified(u remoteURL, p *ftpclient.Proxy) remoteURL {
	if p == nil || p.Kind != ftpclient.ProxyFTP {
		return u
	}
	host, port, err := net.SplitHostPort(p.Addr)
	if err != nil {
		return u
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err == nil {
		u.Host, u.Port = host, uint16(n)
	}
	return u
}

// proxyText explains proxies.
func proxyText() string {
	var ways strings.Builder
	scripts := ftpclient.ProxyLogins()
	for _, name := range slices.Sorted(maps.Keys(scripts)) {
		fmt.Fprintf(&ways, "  %-20s %s\n", name, scripts[name])
	}
	return `Proxies of ferry:

  socks5://[USER:PASSWORD@]HOST[:1080]     SOCKS5; names are resolved here
  socks5h://[USER:PASSWORD@]HOST[:1080]    SOCKS5; the proxy resolves names
  http://[USER:PASSWORD@]HOST[:80]         CONNECT of an HTTP proxy
  https://[USER:PASSWORD@]HOST[:443]       the same, with TLS to the proxy
  ftp://[USER:PASSWORD@]HOST[:21]          a proxy that speaks FTP
  direct                                   none, whatever the environment says

Without --proxy it is what ftp_proxy says (ftps_proxy for ftps://), or else
all_proxy; in capitals, too. Hosts in no_proxy, and this computer, are reached
without one: no_proxy=.example.com,10.0.0.0/8 exempts a domain and a network, and
* all.

FTP needs a connection of its own for each file and listing, to a port that the
server chooses. An HTTP proxy has to allow CONNECT to these high ports, and many
allow port 443 alone: ask whoever runs it, or use a SOCKS proxy. With --active a
SOCKS proxy listens for the server (BIND); an HTTP proxy cannot.

Through a proxy that speaks FTP one logs in at the proxy, which passes the login
on. TLS reaches to the proxy and no further. No standard says how the server is
named; --proxy-login does, by one of these names:

` + ways.String() + `
or by such commands. In them %h is the server, with its port unless that is 21, %n
its name and %o its port; %u and %p are user and password there, %U and %P those at
the proxy. Without --proxy-login it is user@host, after a login at the proxy if its
URL has a user.
`
}
