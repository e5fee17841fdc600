package faultproxy_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/faultproxy"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// ample is the size of a file that comes, or goes, in segments.
const ample = 34 << 20

// sand is a file in which no two places are alike.
func sand() []byte {
	b := make([]byte, ample)
	rand.NewChaCha8([32]byte{7}).Read(b)
	return b
}

// segmented copies a file in segments, and then once more as a new run does, without
// faults: whatever has happened, nothing else has its name, what is said to be there is
// whole, and nothing is in the way of who tries again.
func segmented(whole []byte, up bool) func(w *world) error {
	return func(w *world) error {
		here := mem.New(mem.Options{Capacity: 1 << 30})
		c, from, to := copier(w, here), storage.FS(w.remote), storage.FS(here)
		if c.Segments = 4; up {
			from, to = to, from
		}
		w.plant(from, "large", whole)
		c.Observe = nil
		copied := func() error {
			if up {
				return c.Put(w.ctx, "large", "large")
			}
			return c.Get(w.ctx, "large", "large")
		}
		first := copied()
		if got, err := readFrom(w, to, "large"); err == nil && !bytes.Equal(got, whole) || err != nil && (first == nil || !errors.Is(err, fs.ErrNotExist)) {
			w.blame("the copy ended with %v, and has %d octets that are not the %d: %v", first, len(got), len(whole), err)
		}
		w.client.Close()
		o := short(w.o)
		o.Net = w.net
		w.client = ftpclient.New(serverAt, &o)
		c.Remote = w.client
		if err := copied(); err != nil {
			w.blame("the second time: %v", err)
		}
		if got, err := readFrom(w, to, "large"); err != nil || !bytes.Equal(got, whole) {
			w.blame("the second copy has %d octets that are not the %d: %v", len(got), len(whole), err)
		}
		strangers(w, to, ".", []string{"large"})
		w.tell("large", first)
		return nil
	}
}

// TestSegments puts faults at each point of a file that is copied in segments, a few of all
// that there are.
func TestSegments(t *testing.T) {
	if testing.Short() {
		t.Skip("moves gigabytes, though in memory")
	}
	whole := sand()
	for _, up := range []bool{false, true} {
		t.Run(fmt.Sprintf("up %v", up), func(t *testing.T) {
			// A server may take an hour over COMB.
			wk := &work{o: ftpclient.Options{MaxConns: 4}, within: 80 * time.Minute, do: segmented(whole, up)}
			points, fate, wrong := wk.run(t, nil)
			if len(wrong) > 0 || fate["large"] != "" {
				t.Fatalf("without a fault: %q, %q", wrong, fate)
			}
			dice := rand.New(rand.NewPCG(1, 2))
			datas := 0
			for _, p := range points {
				list := faultsAt(p)
				if p.Kind == faultproxy.Data {
					datas++
					for _, n := range []int{64 << 10, 1 << 20, 6 << 20} {
						list = append(list, faultproxy.Fault{Do: faultproxy.Cut, After: n}, faultproxy.Fault{Do: faultproxy.Reset, After: n})
					}
				}
				f := list[dice.IntN(len(list))]
				_, fate, wrong := wk.run(t, only(p, f))
				if harmless(f) && fate["large"] != "" {
					wrong = append(wrong, fate["large"])
				}
				if len(wrong) > 0 {
					t.Errorf("%v at %v: %q", f, p, wrong)
				}
			}
			if datas < 2 { // how many get a part is a matter of who is first
				t.Errorf("%d data connections: it did not come in segments", datas)
			}
		})
	}
}
