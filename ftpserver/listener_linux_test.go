package ftpserver

import (
	"net"
	"strconv"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestListen looks at what a connection has inherited.
func TestListen(t *testing.T) {
	ln, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if !isUrgent(ln) {
		t.Error("each connection would be set up again")
	}
	client, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	conn, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	raw, err := conn.(syscall.Conn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []struct {
		name               string
		level, option, has int
	}{
		{"SO_OOBINLINE", unix.SOL_SOCKET, unix.SO_OOBINLINE, 1},
		{"SO_KEEPALIVE", unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1},
		{"TCP_KEEPIDLE", unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, keepAliveIdle},
		{"TCP_KEEPINTVL", unix.IPPROTO_TCP, unix.TCP_KEEPINTVL, keepAliveInterval},
		{"TCP_KEEPCNT", unix.IPPROTO_TCP, unix.TCP_KEEPCNT, keepAliveCount},
		{"TCP_NODELAY", unix.IPPROTO_TCP, unix.TCP_NODELAY, 1},
		{"SO_PROTOCOL", unix.SOL_SOCKET, unix.SO_PROTOCOL, unix.IPPROTO_TCP},
	} {
		var got int
		raw.Control(func(fd uintptr) { got, err = unix.GetsockoptInt(int(fd), o.level, o.option) })
		if got != o.has || err != nil {
			t.Errorf("%s is %d (error %v), want %d", o.name, got, err, o.has)
		}
	}
}

// TestListenerOfOthers: a listener that Listen has not made bequeaths nothing.
func TestListenerOfOthers(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if isUrgent(ln) {
		t.Error("nothing would be set up")
	}
}

// TestListenAddresses: both ends are told as package net tells them, zones included.
func TestListenAddresses(t *testing.T) {
	hosts := []string{"127.0.0.1", "::1"}
	interfaces, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range interfaces {
		addrs, err := i.Addrs()
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range addrs {
			if ip := a.(*net.IPNet).IP; ip.IsLinkLocalUnicast() && ip.To4() == nil {
				hosts = append(hosts, ip.String()+"%"+i.Name)
			}
		}
	}
	for _, listen := range append([]string{""}, hosts...) {
		ln, err := Listen(t.Context(), net.JoinHostPort(listen, "0"))
		if err != nil {
			t.Logf("%q: %v", listen, err)
			continue
		}
		defer ln.Close()
		at := ln.Addr().(*net.TCPAddr)
		dial := hosts
		if listen != "" {
			dial = []string{listen}
		}
		for _, host := range dial {
			client, err := net.Dial("tcp", net.JoinHostPort(host, strconv.Itoa(at.Port)))
			if err != nil {
				t.Logf("%s: %v", host, err)
				continue
			}
			defer client.Close()
			conn, err := ln.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if got, want := conn.RemoteAddr().String(), client.LocalAddr().String(); got != want {
				t.Errorf("the client is %s, want %s", got, want)
			}
			if got, want := conn.LocalAddr().String(), client.RemoteAddr().String(); got != want {
				t.Errorf("it is at %s, want %s", got, want)
			}
		}
	}
}
