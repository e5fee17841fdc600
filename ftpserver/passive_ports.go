package ftpserver

import (
	"math/rand/v2"
	"slices"
	"sync"
)

// maxGivenUp is how many of the ports that were given up are remembered.
const maxGivenUp = 1024

// givenUp are the ports that clients were told of last, and on which they were then no
// more waited for. A connection to such a port may still be on its way: a client that
// sends RETR and the next EPSV together has begun to connect when it learns of the
// refusal, and a proxy or NAT may be later still. Whoever listened there next would take
// it for the data connection, and reset the one that is (or store an upload of nothing).
// So these ports are the last to be used again.
type givenUp struct {
	mu   sync.Mutex
	most int      // that are remembered: half of the range, so that others are left
	list []uint16 // the oldest first
	is   [1 << 16 / 64]uint64
}

// newGivenUp returns an empty memory for a range of n ports.
func newGivenUp(n int) *givenUp { return &givenUp{most: min(maxGivenUp, n/2)} }

// note remembers a port as the newest, in place of the oldest if there are as many already.
func (g *givenUp) note(port uint16) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.most == 0 {
		return
	}
	if g.is[port/64]>>(port%64)&1 != 0 {
		i := slices.Index(g.list, port)
		g.list = slices.Delete(g.list, i, i+1)
	} else if len(g.list) == g.most {
		old := g.list[0]
		g.is[old/64] &^= 1 << (old % 64)
		g.list = slices.Delete(g.list, 0, 1)
	}
	g.list = append(g.list, port)
	g.is[port/64] |= 1 << (port % 64)
}

// has reports whether a port is remembered.
func (g *givenUp) has(port uint16) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.is[port/64]>>(port%64)&1 != 0
}

// draw returns a random port of n from lo on, as a number from 0. It is one that is not
// remembered, but for bad luck: to take the next one would make the ports behind those
// that are easier to tell.
func (g *givenUp) draw(lo uint16, n int) (i int) {
	for range 8 {
		if i = rand.IntN(n); !g.has(lo + uint16(i)) {
			break
		}
	}
	return i
}
