package ftpclient

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// ProxyKind is the protocol that a proxy speaks.
type ProxyKind uint8

const (
	// ProxySOCKS5 is SOCKS version 5 (RFC 1928), without a password or with one
	// (RFC 1929). Names are resolved on this side. In active mode the proxy
	// listens (BIND).
	ProxySOCKS5 ProxyKind = iota
	// ProxySOCKS5Name is ProxySOCKS5, but the proxy resolves names.
	ProxySOCKS5Name
	// ProxyHTTP is CONNECT (RFC 9110, 9.3.6). The proxy resolves names, and has to
	// allow CONNECT to the port of the server and to its passive ports.
	ProxyHTTP
	// ProxyHTTPS is ProxyHTTP with TLS between this side and the proxy.
	ProxyHTTPS
	// ProxyFTP speaks FTP itself: one logs in at the proxy and names the server;
	// see Proxy.Login. Data connections and TLS reach to the proxy, not beyond, and the
	// certificate is the proxy's.
	ProxyFTP
)

// proxySchemes are the kinds as they stand in URLs, with the ports where a URL has
// none.
var proxySchemes = [...]struct {
	name string
	port uint16
}{
	ProxySOCKS5: {"socks5", 1080}, ProxySOCKS5Name: {"socks5h", 1080},
	ProxyHTTP: {"http", 80}, ProxyHTTPS: {"https", 443}, ProxyFTP: {"ftp", 21},
}

func (k ProxyKind) String() string { return proxySchemes[k].name }

// Proxy is the machine through which all connections to a server are made. It is
// not changed once it is in use.
type Proxy struct {
	Kind ProxyKind
	Addr string // host:port

	User, Password string // at the proxy; an empty User does not log in there

	// TLS is how an ProxyHTTPS is verified; nil as the system has it.
	TLS *tls.Config

	// Login says how to log in through a ProxyFTP: one of ProxyLogins, or a script
	// of commands separated by semicolons, in which %h stands for the server, with its
	// port unless that is 21, %n for its name alone, %o for its port alone, %u and %p for
	// user and password at the server, %U and %P for those at the proxy, and %% for a
	// percent sign. Empty is "user@host", after a login at the proxy if there is a User.
	Login string
}

// ParseProxy reads a proxy from a URL: socks5://, socks5h://, http://, https:// or
// ftp://, with user and password where the proxy wants them, as in
// http://bob:secret@proxy.example:3128. Ports that are not given are 1080, 80, 443
// and 21. No error has the password in its text.
func ParseProxy(raw string) (*Proxy, error) {
	name, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return nil, errors.New("the URL of a proxy begins with socks5://, socks5h://, http://, https:// or ftp://")
	}
	p := new(Proxy)
	for int(p.Kind) < len(proxySchemes) && !strings.EqualFold(name, p.Kind.String()) {
		p.Kind++
	}
	if int(p.Kind) == len(proxySchemes) {
		return nil, fmt.Errorf("%q is no kind of proxy: it is socks5, socks5h, http, https or ftp", name)
	}
	rest = strings.TrimSuffix(rest, "/")
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		user, password, _ := strings.Cut(rest[:at], ":")
		var err1, err2 error
		p.User, err1 = url.PathUnescape(user)
		p.Password, err2 = url.PathUnescape(password)
		if err1 != nil || err2 != nil {
			return nil, errors.New("the user or the password of the proxy is not well encoded: each %, @, : and / in it is to be written as %25, %40, %3A and %2F")
		}
		if p.User == "" {
			return nil, errors.New("the URL of the proxy has a password and no user name")
		}
		if strings.ContainsAny(p.User+p.Password, "\r\n\x00") {
			return nil, errors.New("the user or the password of the proxy contains a line break or NUL")
		}
		rest = rest[at+1:]
	}
	host, port, err := splitProxy(rest)
	if err != nil {
		return nil, err
	}
	if port == "" {
		port = portString(proxySchemes[p.Kind].port)
	}
	p.Addr = net.JoinHostPort(host, port)
	return p, nil
}

// splitProxy takes host and port of a proxy apart; the port may be missing.
func splitProxy(s string) (host, port string, err error) {
	host = s
	if i := strings.LastIndexByte(s, ':'); i >= 0 && (strings.HasSuffix(s[:i], "]") || !strings.Contains(s[:i], ":")) {
		host, port = s[:i], s[i+1:]
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return "", "", fmt.Errorf("%q is not a port of a proxy: it is a number from 1 to 65535", port)
		}
	}
	bare := trimBrackets(host)
	if bare == "" || bare == host && strings.Contains(host, ":") || strings.ContainsAny(bare, " /?#@[]\\\r\n\t\x00") {
		return "", "", fmt.Errorf("%q is not the address of a proxy, as in proxy.example:1080 or [::1]:1080", s)
	}
	// The zone of an IPv6 address begins with an encoded percent sign (RFC 6874).
	return strings.Replace(bare, "%25", "%", 1), port, nil
}

// String returns the URL of the proxy without user and password.
func (p *Proxy) String() string { return p.Kind.String() + "://" + p.Addr }

// tunnels reports whether connections lead through the proxy to the server itself.
func (p *Proxy) tunnels() bool { return p != nil && p.Kind != ProxyFTP }

// ErrProxy is what every *ProxyError is.
var ErrProxy = errors.New("the proxy failed")

// ProxyError is a connection that the proxy did not make. It is ErrProxy, and Err.
type ProxyError struct {
	Proxy  string // its URL, without user and password
	Reason string // what it did, or did not do
	Hint   string // what to do about it; may be empty
	Err    error  // nil if the proxy said no by itself
}

func (e *ProxyError) Error() string {
	text := "proxy " + e.Proxy + ": " + e.Reason
	if e.Err != nil {
		text += ": " + reason(e.Err)
	}
	return text
}

// Unwrap returns ErrProxy, and Err if there is one.
func (e *ProxyError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrProxy}
	}
	return []error{ErrProxy, e.Err}
}

// Timeout reports whether a time limit has passed.
func (e *ProxyError) Timeout() bool { return timeout(e.Err) }

// proxyHint is the hint of a proxy's refusal, if err is one.
func proxyHint(err error) string {
	var pe *ProxyError
	if errors.As(err, &pe) {
		return pe.Hint
	}
	return ""
}
