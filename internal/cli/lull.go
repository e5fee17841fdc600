package cli

import (
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// A lull is the time after a rush, in which a server has nothing to do: its garbage is
// collected then, and the memory given back to the system. Else it would keep what the
// rush has left, however long nobody comes.
type lull struct {
	last    atomic.Int64 // when something happened, in nanoseconds since begun
	begun   time.Time
	waiting atomic.Bool // for time to pass

	kept    uint64 // octets in use after the last collection
	held    func() uint64
	collect func()
}

const (
	// quiet is how long nothing has happened in a lull.
	quiet = time.Second
	// litter is from how many octets on a collection is worth its while; it is an eighth
	// of what there is if that is more.
	litter = 1 << 20
)

func newLull() *lull {
	l := &lull{begun: time.Now(), held: held, collect: collect}
	l.kept = l.held()
	return l
}

// event says that something has happened. It is safe for concurrent use, and cheap.
func (l *lull) event() {
	l.last.Store(int64(time.Since(l.begun)))
	l.wait()
}

func (l *lull) wait() {
	if !l.waiting.Load() && l.waiting.CompareAndSwap(false, true) {
		time.AfterFunc(quiet, l.look)
	}
}

// look collects if nothing has happened for long enough, else it looks again later. Nobody
// else does meanwhile.
func (l *lull) look() {
	last := l.last.Load()
	still := time.Since(l.begun) - time.Duration(last)
	if still < quiet {
		time.AfterFunc(quiet-still, l.look)
		return
	}
	if l.held() >= l.kept+max(litter, l.kept/8) {
		l.collect()
		l.kept = l.held()
	}
	l.waiting.Store(false)
	if l.last.Load() != last { // something has, while this collected
		l.wait()
	}
}

// held returns how many octets of objects there are, garbage included.
func held() uint64 { return metric("/memory/classes/heap/objects:bytes") }

// collect takes two collections: what is in a sync.Pool survives the first.
func collect() {
	runtime.GC()
	debug.FreeOSMemory()
}
