package transfer_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/storage"
)

// direct has b copy without its contents coming through, up to the octet cut; negative
// is all. It counts what was asked of it.
func direct(t *testing.T, b *bench, cut int) *[]int64 {
	asked := new([]int64)
	b.Direct = func(ctx context.Context, local, remote string, off int64) error {
		*asked = append(*asked, off)
		data := read(t, b.local, local)
		if cut >= 0 {
			data = data[:cut]
		}
		o := storage.CreateOptions{}
		if off > 0 {
			o.Mode, o.Offset = storage.Resume, off
		}
		w, err := b.remote.Create(ctx, remote, o)
		if err != nil {
			return err
		}
		if _, err := w.Write(data[off:]); err != nil {
			return errors.Join(err, w.Suspend(ctx))
		}
		if cut >= 0 {
			return errors.Join(errCut, w.Suspend(ctx))
		}
		_, err = w.Commit(ctx)
		return err
	}
	return asked
}

// TestDirect copies a file directly: no octet comes through here.
func TestDirect(t *testing.T) {
	b := newBench()
	data := contents(big, 0)
	write(t, b.local, "f", data, then)
	asked := direct(t, b, -1)
	through := &cutting{FS: b.remote, after: -1}
	b.Remote = through
	if err := b.Put(t.Context(), "f", "g"); err != nil {
		t.Fatal(err)
	}
	wantFile(t, b.remote, "g", data, then)
	if len(through.created) != 0 || len(*asked) != 1 {
		t.Errorf("%d came through, and %d went directly", len(through.created), len(*asked))
	}
	if got := names(t, b.journal, "."); len(got) != 0 {
		t.Errorf("left %q in the journal", got)
	}
}

// TestDirectGoesOn shows that a direct copy that was cut is gone on with, directly
// or not.
func TestDirectGoesOn(t *testing.T) {
	for _, again := range []bool{true, false} {
		b := newBench()
		data := contents(big, 0)
		write(t, b.local, "f", data, then)
		direct(t, b, 300_000)
		if err := b.Put(t.Context(), "f", "f"); !errors.Is(err, errCut) {
			t.Fatalf("Put: %v, want it cut", err)
		}
		through := &cutting{FS: b.remote, after: -1}
		b.Remote = through
		var off []int64
		if again {
			asked := direct(t, b, -1)
			defer func() {
				if len(*asked) != 1 || (*asked)[0] != 300_000 {
					t.Errorf("went on at %d", *asked)
				}
			}()
		} else {
			b.Direct = func(context.Context, string, string, int64) error { return errors.ErrUnsupported }
			off = []int64{300_000}
		}
		if err := b.Put(t.Context(), "f", "f"); err != nil {
			t.Fatal(err)
		}
		wantFile(t, b.remote, "f", data, then)
		if len(through.created) != len(off) || len(off) > 0 && through.created[0].Offset != off[0] {
			t.Errorf("%+v came through, want one from %d on", through.created, off)
		}
	}
}

// TestDirectFails shows that what keeps a single file from being copied is not tried
// in another way, and that what is said to have been copied is looked at.
func TestDirectFails(t *testing.T) {
	b := newBench()
	write(t, b.local, "f", contents(big, 0), then)
	b.Direct = func(context.Context, string, string, int64) error { return errCut }
	if err := b.Put(t.Context(), "f", "f"); !errors.Is(err, errCut) {
		t.Errorf("Put: %v", err)
	}
	if got := names(t, b.remote, "."); len(got) != 0 {
		t.Errorf("%q came through", got)
	}
	b.Direct = func(ctx context.Context, _, remote string, _ int64) error {
		write(t, b.remote, remote, contents(big-1, 0), then)
		return nil
	}
	b.Restart = true
	if err := b.Put(t.Context(), "f", "f"); !errors.Is(err, storage.ErrChanged) {
		t.Errorf("a copy that lacks an octet is %v", err)
	}
}

// TestVerify shows that a copy counts as one only if Verify agrees, in both ways.
func TestVerify(t *testing.T) {
	for _, far := range []bool{true, false} {
		b := newBench()
		write(t, b.local, "f", contents(big, 0), then)
		if far {
			direct(t, b, -1)
		}
		var seen []string
		var verdict error
		b.Verify = func(_ context.Context, local, remote string) error {
			seen = append(seen, local+">"+remote)
			return verdict
		}
		if err := b.Put(t.Context(), "f", "g"); err != nil {
			t.Fatal(err)
		}
		wantOne(t, b.told(transfer.Finished), "g")
		verdict = io.ErrNoProgress
		if err := b.Put(t.Context(), "f", "h"); !errors.Is(err, verdict) {
			t.Errorf("Put: %v", err)
		}
		if got := b.told(transfer.Finished); len(got) != 0 || len(seen) != 2 || seen[1] != "f>h" {
			t.Errorf("finished %q, seen %q", got, seen)
		}
	}
}
