package transfer_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/storage"
)

// cutPut uploads local "f" until it is cut after n octets.
func cutPut(t *testing.T, b *bench, n int64) {
	t.Helper()
	b.Remote = &cutting{FS: b.remote, after: n}
	if err := b.Put(t.Context(), "f", "f"); !errors.Is(err, errCut) {
		t.Fatalf("Put: %v, want it cut", err)
	}
	b.Remote = b.remote
	b.told(transfer.Failed)
}

func TestPut(t *testing.T) {
	for _, n := range []int{0, 1, 64<<10 + 1, big} {
		b := newBench()
		data := contents(n, 0)
		write(t, b.local, "f", data, then)
		if err := b.Put(t.Context(), "f", "g"); err != nil {
			t.Fatal(err)
		}
		wantFile(t, b.remote, "g", data, then)
		if got := names(t, b.journal, "."); len(got) != 0 {
			t.Errorf("%d octets left %q in the journal", n, got)
		}
		if err := b.Put(t.Context(), "f", "g"); err != nil {
			t.Fatal(err)
		}
		wantOne(t, b.told(transfer.Skipped), "complete")
	}
}

func TestPutGoesOnAfterACut(t *testing.T) {
	b := newBench()
	data := contents(big, 0)
	write(t, b.local, "f", data, then)
	cutPut(t, b, 300_000)
	second := &cutting{FS: b.remote, after: -1}
	b.Remote = second
	if err := b.Put(t.Context(), "f", "f"); err != nil {
		t.Fatal(err)
	}
	if len(second.created) != 1 || second.created[0].Mode != storage.Resume || second.created[0].Offset != 300_000 {
		t.Errorf("went on with %+v", second.created)
	}
	wantFile(t, b.remote, "f", data, then)
	if got := names(t, b.journal, "."); len(got) != 0 {
		t.Errorf("left %q in the journal", got)
	}
}

// TestPutBeginsAnew has one case for each reason not to go on.
func TestPutBeginsAnew(t *testing.T) {
	later := then.Add(time.Hour)
	tests := []struct {
		name   string
		before func(t *testing.T, b *bench)
		change func(t *testing.T, b *bench)
		note   string // empty: no word of it, since nothing had begun
	}{
		{"the local file has changed", nil, func(t *testing.T, b *bench) {
			write(t, b.local, "f", contents(big, 5), later)
		}, "changed since"},
		{"the server kept nothing", nil, func(t *testing.T, b *bench) {
			if err := b.remote.Remove(t.Context(), "f", storage.KindFile); err != nil {
				t.Fatal(err)
			}
		}, "kept nothing"},
		{"the server has the old file still", func(t *testing.T, b *bench) {
			write(t, b.remote, "f", contents(1000, 9), then)
		}, nil, "nothing but the old file"},
		{"the server has more", nil, func(t *testing.T, b *bench) {
			write(t, b.remote, "f", contents(big+1, 9), later)
		}, "more than the whole"},
		{"asked to", nil, func(t *testing.T, b *bench) { b.Restart = true }, "asked to"},
		{"no journal", nil, func(t *testing.T, b *bench) { b.Journal = nil }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench()
			if tt.before != nil {
				tt.before(t, b)
			}
			write(t, b.local, "f", contents(big, 0), then)
			cutPut(t, b, 300_000)
			if tt.change != nil {
				tt.change(t, b)
			}
			second := &cutting{FS: b.remote, after: -1}
			b.Remote = second
			if err := b.Put(t.Context(), "f", "f"); err != nil {
				t.Fatal(err)
			}
			if len(second.created) != 1 || second.created[0].Mode != storage.Replace {
				t.Errorf("uploaded with %+v", second.created)
			}
			notes := b.told(transfer.Noted)
			if tt.note == "" && len(notes) > 0 {
				t.Errorf("told %q", notes)
			} else if tt.note != "" {
				wantOne(t, notes, tt.note)
			}
			info, err := b.local.Stat(t.Context(), "f")
			if err != nil {
				t.Fatal(err)
			}
			wantFile(t, b.remote, "f", read(t, b.local, "f"), info.ModTime)
		})
	}
}

// withoutTimes is a server that cannot be told the time of a file.
type withoutTimes struct{ storage.FS }

func (w withoutTimes) Features() storage.Features { return w.FS.Features() &^ storage.CanSetTime }

// losing loses the end of the first uploads, and says that it is worth trying again.
type losing struct {
	storage.FS
	times int
}

type lossError struct{}

func (lossError) Error() string  { return "the end is lost" }
func (lossError) TryAgain() bool { return true }

func (l *losing) Create(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	w, err := l.FS.Create(ctx, name, o)
	if err == nil && l.times > 0 {
		l.times--
		w = &losingWriter{w}
	}
	return w, err
}

type losingWriter struct{ storage.Writer }

func (w *losingWriter) Commit(ctx context.Context) (storage.Info, error) {
	w.Writer.Commit(ctx)
	return storage.Info{}, storage.PathError("commit", "f", lossError{})
}

// TestPutAgain shows that an upload of which the server has lost the end is made once
// more, from the beginning, and not for ever.
func TestPutAgain(t *testing.T) {
	for _, times := range []int{1, 2} {
		b := newBench()
		data := contents(big, 0)
		write(t, b.local, "f", data, then)
		b.Remote = &losing{b.remote, times}
		err := b.Put(t.Context(), "f", "f")
		if times == 1 {
			if err != nil {
				t.Fatal(err)
			}
			wantFile(t, b.remote, "f", data, then)
			wantOne(t, b.told(transfer.Noted), "sent again: commit f: the end is lost")
		} else if !errors.Is(err, lossError{}) {
			t.Error(err)
		}
	}
}

func TestPutToAServerWithoutTimes(t *testing.T) {
	b := newBench()
	b.Remote = withoutTimes{b.remote}
	write(t, b.local, "f", contents(big, 0), then)
	for range 2 {
		if err := b.Put(t.Context(), "f", "f"); err != nil {
			t.Fatal(err)
		}
	}
	wantOne(t, b.told(transfer.Skipped), "complete")
	write(t, b.local, "f", contents(big, 1), time.Now().Add(time.Hour))
	if err := b.Put(t.Context(), "f", "f"); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(read(t, b.remote, "f"), contents(big, 1)) {
		t.Error("a newer file of the same length was not uploaded")
	}
}

func TestPutRefusesFolders(t *testing.T) {
	b := newBench()
	for _, fsys := range []storage.FS{b.local, b.remote} {
		if err := fsys.Mkdir(t.Context(), "d"); err != nil {
			t.Fatal(err)
		}
	}
	write(t, b.local, "f", []byte("x"), then)
	if err := b.Put(t.Context(), "d", "e"); !errors.Is(err, storage.ErrIsDir) {
		t.Errorf("got %v", err)
	}
	if err := b.Put(t.Context(), "f", "d"); !errors.Is(err, storage.ErrIsDir) {
		t.Errorf("got %v", err)
	}
}

// refusing is a server that takes no files.
type refusing struct{ storage.FS }

func (refusing) Create(_ context.Context, name string, _ storage.CreateOptions) (storage.Writer, error) {
	return nil, storage.PathError("create", name, storage.ErrNoSpace)
}

// What was refused before anything went over is nothing to go on with.
func TestPutRefused(t *testing.T) {
	b := newBench()
	write(t, b.local, "f", contents(big, 0), then)
	b.Remote = refusing{b.remote}
	for range 2 {
		if err := b.Put(t.Context(), "f", "f"); !errors.Is(err, storage.ErrNoSpace) {
			t.Errorf("got %v", err)
		}
		if got := names(t, b.journal, "."); len(got) != 0 {
			t.Errorf("left %q in the journal", got)
		}
	}
	if notes := b.told(transfer.Noted); len(notes) > 0 {
		t.Errorf("told %q", notes)
	}
}

func TestPrune(t *testing.T) {
	b := newBench()
	write(t, b.journal, "old.json", nil, time.Now().Add(-31*24*time.Hour))
	write(t, b.journal, "new.json", nil, time.Now())
	if err := transfer.Prune(t.Context(), b.journal); err != nil {
		t.Fatal(err)
	}
	if got := names(t, b.journal, "."); !slices.Equal(got, []string{"new.json"}) {
		t.Errorf("left %q", got)
	}
}
