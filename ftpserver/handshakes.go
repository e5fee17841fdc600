package ftpserver

import (
	"net/netip"
	"slices"
	"sync"
)

// handshakes bounds how many TLS handshakes there are at once, since a half of one
// costs a client nothing. When there are too many, one makes room, so that whoever
// has just come is served at once: the oldest of the host that has most of them. That
// is most likely one that will never end, and however many a host begins, it takes
// their time from no other that has fewer.
type handshakes struct {
	limit int

	mu   sync.Mutex
	all  []*handshake // in the order of their beginning
	from map[netip.Addr]int
}

// handshake is one that is under way.
type handshake struct {
	host netip.Addr
	stop func() // ends it; called with the lock held
	gone bool   // it had to make room
}

// begin notes a new handshake with a client at an address. stop may be called from
// any goroutine until end is.
func (h *handshakes) begin(peer netip.Addr, stop func()) *handshake {
	one := &handshake{host: hostAt(peer), stop: stop}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.from == nil {
		h.from = make(map[netip.Addr]int)
	}
	if len(h.all) >= h.limit {
		var oldest, most int
		for i, other := range h.all {
			if n := h.from[other.host]; n > most {
				oldest, most = i, n
			}
		}
		h.all[oldest].gone = true
		h.all[oldest].stop()
		h.remove(oldest)
	}
	h.all = append(h.all, one)
	h.from[one.host]++
	return one
}

// end forgets a handshake, and reports whether it had to make room for another.
func (h *handshakes) end(one *handshake) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if i := slices.Index(h.all, one); i >= 0 {
		h.remove(i)
	}
	return one.gone
}

func (h *handshakes) remove(i int) {
	host := h.all[i].host
	if h.from[host]--; h.from[host] == 0 {
		delete(h.from, host)
	}
	h.all = slices.Delete(h.all, i, i+1)
}

// hostAt returns what stands for the host at an address: in IPv6 a host has as many
// addresses as it likes, with the same first half (RFC 4291, 2.5.1).
func hostAt(a netip.Addr) netip.Addr {
	if !a.Is6() {
		return a
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a
	}
	return p.Addr()
}
