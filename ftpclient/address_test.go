package ftpclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// TestLocalPorts: all connections come from the ports that a firewall lets out, one
// after the other, and none from another.
func TestLocalPorts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		used := map[uint16]int{}
		n.OnConnect = func(dialed, _ *memnet.Conn) {
			used[dialed.LocalAddr().(*net.TCPAddr).AddrPort().Port()]++
		}
		addr := serveFerry(t, n, mem.New(mem.Options{}))
		cl := ftpclient.New(addr, &ftpclient.Options{Net: n, LocalPorts: [2]uint16{40000, 40003}})
		defer cl.Close()
		for range 9 {
			for _, err := range cl.List(t.Context(), ".") {
				t.Fatal(err)
			}
		}
		if len(used) != 4 || used[40000] == 0 || used[40003] == 0 {
			t.Errorf("connections came from %v", used)
		}
	})
}

// TestLocalPortsTaken: a range that is used up is told as that.
func TestLocalPortsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		addr := serveFerry(t, n, mem.New(mem.Options{}))
		o := &ftpclient.Options{Net: n, LocalPorts: [2]uint16{40000}}
		c, err := ftpclient.Dial(t.Context(), addr, o)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Quit(t.Context())
		_, dialed := ftpclient.Dial(t.Context(), addr, o)
		if err := dialed; !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), "no source port from 40000 to 40000 is free") {
			t.Errorf("the error is %v", err)
		}
		// A data connection that finds none blames no firewall either.
		c2, err := ftpclient.Dial(t.Context(), addr, &ftpclient.Options{Net: &usedUp{n}})
		if err != nil {
			t.Fatal(err)
		}
		defer c2.Quit(t.Context())
		_, err = c2.Begin(t.Context(), ftpclient.Command{Verb: "MLSD"})
		for _, e := range []error{err, dialed} {
			if !errors.Is(e, syscall.EADDRINUSE) || !strings.Contains(e.Error(), "on this side no port") || strings.Contains(e.Error(), "firewall") {
				t.Errorf("the error is %v", e)
			}
		}
	})
}

// usedUp is a network that has a port for the first connection alone.
type usedUp struct{ *memnet.Net }

func (u *usedUp) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	if strings.HasSuffix(address, ":21") {
		return u.Net.Dial(ctx, network, local, address)
	}
	return nil, &net.OpError{Op: "dial", Net: network, Err: os.NewSyscallError("bind", syscall.EADDRINUSE)}
}

// TestLocalPortsAgain: over real sockets a port is used again at once, to another port of
// the server, though the connection before is still remembered.
func TestLocalPortsAgain(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := serveOn(t, ln, nil, mem.New(mem.Options{}))
	lo := uint16(0)
	for port := uint16(18000); lo == 0 && port < 19000; port += 3 {
		if a, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			a.Close()
			lo = port
		}
	}
	cl := ftpclient.New(addr, &ftpclient.Options{LocalPorts: [2]uint16{lo, lo + 2}, MaxConns: 1})
	defer cl.Close()
	for i := range 20 {
		w, err := cl.Create(t.Context(), fmt.Sprint(i), storage.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, "hello")
		if _, err := w.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestActiveAddr: behind a NAT the server is told the address outside.
func TestActiveAddr(t *testing.T) {
	o := ftpclient.Options{Data: ftpclient.DataActive, ActivePorts: [2]uint16{50000, 50000}, ActiveAddr: netip.MustParseAddr("192.0.2.7")}
	withConn(t, oldServer+typeI+"C: PORT 192,0,2,7,195,80\nS: 200 OK.\nC: RETR a\nS: 550 No.\n", o, func(t *testing.T, c *ftpclient.Conn) {
		if _, err := fetch(t, c, ftpclient.Command{Verb: "RETR", Arg: "a"}); err == nil {
			t.Error("RETR succeeds")
		}
	})
	// An address of the other family is nothing that this server could connect to.
	o.ActiveAddr = netip.MustParseAddr("2001:db8::7")
	withConn(t, oldServer+typeI+"C: PORT 127,0,0,1,195,80\nS: 200 OK.\nC: RETR a\nS: 550 No.\n", o, func(t *testing.T, c *ftpclient.Conn) {
		if _, err := fetch(t, c, ftpclient.Command{Verb: "RETR", Arg: "a"}); err == nil {
			t.Error("RETR succeeds")
		}
	})
}

// TestLinkLocal: an IPv6 address with a zone is reached in passive and in active mode.
func TestLinkLocal(t *testing.T) {
	at := linkLocal(t)
	ln, err := net.Listen("tcp", net.JoinHostPort(at, "0"))
	if err != nil {
		t.Skipf("no server can listen on %s: %v", at, err)
	}
	_, port, err := net.SplitHostPort(serveOn(t, ln, nil, mem.New(mem.Options{})))
	if err != nil {
		t.Fatal(err)
	}
	addr := net.JoinHostPort(at, port)
	for _, mode := range []ftpclient.DataMode{ftpclient.DataPassive, ftpclient.DataActive} {
		cl := ftpclient.New(addr, &ftpclient.Options{Data: mode})
		defer cl.Close()
		if err := cl.Mkdir(t.Context(), fmt.Sprint("dir", mode)); err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, err := range cl.List(t.Context(), ".") {
			if n++; err != nil {
				t.Errorf("mode %d: %v", mode, err)
			}
		}
		if n == 0 {
			t.Errorf("mode %d: nothing listed", mode)
		}
	}
}

// linkLocal returns an address of this machine that needs a zone.
func linkLocal(t *testing.T) string {
	t.Helper()
	all, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range all {
		addrs, err := i.Addrs()
		if err != nil {
			continue
		}
		for _, a := range addrs {
			if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().Is6() && p.Addr().IsLinkLocalUnicast() {
				return p.Addr().WithZone(i.Name).String()
			}
		}
	}
	t.Skip("this machine has no link-local IPv6 address")
	return ""
}
