package memnet

import (
	"net/netip"
	"slices"
)

// A Host is a machine on a [Net]. It has Listen and Dial as a server and a
// client want them of a network.
type Host struct {
	net       *Net
	addrs     []netip.Addr
	unplugged bool
	firewall  func(port uint16) Verdict // nil lets everything through
}

// A Verdict is what a firewall does with a connection that is being made.
type Verdict int

// The verdicts.
const (
	Allow  Verdict = iota
	Drop           // the dial hangs until its context ends
	Reject         // the dial fails with "connection refused"
)

// Firewall sets what becomes of connections dialed to the host's ports from
// now on. Nil lets everything through. It does not touch those already made.
func (h *Host) Firewall(verdict func(port uint16) Verdict) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	h.firewall = verdict
	h.net.changed.Broadcast()
}

// Unplug cuts the host off. Nothing it sends or is sent arrives any more, no
// end of a connection is told, and dials from and to it hang.
func (h *Host) Unplug() { h.setUnplugged(true) }

// Plug undoes [Host.Unplug]. What was sent meanwhile arrives now.
func (h *Host) Plug() { h.setUnplugged(false) }

func (h *Host) setUnplugged(v bool) {
	n := h.net
	n.mu.Lock()
	defer n.mu.Unlock()
	h.unplugged = v
	for _, c := range n.conns {
		c.out.settle()
		c.in.settle()
	}
	n.changed.Broadcast()
}

// has reports whether a is one of the host's addresses.
func (h *Host) has(a netip.Addr) bool { return slices.Contains(h.addrs, a) }

// source returns the host's first address of the family of dst.
func (h *Host) source(dst netip.Addr) (netip.Addr, bool) {
	for _, a := range h.addrs {
		if a.Is4() == dst.Is4() {
			return a, true
		}
	}
	return netip.Addr{}, false
}
