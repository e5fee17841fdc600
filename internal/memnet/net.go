// Package memnet is an in-memory TCP network for tests.
//
// It behaves as the Linux loopback does where a protocol can tell: connections
// are buffered in both directions, writers block once the receiver's window is
// full, deadlines work, one direction can be shut without the other, and a
// connection can be reset. Urgent data has no form of its own: it arrives in
// line, as on a socket with SO_OOBINLINE.
//
// All waiting is on sync.Cond, and time is the time package's, so that inside a
// testing/synctest bubble every blocked read, write, accept and dial is durably
// blocked and every deadline and delay is on the bubble's clock. The package
// starts no goroutine of its own. A Net must be used in the bubble it was made
// in, and works outside of any as well.
//
// # Hosts
//
// A Net holds hosts, each with one or more addresses. [New] makes the first,
// with 127.0.0.1 and ::1, which [Net.Listen] and [Net.Dial] speak for; more come
// from [Net.Host]. Any host reaches any other. Dialing an address that no host
// has fails at once with "no route to host", and a port without a listener is
// refused.
//
// # Faults
//
// [Conn.Stall] stops a direction, [Conn.FailAfter] breaks it after so many
// bytes, [Conn.Abort] resets the connection. [Host.Unplug] makes a host vanish
// from the network without a word, and Firewall drops or rejects what is dialed
// to some of its ports. [Net.OnConnect] is the place to arm faults on
// connections that the code under test makes by itself. [Net.Open] finds what
// it forgot to close.
package memnet

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// DefaultWindow is the receive window in bytes where Net.Window is zero.
const DefaultWindow = 64 << 10

// A Net is a network of hosts. Its methods, and those of its hosts and
// connections, may be called from several goroutines at once. The exported
// fields must not be changed once connections are being made.
type Net struct {
	// Window is how many bytes one direction of a connection holds that were
	// sent and not yet read, before its writer blocks. Zero means DefaultWindow.
	Window int

	// Latency is the time a segment travels in one direction. A dial takes
	// twice as long, so that the time a dialogue takes divided by it counts
	// its round trips.
	Latency time.Duration

	// OnConnect, if not nil, is called once for each new connection with both
	// of its ends, before either can be used. It may arm faults on them.
	OnConnect func(dialed, accepted *Conn)

	local *Host // the host of 127.0.0.1 and ::1

	// mu guards everything below and all state of hosts, listeners and
	// connections. One lock for the whole net is slow and cannot deadlock.
	mu        sync.Mutex
	changed   *sync.Cond // a dial that waits may find things different
	hosts     map[netip.Addr]*Host
	listeners map[*listener]struct{}
	conns     map[tuple]*Conn
}

// A tuple identifies one end of a connection.
type tuple struct{ local, remote netip.AddrPort }

// New returns a network with one host, 127.0.0.1 and ::1.
func New() *Net {
	n := &Net{
		hosts:     make(map[netip.Addr]*Host),
		listeners: make(map[*listener]struct{}),
		conns:     make(map[tuple]*Conn),
	}
	n.changed = sync.NewCond(&n.mu)
	n.local = n.Host("127.0.0.1", "::1")
	return n
}

// Host returns the host that has these addresses, IPv4 or IPv6, and makes it
// where there is none yet. It panics if no address is given, one is not valid,
// or they belong to different hosts.
func (n *Net) Host(addrs ...string) *Host {
	if len(addrs) == 0 {
		panic("memnet: a host needs an address")
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	h := n.hosts[netip.MustParseAddr(addrs[0])]
	if h == nil {
		h = &Host{net: n}
	}
	for _, s := range addrs {
		a := netip.MustParseAddr(s)
		switch n.hosts[a] {
		case nil:
			n.hosts[a] = h
			h.addrs = append(h.addrs, a)
		case h:
		default:
			panic("memnet: " + s + " belongs to another host")
		}
	}
	return h
}

// Listen is [Host.Listen] on the host 127.0.0.1.
func (n *Net) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	return n.local.Listen(ctx, network, address)
}

// Dial is [Host.Dial] from the host 127.0.0.1.
func (n *Net) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	return n.local.Dial(ctx, network, local, address)
}

// Open returns the number of listeners and ends of connections that have not
// been closed. A connection counts twice until one side closes it.
func (n *Net) Open() int {
	return len(n.OpenEnds())
}

// OpenEnds describes what [Net.Open] counts, in sorted order.
func (n *Net) OpenEnds() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var ends []string
	for l := range n.listeners {
		ends = append(ends, fmt.Sprintf("listener %v", l.at))
	}
	for t := range n.conns {
		ends = append(ends, fmt.Sprintf("connection %v to %v", t.local, t.remote))
	}
	slices.Sort(ends)
	return ends
}

// ephemeral returns a random port for which taken reports false, and 0 where
// there is none left.
func ephemeral(taken func(port uint16) bool) uint16 {
	const first, count = 32768, 28232 // as on Linux
	start := rand.IntN(count)
	for i := range count {
		port := uint16(first + (start+i)%count)
		if !taken(port) {
			return port
		}
	}
	return 0
}
