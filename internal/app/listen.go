package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/seed-6092453b/ferry/ftpserver"
)

// ListenError says why nobody can be served at an address, and what to do.
type ListenError struct {
	Addr string
	Err  error
}

// wsaInUse is what Windows says for syscall.EADDRINUSE.
const wsaInUse = syscall.Errno(10048)

func (e *ListenError) Error() string {
	text := "cannot listen on " + e.Addr + ": "
	switch {
	case errors.Is(e.Err, syscall.EADDRINUSE), errors.Is(e.Err, wsaInUse):
		return text + "the port is taken by another program; choose another one, as in --listen :2122"
	case errors.Is(e.Err, fs.ErrPermission):
		return text + "not allowed (ports below 1024 are kept for administrators); choose another one, as in --listen :2121"
	case errors.Is(e.Err, syscall.EADDRNOTAVAIL):
		return text + "this machine has no such address; leave it out to listen on all, as in --listen :2121"
	}
	var op *net.OpError
	if errors.As(e.Err, &op) {
		text += op.Err.Error()
	} else {
		text += e.Err.Error()
	}
	var wrong *net.AddrError
	var name *net.DNSError
	switch {
	case errors.As(e.Err, &wrong):
		text += "; it is ADDRESS:PORT, as in :2121, 192.0.2.1:2121 or [2001:db8::1]:2121"
	case errors.As(e.Err, &name):
		text += "; give an address of this machine, or the port alone to listen on all, as in :2121"
	}
	return text
}

func (e *ListenError) Unwrap() error { return e.Err }

// listener is where clients come, and how they are received.
type listener struct {
	net.Listener
	how ftpserver.Listener
}

// Securities are the words for what is demanded of clients.
var Securities = map[string]ftpserver.Security{
	"refuse":  ftpserver.SecurityRefuse,
	"allow":   ftpserver.SecurityAllow,
	"control": ftpserver.SecurityControl,
	"data":    ftpserver.SecurityData,
}

// parseListen takes "ADDR" or "ADDR,SECURITY" apart.
func parseListen(text string, o Options, implicit bool) (addr string, how ftpserver.Listener, err error) {
	how = ftpserver.Listener{Implicit: implicit, Security: o.TLS.Demand}
	addr, word, has := strings.Cut(text, ",")
	if has {
		var known bool
		if how.Security, known = Securities[word]; !known {
			return "", how, fmt.Errorf("listen on %s: %q is no word for security: it is refuse, allow, control or data", addr, word)
		}
	}
	switch {
	case !o.TLS.On() && (implicit || how.Security > ftpserver.SecurityRefuse):
		return "", how, fmt.Errorf("listen on %s: TLS needs a certificate; add --cert FILE, --acme HOST or --tls self-signed", addr)
	case o.TLS.ClientCert == ClientCertRequired && rank(how.Security) < rank(ftpserver.SecurityControl):
		return "", how, fmt.Errorf("listen on %s: clients must show a certificate, which takes TLS; say control or data there, or nothing", addr)
	case implicit && how.Security == ftpserver.SecurityRefuse:
		return "", how, fmt.Errorf("listen on %s: TLS begins at once there, and cannot be refused", addr)
	}
	return addr, how, nil
}

// listenAll opens all listeners.
func (a *App) listenAll(ctx context.Context, o Options) error {
	plain := o.Listen
	if len(plain)+len(o.ListenTLS) == 0 {
		plain = []string{":2121"}
	}
	for i, text := range slices.Concat(plain, o.ListenTLS) {
		addr, how, err := parseListen(text, o, i >= len(plain))
		if err != nil {
			return err
		}
		ln, err := listen(ctx, addr)
		if err != nil {
			return err
		}
		a.listeners = append(a.listeners, listener{ln, how})
	}
	return nil
}

// Security returns what is demanded of clients at least, wherever they come in.
func (a *App) Security() ftpserver.Security {
	least := ftpserver.SecurityData
	for _, ln := range a.listeners {
		s := ln.how.Security
		switch {
		case a.certs == nil:
			s = ftpserver.SecurityRefuse
		case ln.how.Implicit && s == ftpserver.SecurityAllow:
			s = ftpserver.SecurityControl
		}
		if rank(s) < rank(least) {
			least = s
		}
	}
	return least
}

// rank orders what is demanded: to refuse TLS is the least.
func rank(s ftpserver.Security) int {
	if s == ftpserver.SecurityRefuse {
		return -1
	}
	return int(s)
}

func listen(ctx context.Context, addr string) (net.Listener, error) {
	if _, err := strconv.ParseUint(addr, 10, 16); err == nil {
		addr = ":" + addr
	}
	ln, err := ftpserver.Listen(ctx, addr)
	if err != nil {
		return nil, &ListenError{Addr: addr, Err: err}
	}
	return ln, nil
}

// URLs returns where the server can be reached, ready to be pasted. A listener
// on all addresses stands for each that other machines may know, and for
// localhost.
func (a *App) URLs() []string {
	var urls []string
	for _, ln := range a.listeners {
		addr := ln.Addr().(*net.TCPAddr).AddrPort()
		hosts := []string{addr.Addr().Unmap().String()}
		if addr.Addr().IsUnspecified() {
			hosts = append(ownHosts(addr.Addr()), "localhost")
		}
		for _, host := range hosts {
			urls = append(urls, ftpURL(host, addr.Port(), ln.how.Implicit))
		}
	}
	return urls
}

func ftpURL(host string, port uint16, implicit bool) string {
	scheme, usual := "ftp", uint16(21)
	if implicit {
		scheme, usual = "ftps", 990
	}
	switch {
	case port != usual:
		host = net.JoinHostPort(host, strconv.Itoa(int(port)))
	case strings.Contains(host, ":"):
		host = "[" + host + "]"
	}
	return scheme + "://" + host + "/"
}

// ownHosts returns this machine's addresses that others may use. A listener on
// 0.0.0.0 has no use for IPv6 ones.
func ownHosts(unspecified netip.Addr) []string {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var v4, v6 []string
	for _, a := range all {
		prefix, err := netip.ParsePrefix(a.String())
		if err != nil {
			continue
		}
		switch ip := prefix.Addr().Unmap(); {
		case !ip.IsGlobalUnicast():
		case ip.Is4():
			v4 = append(v4, ip.String())
		case unspecified.Is6():
			v6 = append(v6, ip.String())
		}
	}
	return append(v4, v6...)
}
