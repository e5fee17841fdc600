package cli

import (
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// heap is one of which a test says how large it is.
type heap struct {
	mu        sync.Mutex
	size      uint64
	collected []time.Time
	during    func() // the next collection
}

func (h *heap) set(size uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.size = size
}

func (h *heap) held() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.size
}

const mib = 1 << 20

func (h *heap) collect() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.collected = append(h.collected, time.Now())
	h.size = 8 * mib
	if h.during != nil {
		h.during()
		h.during = nil
	}
}

// want checks how often it has been collected.
func (h *heap) want(t *testing.T, what string, n int) {
	t.Helper()
	synctest.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.collected) != n {
		t.Fatalf("%s: collected at %v, want %d times", what, h.collected, n)
	}
}

func TestLull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &heap{size: 20 * mib}
		l := newLull()
		l.kept, l.held, l.collect = 8*mib, h.held, h.collect
		time.Sleep(time.Hour)
		h.want(t, "nothing has happened", 0)

		for range 50 {
			l.event()
			time.Sleep(100 * time.Millisecond)
		}
		h.want(t, "in the rush", 0)
		last := time.Now().Add(-100 * time.Millisecond)
		time.Sleep(time.Second)
		h.want(t, "behind it", 1)
		if want := last.Add(quiet); !h.collected[0].Equal(want) {
			t.Errorf("collected at %v, want %v", h.collected[0], want)
		}

		for _, tt := range []struct {
			what       string
			kept, size uint64
			want       int
		}{
			{"little litter", 8 * mib, 8*mib + litter - 1, 1},
			{"enough", 8 * mib, 8*mib + litter, 2},
			{"less than an eighth", 80 * mib, 89 * mib, 2},
			{"an eighth", 80 * mib, 90 * mib, 3},
		} {
			time.Sleep(time.Hour)
			l.kept = tt.kept
			h.set(tt.size)
			l.event()
			l.event()
			time.Sleep(time.Hour)
			h.want(t, tt.what, tt.want)
		}

		h.set(20 * mib)
		h.during = l.event
		l.event()
		time.Sleep(quiet)
		h.want(t, "something happens while it collects", 4)
		h.set(20 * mib)
		time.Sleep(quiet)
		h.want(t, "what that has left", 5)
	})
}

// TestCollect gives back what nobody uses any more.
func TestCollect(t *testing.T) {
	rush := make([][]byte, 64)
	for i := range rush {
		rush[i] = make([]byte, mib)
	}
	if got := held(); got < 64*mib {
		t.Errorf("%d octets are held, and 64 MiB are in use", got)
	}
	runtime.KeepAlive(rush)
	rush = nil
	collect()
	if got := held(); got > 32*mib {
		t.Errorf("%d octets are held behind the rush", got)
	}
}

func TestPercent(t *testing.T) {
	for inUse, want := range map[uint64]int{0: 200, small - 1: 200, small: 100, 1 << 30: 100} {
		if got := percentFor(inUse); got != want {
			t.Errorf("%d octets in use: got %d percent, want %d", inUse, got, want)
		}
	}
	seen := make(chan uint64, 1)
	behindCollections(func() {
		select {
		case seen <- inUse():
		default:
		}
	})
	for n := 0; n < 3; { // again and again, and not only behind the next
		runtime.GC()
		select {
		case inUse := <-seen:
			if n++; inUse == 0 {
				t.Error("nothing is in use")
			}
		default:
		}
	}
}
