package ftpserver

import (
	"slices"
	"sync"
)

// handshakes bounds how many TLS handshakes there are at once, since a half of one
// costs a client nothing. When there are too many, the oldest makes room: it is
// most likely one that will never end, and whoever has just come is served at once.
type handshakes struct {
	limit int

	mu  sync.Mutex
	all []*handshake // in the order of their beginning
}

// handshake is one that is under way.
type handshake struct {
	stop func() // ends it; called with the lock held
	gone bool   // it had to make room
}

// begin notes a new handshake, whose stop may be called from any goroutine until
// end is.
func (h *handshakes) begin(stop func()) *handshake {
	one := &handshake{stop: stop}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.all) >= h.limit {
		h.all[0].gone = true
		h.all[0].stop()
		h.all = slices.Delete(h.all, 0, 1)
	}
	h.all = append(h.all, one)
	return one
}

// end forgets a handshake, and reports whether it had to make room for another.
func (h *handshakes) end(one *handshake) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if i := slices.Index(h.all, one); i >= 0 {
		h.all = slices.Delete(h.all, i, i+1)
	}
	return one.gone
}
