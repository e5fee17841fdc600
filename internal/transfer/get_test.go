package transfer_test

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

const big = 1 << 20

// cutGet downloads remote "f" until it is cut after n octets.
func cutGet(t *testing.T, b *bench, n int64) {
	t.Helper()
	b.Remote = &cutting{FS: b.remote, after: n}
	if err := b.Get(t.Context(), "f", "f"); !errors.Is(err, errCut) {
		t.Fatalf("Get: %v, want it cut", err)
	}
	b.Remote = b.remote
	b.told(transfer.Failed)
}

func TestGet(t *testing.T) {
	for _, n := range []int{0, 1, 64 << 10, 64<<10 + 1, big} {
		b := newBench()
		data := contents(n, 0)
		write(t, b.remote, "f", data, then)
		if err := b.Get(t.Context(), "f", "g"); err != nil {
			t.Fatal(err)
		}
		wantFile(t, b.local, "g", data, then)
		if got := names(t, b.local, "."); !slices.Equal(got, []string{"g"}) {
			t.Errorf("%d octets left %q behind", n, got)
		}
	}
}

func TestGetGoesOnAfterACut(t *testing.T) {
	b := newBench()
	data := contents(big, 0)
	write(t, b.remote, "f", data, then)
	write(t, b.local, "f", []byte("old"), then)
	cutGet(t, b, 300_000)
	wantFile(t, b.local, "f", []byte("old"), then)
	if got := read(t, b.local, "f.ferry-part"); len(got) != 300_000 {
		t.Errorf("the part has %d octets", len(got))
	}
	second := &cutting{FS: b.remote, after: -1}
	b.Remote = second
	if err := b.Get(t.Context(), "f", "f"); err != nil {
		t.Fatal(err)
	}
	// What was there last is read again, and compared.
	if !slices.Equal(second.opened, []int64{300_000 - 64<<10}) {
		t.Errorf("went on at %v", second.opened)
	}
	wantFile(t, b.local, "f", data, then)
	if got := names(t, b.local, "."); len(got) != 1 {
		t.Errorf("left behind: %q", got)
	}
}

// TestGetBeginsAnew has one case for each reason not to trust a part.
func TestGetBeginsAnew(t *testing.T) {
	tests := []struct {
		name   string
		change func(t *testing.T, b *bench)
		why    string
	}{
		{"other time", func(t *testing.T, b *bench) {
			write(t, b.remote, "f", contents(big, 1), then.Add(time.Second))
		}, "changed since"},
		{"other size", func(t *testing.T, b *bench) {
			write(t, b.remote, "f", contents(big-1, 1), then)
		}, "size of the whole"},
		{"another file of the same size and time", func(t *testing.T, b *bench) {
			write(t, b.remote, "g", contents(big, 1), then)
			if err := b.remote.Rename(t.Context(), "g", "f"); err != nil {
				t.Fatal(err)
			}
		}, "another file"},
		{"changed in place, size and time set back", func(t *testing.T, b *bench) {
			w, err := b.remote.Create(t.Context(), "f", storage.CreateOptions{Mode: storage.Resume, Len: 4, ModTime: then})
			if err != nil {
				t.Fatal(err)
			}
			w.Write([]byte("1234"))
			if _, err := w.Commit(t.Context()); err != nil {
				t.Fatal(err)
			}
		}, "changed since"},
		{"no record", func(t *testing.T, b *bench) {
			if err := b.local.Remove(t.Context(), "f.ferry-part.json", storage.KindFile); err != nil {
				t.Fatal(err)
			}
		}, "no record"},
		{"a record that is no JSON", func(t *testing.T, b *bench) {
			write(t, b.local, "f.ferry-part.json", []byte("{"), then)
		}, "no record"},
		{"a part that is too long", func(t *testing.T, b *bench) {
			write(t, b.local, "f.ferry-part", contents(big+1, 1), then)
		}, "longer"},
		{"another URL", func(t *testing.T, b *bench) {
			b.URL = func(name string) string { return "ftp://other/" + name }
		}, "a part of ftp://host/f"},
		{"asked to", func(t *testing.T, b *bench) { b.Restart = true }, "asked to"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench()
			write(t, b.remote, "f", contents(big, 0), then)
			cutGet(t, b, 300_000)
			tt.change(t, b)
			if err := b.Get(t.Context(), "f", "f"); err != nil {
				t.Fatal(err)
			}
			wantOne(t, b.told(transfer.Noted), "begun anew: ")
			info, err := b.remote.Stat(t.Context(), "f")
			if err != nil {
				t.Fatal(err)
			}
			wantFile(t, b.local, "f", read(t, b.remote, "f"), info.ModTime)
		})
	}
}

func TestGetSkipsWhatIsComplete(t *testing.T) {
	for _, n := range []int{10, big} {
		b := newBench()
		data := contents(n, 0)
		write(t, b.remote, "f", data, then)
		write(t, b.local, "f", data, then.Add(300*time.Millisecond)) // servers tell seconds
		b.Remote = &cutting{FS: b.remote, after: 0}
		if err := b.Get(t.Context(), "f", "f"); err != nil {
			t.Fatal(err)
		}
		wantOne(t, b.told(transfer.Skipped), "complete")

		// A file that grew at the far end is loaded anew, not appended to.
		b.Remote = b.remote
		write(t, b.remote, "f", contents(n+5, 3), then.Add(time.Hour))
		if err := b.Get(t.Context(), "f", "f"); err != nil {
			t.Fatal(err)
		}
		wantFile(t, b.local, "f", contents(n+5, 3), then.Add(time.Hour))

		b.Restart = true
		b.told(transfer.Skipped)
		if err := b.Get(t.Context(), "f", "f"); err != nil {
			t.Fatal(err)
		}
		if len(b.told(transfer.Finished)) != 1 {
			t.Error("--restart did not begin anew")
		}
	}
}

// TestGetCutAtTheVeryEnd finds a part that has it all: a crash came before it
// got its name.
func TestGetCutAtTheVeryEnd(t *testing.T) {
	b := newBench()
	data := contents(big, 0)
	write(t, b.remote, "f", data, then)
	cutGet(t, b, big)
	b.Remote = &cutting{FS: b.remote, after: 0}
	if err := b.Get(t.Context(), "f", "f"); err != nil {
		t.Fatal(err)
	}
	wantFile(t, b.local, "f", data, then)
}

// TestGetLeavesNothing has a file fail before an octet of it came: no part is left behind
// that would hold nothing, nor its record.
func TestGetLeavesNothing(t *testing.T) {
	for name, fails := range map[string]func(b *bench){
		"refused":  func(b *bench) { b.Remote = unreadable{b.remote} },
		"cut":      func(b *bench) { b.Remote = &cutting{FS: b.remote, after: 0} },
		"segments": func(b *bench) { b.Remote, b.Segments = unreadable{b.remote}, 3 },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench()
			write(t, b.remote, "f", contents(32<<20, 0), then)
			b.local, b.Segments = mem.New(mem.Options{Capacity: 1 << 30}), 1
			b.Local = b.local
			fails(b)
			if err := b.Get(t.Context(), "f", "f"); err == nil {
				t.Fatal("it did not fail")
			}
			if got := names(t, b.local, "."); len(got) != 0 {
				t.Errorf("left %q", got)
			}
		})
	}
}

// unreadable is a server of which no file may be read.
type unreadable struct{ storage.FS }

func (unreadable) Open(_ context.Context, name string, _ storage.Range) (storage.Reader, error) {
	return nil, storage.PathError("open", name, fs.ErrPermission)
}

func TestGetNeedsRoom(t *testing.T) {
	b := newBench()
	b.local = mem.New(mem.Options{Capacity: big / 2})
	b.Local = b.local
	write(t, b.remote, "f", contents(big, 0), then)
	source := &cutting{FS: b.remote, after: -1}
	b.Remote = source
	if err := b.Get(t.Context(), "f", "f"); !errors.Is(err, storage.ErrNoSpace) {
		t.Fatalf("got %v", err)
	}
	if len(source.opened) != 0 {
		t.Error("it was begun although there is no room")
	}
}

func TestGetRefusesFolders(t *testing.T) {
	b := newBench()
	if err := b.remote.Mkdir(t.Context(), "d"); err != nil {
		t.Fatal(err)
	}
	if err := b.Get(t.Context(), "d", "d"); !errors.Is(err, storage.ErrIsDir) {
		t.Errorf("got %v", err)
	}
	write(t, b.remote, "f", []byte("x"), then)
	if err := b.local.Mkdir(t.Context(), "f"); err != nil {
		t.Fatal(err)
	}
	if err := b.Get(t.Context(), "f", "f"); !errors.Is(err, storage.ErrIsDir) {
		t.Errorf("got %v", err)
	}
	if got := b.told(transfer.Failed); len(got) != 2 {
		t.Errorf("told %q", got)
	}
}

// TestGetLongNames has names so long that no suffix fits behind them.
func TestGetLongNames(t *testing.T) {
	b := newBench()
	one, two := strings.Repeat("x", 250)+"1", strings.Repeat("x", 250)+"2"
	for i, name := range []string{one, two} {
		write(t, b.remote, name, contents(big, byte(i)), then)
		b.Remote = &cutting{FS: b.remote, after: 100_000}
		if err := b.Get(t.Context(), name, name); !errors.Is(err, errCut) {
			t.Fatal(err)
		}
	}
	all := names(t, b.local, ".")
	if len(all) != 4 {
		t.Fatalf("parts: %q", all)
	}
	for _, name := range all {
		if len(name) > 255 {
			t.Errorf("a name of %d octets", len(name))
		}
	}
}
