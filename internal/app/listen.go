package app

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
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
		return text + op.Err.Error()
	}
	return text + e.Err.Error()
}

func (e *ListenError) Unwrap() error { return e.Err }

func listen(ctx context.Context, addr string) (net.Listener, error) {
	if _, err := strconv.ParseUint(addr, 10, 16); err == nil {
		addr = ":" + addr
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
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
			urls = append(urls, ftpURL(host, addr.Port()))
		}
	}
	return urls
}

func ftpURL(host string, port uint16) string {
	switch {
	case port != 21:
		host = net.JoinHostPort(host, strconv.Itoa(int(port)))
	case strings.Contains(host, ":"):
		host = "[" + host + "]"
	}
	return "ftp://" + host + "/"
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
