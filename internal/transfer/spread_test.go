package transfer_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/internal/faultfs"
	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/storage"
)

// far is a server far away: a stream needs a while until it stands, and has a pace of
// its own.
type far struct {
	storage.FS
	latency time.Duration
	rate    int64 // octets a second of one stream
	link    int64 // of all streams together; 0: no limit
	most    int   // streams at once; 0: no limit
	deaf    bool  // files are sent from their beginning, whatever is asked for
	plain   bool  // offsets are refused

	mu     sync.Mutex
	opened []storage.Range
	moved  int64 // octets sent
	now    int   // streams open
	peak   int
	free   time.Time // when the link is free again
}

func (f *far) Unwrap() storage.FS { return f.FS }

var errTooMany = errors.New("421 too many connections")

func (f *far) Open(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
	if err := wait(ctx, f.latency); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.Off > 0 && f.plain {
		return nil, errors.ErrUnsupported
	}
	if f.most > 0 && f.now == f.most {
		return nil, errTooMany
	}
	f.opened = append(f.opened, r)
	if f.deaf {
		r.Off = 0
	}
	src, err := f.FS.Open(ctx, name, r)
	if err != nil {
		return nil, err
	}
	f.now++
	f.peak = max(f.peak, f.now)
	return &farReader{Reader: src, f: f, ctx: ctx}, nil
}

// wait waits in the time of the bubble.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

type farReader struct {
	storage.Reader
	f      *far
	ctx    context.Context
	closed bool
}

func (r *farReader) Read(p []byte) (int, error) {
	f := r.f
	n, err := r.Reader.Read(p[:min(len(p), 128<<10)])
	d := time.Duration(n) * time.Second / time.Duration(f.rate)
	f.mu.Lock()
	f.moved += int64(n)
	if f.link > 0 {
		now := time.Now()
		if f.free.Before(now) {
			f.free = now
		}
		f.free = f.free.Add(time.Duration(n) * time.Second / time.Duration(f.link))
		d = max(d, f.free.Sub(now))
	}
	f.mu.Unlock()
	if werr := wait(r.ctx, d); werr != nil {
		return 0, werr
	}
	return n, err
}

func (r *farReader) Close() error {
	r.f.mu.Lock()
	if !r.closed {
		r.closed = true
		r.f.now--
	}
	r.f.mu.Unlock()
	return r.Reader.Close()
}

const (
	huge = 96 << 20
	mib  = 1 << 20
)

// hugeFile is made once: it is all that takes time here.
var hugeFile = sync.OnceValue(func() []byte {
	data := bytes.Repeat(contents(mib, 0), huge/mib)
	for i := range huge / mib { // no two places are alike
		copy(data[i*mib:], []byte{byte(i), byte(i * 7), byte(i * 31)})
	}
	return data
})

// farBench is a bench with a huge file far away.
func farBench(t *testing.T, f *far) (*bench, []byte) {
	t.Helper()
	b := newBench()
	data := hugeFile()
	write(t, b.remote, "f", data, then)
	f.FS = b.remote
	f.latency = 300 * time.Millisecond
	b.Remote = f
	return b, data
}

func wantWhole(t *testing.T, b *bench, data []byte) {
	t.Helper()
	wantFile(t, b.local, "f", data, then)
	if got := names(t, b.local, "."); !slices.Equal(got, []string{"f"}) {
		t.Errorf("left %q", got)
	}
}

func TestSegments(t *testing.T) {
	const alone = huge / (4 * mib) * time.Second // with one stream at 4 MiB/s
	for _, tt := range []struct {
		name     string
		far      *far
		segments int
		peak     int // streams
		within   time.Duration
	}{
		{"they help", &far{rate: mib}, 0, 8, alone}, // a quarter of its time alone
		{"two fill the line", &far{rate: 4 * mib, link: 8 * mib}, 0, 8, alone * 2 / 3},
		{"one fills the line", &far{rate: 4 * mib, link: 4 * mib}, 0, 4, alone * 21 / 20},
		{"the server takes one", &far{rate: 4 * mib, most: 1}, 0, 1, alone * 21 / 20},
		{"the server takes three", &far{rate: 4 * mib, most: 3}, 0, 3, alone * 2 / 3},
		{"no REST", &far{rate: 4 * mib, plain: true}, 0, 1, alone * 21 / 20},
		{"one was asked for", &far{rate: 4 * mib}, 1, 1, alone * 21 / 20},
		{"four were asked for", &far{rate: 4 * mib}, 4, 4, alone / 3},
		{"four were asked for, one is taken", &far{rate: 4 * mib, most: 1}, 4, 1, alone * 21 / 20},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := tt.far
				b, data := farBench(t, f)
				b.Segments = tt.segments
				start := time.Now()
				if err := b.Get(t.Context(), "f", "f"); err != nil {
					t.Fatal(err)
				}
				wantWhole(t, b, data)
				if took := time.Since(start); took > tt.within+2*time.Second {
					t.Errorf("took %v, want %v", took, tt.within)
				}
				if f.peak != tt.peak {
					t.Errorf("%d streams at once, want %d", f.peak, tt.peak)
				}
				if f.now != 0 {
					t.Errorf("%d streams are still open", f.now)
				}
				if over := f.moved - huge; over > int64(len(f.opened))*2*256<<10 {
					t.Errorf("%d octets too many, over %d streams", over, len(f.opened))
				}
			})
		})
	}
}

// TestSegmentsTold says that what was asked for was not to be had, and of nothing else.
func TestSegmentsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for segments, notes := range map[int]int{0: 0, 2: 1} {
			b, _ := farBench(t, &far{rate: 8 * mib, most: 1})
			b.Segments = segments
			if err := b.Get(t.Context(), "f", "f"); err != nil {
				t.Fatal(err)
			}
			if got := b.told(transfer.Noted); len(got) != notes {
				t.Errorf("asked for %d, told %q", segments, got)
			}
		}
	})
}

func TestSegmentsOfASmallFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &far{rate: mib}
		b, _ := farBench(t, f)
		b.Segments = 4
		data := contents(20*mib, 3)
		write(t, b.remote, "f", data, then)
		if err := b.Get(t.Context(), "f", "f"); err != nil {
			t.Fatal(err)
		}
		wantWhole(t, b, data)
		if len(f.opened) != 1 {
			t.Errorf("opened %v", f.opened)
		}
	})
}

// A server that takes REST and does not heed it is found out before anything is
// believed.
func TestSegmentsOfADeafServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &far{rate: 4 * mib, deaf: true}
		b, data := farBench(t, f)
		if err := b.Get(t.Context(), "f", "f"); err != nil {
			t.Fatal(err)
		}
		wantOne(t, b.told(transfer.Noted), "do not fit together")
		wantWhole(t, b, data)
	})
}

// A file that is replaced while it comes in pieces is never made of two.
func TestSegmentsOfAFileThatChanges(t *testing.T) {
	for _, after := range []int{0, 1, 2, 4, 8} {
		synctest.Test(t, func(t *testing.T) {
			f := &far{rate: 4 * mib}
			b, data := farBench(t, f)
			b.Segments = 4
			other := bytes.Clone(data)
			for i := range huge / mib {
				other[i*mib+5] ^= 0xff
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				wait(t.Context(), time.Duration(after)*700*time.Millisecond)
				write(t, b.remote, "f", other, then.Add(time.Hour))
			}()
			err := b.Get(t.Context(), "f", "f")
			<-done
			if err == nil {
				got := read(t, b.local, "f")
				if !bytes.Equal(got, data) && !bytes.Equal(got, other) {
					t.Error("what came is neither the old nor the new file")
				}
				return
			}
			if !errors.Is(err, storage.ErrChanged) {
				t.Error(err)
			}
			if err := b.Get(t.Context(), "f", "f"); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(read(t, b.local, "f"), other) {
				t.Error("what came then is not the new file")
			}
		})
	}
}

// TestSegmentsKilled stops everything at some moment, as kill -9 does, and goes on:
// nothing comes again but what had come since the last record.
func TestSegmentsKilled(t *testing.T) {
	const lost = 8 * mib // two records apart, at 16 MiB a second, and what is compared
	for _, ops := range []int64{1, 2, 3, 5, 40, 200, 330, 500, 700} {
		synctest.Test(t, func(t *testing.T) {
			f := &far{rate: 4 * mib}
			b, data := farBench(t, f)
			b.Segments = 4
			dead := faultfs.Rule{Do: func() func(context.Context) error {
				var mu sync.Mutex
				n := int64(0)
				return func(context.Context) error {
					mu.Lock()
					defer mu.Unlock()
					if n++; n > ops {
						return errCut
					}
					return nil
				}
			}()}
			b.Local = faultfs.New(b.local, dead)
			err := b.Get(t.Context(), "f", "f")
			if err == nil {
				t.Fatalf("%d operations are enough", ops)
			}
			came := f.moved
			b.Local = b.local
			if err := b.Get(t.Context(), "f", "f"); err != nil {
				t.Fatal(err)
			}
			wantWhole(t, b, data)
			if twice := f.moved - huge; twice > lost {
				t.Errorf("killed at operation %d, after %d octets: %d came twice", ops, came, twice)
			}
		})
	}
}

// TestSegmentsCut cuts the line again and again: every octet comes once, but for what is
// compared.
func TestSegmentsCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &far{rate: 4 * mib}
		b, data := farBench(t, f)
		b.Segments = 3
		cuts := 0
		for ; ; cuts++ {
			ctx, cancel := context.WithTimeout(t.Context(), 1300*time.Millisecond)
			err := b.Get(ctx, "f", "f")
			cancel()
			if err == nil {
				break
			}
			if !errors.Is(err, context.DeadlineExceeded) || cuts > 50 {
				t.Fatal(err)
			}
		}
		wantWhole(t, b, data)
		if cuts < 4 {
			t.Errorf("only %d cuts", cuts)
		}
		if over := f.moved - huge; over > int64(len(f.opened))*(256<<10) {
			t.Errorf("%d octets too many over %d streams and %d cuts", over, len(f.opened), cuts)
		}
	})
}

// A part whose end is not that of the file is not added to, whatever its record says.
func TestGetProves(t *testing.T) {
	b := newBench()
	data := contents(big, 0)
	write(t, b.remote, "f", data, then)
	cutGet(t, b, 300_000)
	w, err := b.local.Create(t.Context(), "f.ferry-part", storage.CreateOptions{Mode: storage.Resume, Offset: 299_999})
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, "!")
	if _, err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := b.Get(t.Context(), "f", "f"); err != nil {
		t.Fatal(err)
	}
	wantOne(t, b.told(transfer.Noted), "begun anew: the end of what is there is not what the source has")
	wantFile(t, b.local, "f", data, then)
}

// A server that cannot begin in the middle sends the whole again.
func TestGetGoesOnWithoutOffsets(t *testing.T) {
	b := newBench()
	data := contents(big, 0)
	write(t, b.remote, "f", data, then)
	cutGet(t, b, 300_000)
	synctest.Test(t, func(t *testing.T) {
		b.Remote = &far{FS: b.remote, rate: mib, plain: true}
		if err := b.Get(t.Context(), "f", "f"); err != nil {
			t.Fatal(err)
		}
	})
	wantOne(t, b.told(transfer.Noted), "from their beginning alone")
	wantFile(t, b.local, "f", data, then)
}
