package ftpserver

import (
	"net/netip"
	"slices"
	"sync"
	"time"
)

// crowd is those who take up room for which they have done nothing yet, and may have
// to make it for others: first the oldest of the host that has most of them. That is
// most likely one that will never come to anything, and however many a host has, it
// takes the room from no other that has fewer. The zero crowd is empty.
type crowd struct {
	mu   sync.Mutex
	all  []*member // in the order of their coming
	from map[netip.Addr]int
}

// member is one of a crowd.
type member struct {
	host  netip.Addr // as network has it
	since time.Time
	leave func() // called with the lock held
	gone  bool   // it had to make room
}

// join adds one from an address. Where there are most already, one of them makes room.
// leave, which is called when m itself has to, may be called from any goroutine until
// part is.
func (c *crowd) join(from netip.Addr, most int, leave func()) (m *member) {
	m = &member{host: network(from), since: time.Now(), leave: leave}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.all) >= most {
		c.expel(0)
	}
	if c.from == nil {
		c.from = make(map[netip.Addr]int)
	}
	c.all = append(c.all, m)
	c.from[m.host]++
	return m
}

// part takes m out, if it is still there, and reports whether it had to make room. nil
// is never there.
func (c *crowd) part(m *member) bool {
	if m == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := slices.Index(c.all, m); i >= 0 {
		c.remove(i)
	}
	return m.gone
}

// yield has one make room that has been there for the time of grace at least. It
// reports false if there is none.
func (c *crowd) yield(grace time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.expel(grace)
}

func (c *crowd) expel(grace time.Duration) bool {
	oldest, most, before := -1, 0, time.Now().Add(-grace)
	for i, m := range c.all {
		if m.since.After(before) {
			break // and so are all that follow
		}
		if n := c.from[m.host]; n > most {
			oldest, most = i, n
		}
	}
	if oldest < 0 {
		return false
	}
	c.all[oldest].gone = true
	c.all[oldest].leave()
	c.remove(oldest)
	return true
}

func (c *crowd) remove(i int) {
	host := c.all[i].host
	if c.from[host]--; c.from[host] == 0 {
		delete(c.from, host)
	}
	c.all = slices.Delete(c.all, i, i+1)
}
