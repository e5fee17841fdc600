package serving

import (
	"time"

	"github.com/seed-6092453b/ferry/internal/benchmarks/usage"
)

// settle waits until a server has done what it does when a session or a transfer has
// ended, but not for ever.
func settle(m *usage.Meter) {
	const step, still = 10 * time.Millisecond, 200 * time.Microsecond
	last := m.CPU()
	for range 200 {
		time.Sleep(step)
		now := m.CPU()
		if now-last < still {
			return
		}
		last = now
	}
}

// A watch looks at the memory of a server, over and over.
type watch struct {
	stop chan struct{}
	most chan int64
}

func look(m *usage.Meter) *watch {
	w := &watch{make(chan struct{}), make(chan int64)}
	go func() {
		var most int64
		for {
			most = max(most, m.PSS())
			select {
			case <-w.stop:
				w.most <- most
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	return w
}

// end returns the most that was seen.
func (w *watch) end() int64 {
	close(w.stop)
	return <-w.most
}
