package mem

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestContent compares contents with a plain slice, and snapshots with copies
// of it.
func TestContent(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	type shot struct {
		got  *content
		want []byte
	}
	for range 20 {
		var c content
		var want []byte
		var shots []shot
		for range 60 {
			switch rnd.IntN(4) {
			case 0, 1:
				p := bytes.Repeat([]byte{byte(rnd.Uint32())}, rnd.IntN(3*chunkSize))
				off := rnd.IntN(len(want) + 1)
				c.writeAt(p, int64(off))
				want = append(want[:off:off], append(p, want[min(off+len(p), len(want)):]...)...)
			case 2:
				n := rnd.IntN(len(want) + 1)
				c.truncate(int64(n))
				want = want[:n]
			case 3:
				shots = append(shots, shot{c.snapshot(), bytes.Clone(want)})
			}
		}
		shots = append(shots, shot{&c, want})
		for i, s := range shots {
			got := make([]byte, len(s.want)+1)
			n := 0
			if len(s.want) > 0 {
				n, _ = s.got.readAt(got, 0)
			}
			if !bytes.Equal(got[:n], s.want) || s.got.size != int64(len(s.want)) {
				t.Fatalf("snapshot %d of %d differs", i, len(shots))
			}
		}
	}
}

// TestSmallContentIsSmall guards against a whole chunk for a small file.
func TestSmallContentIsSmall(t *testing.T) {
	var c content
	c.writeAt([]byte("small"), 0)
	if n := cap(c.chunks[0].b); n > 64 {
		t.Errorf("5 octets take %d", n)
	}
	c.writeAt(make([]byte, 10*chunkSize), 5)
	for i, ch := range c.chunks {
		if cap(ch.b) > chunkSize {
			t.Errorf("chunk %d takes %d octets", i, cap(ch.b))
		}
	}
}
