package ftpclient

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"syscall"
)

// What SOCKS5 is made of (RFC 1928, 3 to 6; RFC 1929, 2).
const (
	socksVersion  = 5
	socksConnect  = 1
	socksBind     = 2
	socksFree     = 0
	socksPassword = 2
	socksNone     = 0xff
	socksIPv4     = 1
	socksName     = 3
	socksIPv6     = 4
)

// socksReplies are the refusals in words. err is what the same is called where there
// is no proxy.
var socksReplies = [...]struct {
	text, hint string
	err        error
}{
	1: {"general failure", "the proxy does not say more; it may not be able to reach the server", nil},
	2: {"its rules do not allow that connection", "its administrator has to allow the port of the server, and its passive ports for data connections", nil},
	3: {"it cannot reach the server", "", syscall.ENETUNREACH},
	4: {"it cannot reach the server", "is the name of the server right? The proxy may not be able to resolve it", syscall.EHOSTUNREACH},
	5: {"it cannot reach the server", "", syscall.ECONNREFUSED},
	6: {"it cannot reach the server", "a firewall behind the proxy usually is the reason", errTimeout},
	7: {"it does not have that command", "the proxy cannot listen for data connections: use passive mode", nil},
	8: {"it does not take addresses of that kind", "let the proxy resolve the name (socks5h://), or connect to the IPv4 address", nil},
}

// socks runs the dialogue up to the first reply to a command, and returns the
// address in it. No octet behind it is read.
func (t *tunnel) socks(conn net.Conn, command byte, address string) (netip.AddrPort, error) {
	to, err := socksAddress(address)
	if err != nil {
		return netip.AddrPort{}, err
	}
	if err := t.socksLogin(conn); err != nil {
		return netip.AddrPort{}, err
	}
	if _, err := conn.Write(append([]byte{socksVersion, command, 0}, to...)); err != nil {
		return netip.AddrPort{}, err
	}
	return t.socksReply(conn)
}

// socksLogin agrees on a method, and logs in if it is the one with a password.
func (t *tunnel) socksLogin(conn net.Conn) error {
	p := t.p
	if len(p.User) > 255 || len(p.Password) > 255 {
		return t.refused("SOCKS5 has room for 255 octets of user and password each", "")
	}
	hello := []byte{socksVersion, 1, socksFree}
	if p.User != "" {
		hello = []byte{socksVersion, 2, socksFree, socksPassword}
	}
	if _, err := conn.Write(hello); err != nil {
		return err
	}
	var method [2]byte
	if _, err := io.ReadFull(conn, method[:]); err != nil {
		return err
	}
	switch {
	case method[0] != socksVersion:
		return t.refused("what answers is not SOCKS5", "if it is an HTTP proxy, its URL begins with http://")
	case method[1] == socksFree:
		return nil
	case method[1] == socksNone && p.User == "":
		return t.refused("it demands a login", "give the user and the password at the proxy, as in socks5://USER:PASSWORD@"+p.Addr)
	case method[1] != socksPassword || p.User == "":
		return t.refused("it demands a way of logging in that is not supported", "")
	}
	login := append([]byte{1, byte(len(p.User))}, p.User...)
	login = append(append(login, byte(len(p.Password))), p.Password...)
	if _, err := conn.Write(login); err != nil {
		return err
	}
	var status [2]byte
	if _, err := io.ReadFull(conn, status[:]); err != nil {
		return err
	}
	if status[1] != 0 {
		return t.refused("it refuses user or password", "check the user and the password at the proxy")
	}
	return nil
}

// socksReply reads a reply. A refusal is a *ProxyError.
func (t *tunnel) socksReply(conn net.Conn) (at netip.AddrPort, err error) {
	var head [4]byte
	if _, err := io.ReadFull(conn, head[:]); err != nil {
		return at, err
	}
	if head[0] != socksVersion {
		return at, t.refused("what answers is not SOCKS5", "")
	}
	if n := int(head[1]); n != 0 {
		if n >= len(socksReplies) {
			return at, t.refused("it refuses, for reason number "+strconv.Itoa(n), "")
		}
		e := t.refused(socksReplies[n].text, socksReplies[n].hint)
		e.Err = socksReplies[n].err
		return at, e
	}
	size := [...]int{socksIPv4: 4, socksIPv6: 16}
	n := 0
	switch head[3] {
	case socksIPv4, socksIPv6:
		n = size[head[3]]
	case socksName:
		var length [1]byte
		if _, err := io.ReadFull(conn, length[:]); err != nil {
			return at, err
		}
		n = int(length[0])
	default:
		return at, t.refused("its reply makes no sense", "")
	}
	rest := make([]byte, n+2)
	if _, err := io.ReadFull(conn, rest); err != nil {
		return at, err
	}
	addr, _ := netip.AddrFromSlice(rest[:n]) // of a name it is not valid
	if head[3] == socksName {
		addr = netip.Addr{}
	}
	return netip.AddrPortFrom(addr.Unmap(), binary.BigEndian.Uint16(rest[n:])), nil
}

// socksAddress writes an address as it stands in commands.
func socksAddress(address string) ([]byte, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, err
	}
	var b []byte
	ip, err := netip.ParseAddr(host)
	switch {
	case err == nil && ip.Unmap().Is4():
		b = append([]byte{socksIPv4}, ip.Unmap().AsSlice()...)
	case err == nil:
		b = append([]byte{socksIPv6}, ip.AsSlice()...)
	case len(host) > 255:
		return nil, &net.AddrError{Err: "the name is too long for SOCKS5", Addr: host}
	default:
		b = append([]byte{socksName, byte(len(host))}, host...)
	}
	return binary.BigEndian.AppendUint16(b, uint16(n)), nil
}

// bind has a SOCKS5 proxy listen for a connection from the host (RFC 1928, 4). The
// address of the listener is where the proxy listens. It takes one connection.
func (t *tunnel) bind(ctx context.Context, local net.Addr, from string) (*bound, error) {
	if t.p.Kind != ProxySOCKS5 && t.p.Kind != ProxySOCKS5Name {
		return nil, t.refused("an HTTP proxy cannot listen for data connections", "use passive mode")
	}
	conn, err := t.call(ctx, local)
	if err != nil {
		return nil, err
	}
	var at netip.AddrPort
	err = t.talk(ctx, conn, "does not answer", func() (err error) {
		at, err = t.socks(conn, socksBind, net.JoinHostPort(from, "0"))
		return err
	})
	if err == nil && (!at.IsValid() || at.Addr().IsUnspecified()) {
		// It listens on the address that it was called at.
		at = netip.AddrPortFrom(addrOf(conn.RemoteAddr()), at.Port())
	}
	if err == nil && (!at.Addr().IsValid() || at.Port() == 0) {
		err = t.refused("it does not say where it listens", "use passive mode")
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	expected, _ := netip.ParseAddr(from) // not valid if it is a name
	return &bound{t: t, conn: conn, at: at, from: expected}, nil
}

// bound is a listener of a proxy. Its one connection is the one to the proxy.
type bound struct {
	t    *tunnel
	conn net.Conn
	at   netip.AddrPort
	from netip.Addr // who is to connect; not valid if only the proxy knows

	mu    sync.Mutex
	taken bool // Accept has given the connection out
}

// Accept waits for the second reply to BIND: who has connected.
func (b *bound) Accept() (net.Conn, error) {
	who, err := b.t.socksReply(b.conn)
	if err != nil {
		return nil, err
	}
	if b.from.IsValid() && who.Addr().IsValid() && !who.Addr().IsUnspecified() && who.Addr() != b.from {
		return nil, b.t.refused("somebody else than the server has connected, "+who.Addr().String(), "")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.taken {
		return nil, net.ErrClosed
	}
	b.taken = true
	return b.conn, nil
}

// Close ends Accept, and does not touch the connection that it has returned.
func (b *bound) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.taken {
		return nil
	}
	b.taken = true
	return b.conn.Close()
}

func (b *bound) Addr() net.Addr { return net.TCPAddrFromAddrPort(b.at) }
