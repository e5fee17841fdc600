package ftpclient

import (
	"errors"
	"fmt"
	"net/netip"
	"syscall"
	"time"
)

// What follows says of a time limit that has passed which connection is hung, and what
// usually is the reason: with two connections, of which one is made anew for each
// file, most of what goes wrong is a firewall or a NAT on the way, and a bare
// "timed out" sends people looking in the wrong place.

// connectHint explains why a control connection could not be made.
func connectHint(err error) string {
	switch hint := proxyHint(err); {
	case hint != "":
		return hint
	case noPort(err):
		return noPortHint
	case timeout(err):
		return "nothing answers there at all: the address or the port may be wrong, the host may be off, or a firewall swallows what is sent to that port"
	}
	return ""
}

// noPort reports whether this side had no port to connect from. Neither the server nor
// anything on the way has been asked then.
func noPort(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, syscall.EADDRNOTAVAIL)
}

const noPortHint = "nothing was sent to the server: on this side no port, or not the address, is free to connect from; a port that was just used stays taken for up to a minute or two, so use more of them, or fewer connections"

// forgetful is how long a connection has to be silent before the first firewalls
// forget it.
const forgetful = time.Minute

// heard notes that something has gone over the control connection.
func (c *Conn) heard() { c.seen.Store(time.Now().UnixNano()) }

// quiet is how long nothing has gone over the control connection.
func (c *Conn) quiet() time.Duration { return time.Since(time.Unix(0, c.seen.Load())) }

// silentHint explains why a command was not answered; before is how long the control
// connection had been silent before it.
func silentHint(before time.Duration) string {
	if before < forgetful {
		return "the server is silent"
	}
	return fmt.Sprintf("the server is silent; nothing had gone over the control connection for %v before, and a NAT or firewall on the way has probably forgotten it",
		before.Round(time.Second))
}

// openingHint explains why a transfer is not begun; linked tells whether the data
// connection stands.
func openingHint(before time.Duration, linked bool) string {
	switch {
	case before >= forgetful:
		return silentHint(before)
	case linked:
		return "the server is silent, though the data connection stands"
	}
	return "the server is silent, and has no data connection yet, for which it may be waiting"
}

// endHint explains why the reply at the end of a transfer has not come; quiet is how
// long the control connection was silent while the file went over.
func endHint(quiet time.Duration) string {
	const text = "the server is silent, though all octets have gone over"
	if quiet < forgetful {
		return text
	}
	return fmt.Sprintf("%s; nothing had gone over the control connection for %v while they did, and a NAT or firewall on the way has probably forgotten it",
		text, quiet.Round(time.Second))
}

// stallHint explains a data connection on which nothing moves; answers tells whether the
// server has answered on the control connection meanwhile.
func stallHint(limit time.Duration, upload, answers bool) string {
	text := fmt.Sprintf("no octet of the file has moved for %v", limit)
	switch {
	case !answers:
		return text + ", and the control connection is silent, too: the server or the network is gone"
	case upload:
		return text + ", though the server answers on the control connection: its disk may be stuck, or a firewall has dropped the data connection"
	}
	return text + ", though the server answers on the control connection: it may be waiting for its own disk, or a firewall has dropped the data connection"
}

// passiveHint explains why the client could not connect to a passive port. named is the
// address that the server gave for it, if any; host is the one that was connected to.
func passiveHint(err error, named, host netip.Addr) string {
	if noPort(err) {
		return noPortHint
	}
	text := "a firewall between here and there, or passive ports not opened at the server, usually are the reason"
	if errors.Is(err, syscall.ECONNREFUSED) {
		text = "nobody listens there: the passive ports of the server are not passed on to it by a NAT or load balancer, or a firewall refuses them"
	}
	if named.IsValid() && host.IsValid() && named != host && !named.IsUnspecified() {
		text += fmt.Sprintf("; the server takes itself for %v, so that it does not know of the NAT before it", named)
	}
	return text
}

// activeHint explains why the server has not connected to this side.
func activeHint(said, self, peer netip.Addr) string {
	if said == self && isInner(self) && peer.IsValid() && !isInner(peer) {
		return fmt.Sprintf("the server cannot reach %v, which is an address behind a NAT; use passive mode", self)
	}
	return "a firewall or NAT on this side usually is the reason; use passive mode"
}

// isInner reports whether an address can only be reached from its own network: it is
// private (RFC 1918, RFC 4193), shared by a provider's customers (RFC 6598),
// link-local or loopback.
func isInner(a netip.Addr) bool {
	return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || shared.Contains(a)
}

var shared = netip.MustParsePrefix("100.64.0.0/10")

// dataTLSHint explains a handshake that has failed on a data connection that stood.
func dataTLSHint(err error) string {
	if timeout(err) {
		return "the connection stands, and the server does not begin TLS on it: a firewall that looks into FTP may be in the way, or the server waits for something else"
	}
	return handshakeHint(err)
}
