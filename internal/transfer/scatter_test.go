package transfer_test

import (
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

// joiner is a server that makes one file of several, over streams that have a pace.
type joiner struct {
	storage.FS
	rate    int64
	most    int  // streams at once; 0: no limit
	refuses bool // COMB is there, and not allowed

	mu    sync.Mutex
	now   int
	peak  int
	wrote int64
}

func (j *joiner) Combines() bool { return true }

func (j *joiner) Combine(ctx context.Context, target string, parts ...string) error {
	if j.refuses {
		return errors.New("550 no")
	}
	w, err := j.FS.Create(ctx, target, storage.CreateOptions{Mode: storage.Append})
	if err != nil {
		return err
	}
	defer w.Abort()
	for _, name := range parts {
		r, err := j.FS.Open(ctx, name, storage.Range{})
		if err != nil {
			return err
		}
		defer r.Close()
		if _, err := io.Copy(w, r); err != nil {
			return err
		}
	}
	if _, err := w.Commit(ctx); err != nil {
		return err
	}
	for _, name := range parts {
		if err := j.FS.Remove(ctx, name, storage.KindFile); err != nil {
			return err
		}
	}
	return nil
}

func (j *joiner) Create(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	if err := wait(ctx, 300*time.Millisecond); err != nil {
		return nil, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.most > 0 && j.now == j.most {
		return nil, errTooMany
	}
	w, err := j.FS.Create(ctx, name, o)
	if err != nil {
		return nil, err
	}
	j.now++
	j.peak = max(j.peak, j.now)
	return &joinerWriter{Writer: w, j: j, ctx: ctx}, nil
}

type joinerWriter struct {
	storage.Writer
	j    *joiner
	ctx  context.Context
	once sync.Once
}

func (w *joinerWriter) gone() {
	w.once.Do(func() {
		w.j.mu.Lock()
		defer w.j.mu.Unlock()
		w.j.now--
	})
}

func (w *joinerWriter) Write(p []byte) (int, error) {
	if err := wait(w.ctx, time.Duration(len(p))*time.Second/time.Duration(w.j.rate)); err != nil {
		return 0, err
	}
	w.j.mu.Lock()
	w.j.wrote += int64(len(p))
	w.j.mu.Unlock()
	return w.Writer.Write(p)
}

func (w *joinerWriter) Commit(ctx context.Context) (storage.Info, error) {
	defer w.gone()
	return w.Writer.Commit(ctx)
}

func (w *joinerWriter) Suspend(ctx context.Context) error {
	defer w.gone()
	return w.Writer.Suspend(ctx)
}

func (w *joinerWriter) Abort() error {
	defer w.gone()
	return w.Writer.Abort()
}

// joinBench is a bench with a huge file to be uploaded over an old one.
func joinBench(t *testing.T, j *joiner) (*bench, []byte) {
	t.Helper()
	b := newBench()
	data := hugeFile()
	write(t, b.local, "f", data, then)
	write(t, b.remote, "f", []byte("old"), then)
	j.FS = b.remote
	b.Remote = j
	return b, data
}

func wantSent(t *testing.T, b *bench, data []byte) {
	t.Helper()
	wantFile(t, b.remote, "f", data, then)
	if got := append(names(t, b.remote, "."), names(t, b.journal, ".")...); !slices.Equal(got, []string{"f"}) {
		t.Errorf("left %q", got)
	}
}

func TestParts(t *testing.T) {
	const alone = huge / (4 * mib) * time.Second
	for _, tt := range []struct {
		name     string
		j        *joiner
		segments int
		peak     int
		within   time.Duration
		notes    int
	}{
		{"they help", &joiner{rate: mib}, 0, 8, alone, 0},
		{"one was asked for", &joiner{rate: 4 * mib}, 1, 1, alone * 21 / 20, 0},
		{"four were asked for", &joiner{rate: 4 * mib}, 4, 4, alone / 3, 0},
		{"the server takes one", &joiner{rate: 4 * mib, most: 1}, 0, 1, alone * 21 / 20, 0},
		{"the server takes two", &joiner{rate: 4 * mib, most: 2}, 4, 2, alone * 2 / 3, 1},
		{"the server does not combine after all", &joiner{rate: 4 * mib, refuses: true}, 2, 2, alone * 6 / 5, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, data := joinBench(t, tt.j)
				b.Segments = tt.segments
				start := time.Now()
				if err := b.Put(t.Context(), "f", "f"); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(start); took > tt.within+2*time.Second {
					t.Errorf("took %v, want %v", took, tt.within)
				}
				wantSent(t, b, data)
				if tt.j.peak != tt.peak || tt.j.now != 0 {
					t.Errorf("%d streams at once, want %d; %d are open", tt.j.peak, tt.peak, tt.j.now)
				}
				if got := b.told(transfer.Noted); len(got) != tt.notes {
					t.Errorf("told %q", got)
				}
			})
		})
	}
}

// TestPartsCut cuts the line again and again: little goes over twice.
func TestPartsCut(t *testing.T) {
	for _, last := range []int{3, 1} { // segments in the end
		synctest.Test(t, func(t *testing.T) {
			j := &joiner{rate: 4 * mib}
			b, data := joinBench(t, j)
			b.Segments = 3
			cuts := 0
			for ; ; cuts++ {
				if cuts == 3 {
					b.Segments = last
				}
				within := 2100 * time.Millisecond
				if cuts >= 3 && last == 1 {
					within = time.Hour
				}
				ctx, cancel := context.WithTimeout(t.Context(), within)
				err := b.Put(ctx, "f", "f")
				cancel()
				if err == nil {
					break
				}
				if !errors.Is(err, context.DeadlineExceeded) || cuts > 50 {
					t.Fatal(err)
				}
				wantFile(t, b.remote, "f", []byte("old"), then)
			}
			wantSent(t, b, data)
			if cuts < 3 {
				t.Errorf("only %d cuts", cuts)
			}
			if over := j.wrote - huge; last == 3 && over > mib {
				t.Errorf("%d octets too many in %d cuts", over, cuts)
			}
		})
	}
}

// TestPartsKilled stops everything at some operation, as kill -9 does, and goes on.
func TestPartsKilled(t *testing.T) {
	for _, ops := range []int64{1, 2, 3, 5, 8, 13, 20, 100, 200, 300, 400, 410, 415, 420, 422, 424, 426, 428, 430} {
		synctest.Test(t, func(t *testing.T) {
			j := &joiner{rate: 4 * mib}
			b, data := joinBench(t, j)
			b.Segments = 4
			var mu sync.Mutex
			n := int64(0)
			dead := faultfs.Rule{Do: func(context.Context) error {
				mu.Lock()
				defer mu.Unlock()
				if n++; n > ops {
					return errCut
				}
				return nil
			}}
			j.FS = faultfs.New(b.remote, dead)
			b.Journal = faultfs.New(b.journal, dead)
			err := b.Put(t.Context(), "f", "f")
			j.FS, b.Journal = b.remote, b.journal
			if err != nil {
				err = b.Put(t.Context(), "f", "f")
			} else if n < ops {
				t.Logf("%d operations are all", n)
			}
			if err != nil {
				t.Fatalf("killed at operation %d: %v", ops, err)
			}
			wantSent(t, b, data)
		})
	}
}

// A part of which the end is another is sent anew.
func TestPutProves(t *testing.T) {
	b := newBench()
	data := contents(big, 0)
	write(t, b.local, "f", data, then)
	cutPut(t, b, 300_000)
	spoilt := slices.Clone(data[:300_000])
	spoilt[299_999] ^= 1
	info, err := b.remote.Stat(t.Context(), "f")
	if err != nil {
		t.Fatal(err)
	}
	write(t, b.remote, "f", spoilt, info.ModTime)
	if err := b.Put(t.Context(), "f", "f"); err != nil {
		t.Fatal(err)
	}
	wantOne(t, b.told(transfer.Noted), "begun anew: the end of what is there is not what the source has")
	wantFile(t, b.remote, "f", data, then)
}

// secret is a server that lets nobody read.
type secret struct {
	storage.FS
	hash bool // but tells hashes
}

func (s *secret) Open(_ context.Context, name string, _ storage.Range) (storage.Reader, error) {
	return nil, storage.PathError("open", name, errors.ErrUnsupported)
}

func (s *secret) Hash(ctx context.Context, name, alg string, r storage.Range) ([]byte, error) {
	if !s.hash || alg != "SHA-1" {
		return nil, errors.ErrUnsupported
	}
	return storage.Hash(ctx, s.FS, name, alg, r)
}

func TestPutProvesByHash(t *testing.T) {
	for _, spoil := range []bool{false, true} {
		for _, hash := range []bool{false, true} {
			b := newBench()
			data := contents(big, 0)
			write(t, b.local, "f", data, then)
			cutPut(t, b, 300_000)
			if spoil {
				spoilt := slices.Clone(data[:300_000])
				spoilt[5] ^= 1
				write(t, b.remote, "f", spoilt, then.Add(time.Hour))
			}
			b.Remote = &secret{b.remote, hash}
			if err := b.Put(t.Context(), "f", "f"); err != nil {
				t.Fatal(err)
			}
			if notes := b.told(transfer.Noted); (len(notes) > 0) != (spoil && hash) {
				t.Errorf("spoilt %v, hashes %v: told %q", spoil, hash, notes)
			}
			if !spoil || hash {
				wantFile(t, b.remote, "f", data, then)
			}
		}
	}
}
