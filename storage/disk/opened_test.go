package disk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"

	"github.com/seed-6092453b/ferry/storage"
)

// TestOpenedIsMadeAFile uses the descriptor of a Reader before, and after, it is asked for
// more, and once it is closed.
func TestOpenedIsMadeAFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a"), []byte("0123456789"), 0o666); err != nil {
		t.Fatal(err)
	}
	d, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for use, do := range map[string]func(r storage.Reader) error{
		"nothing": func(storage.Reader) error { return nil },
		"read":    func(r storage.Reader) error { _, err := io.ReadFull(r, make([]byte, 4)); return err },
		"seek":    func(r storage.Reader) error { _, err := r.(io.Seeker).Seek(4, io.SeekStart); return err },
	} {
		r, err := d.Open(t.Context(), "a", storage.Range{})
		if err != nil {
			t.Fatal(err)
		}
		raw, err := r.(syscall.Conn).SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		var before, after uintptr
		if err := raw.Control(func(fd uintptr) { before = fd }); err != nil {
			t.Fatal(err)
		}
		if err := do(r); err != nil {
			t.Errorf("%s: %v", use, err)
		}
		if err := raw.Read(func(fd uintptr) bool { after = fd; return true }); err != nil || before != after {
			t.Errorf("after %s the descriptor is %v, and was %v; error %v", use, after, before, err)
		}
		want := "456789"
		if use == "nothing" {
			want = "0123456789"
		}
		if got, err := io.ReadAll(r); string(got) != want || err != nil {
			t.Errorf("after %s there is %q, error %v", use, got, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if err := raw.Control(func(uintptr) { t.Error("a closed descriptor is used") }); err == nil {
			t.Error("a closed descriptor can be had")
		}
		if _, err := r.Read(make([]byte, 1)); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("reading what is closed: %v", err)
		}
		if err := r.Close(); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("closing what is closed: %v", err)
		}
	}
}

// TestWriterIsMadeAFile writes in all ways, those that need no os.File before and after those
// that do.
func TestWriterIsMadeAFile(t *testing.T) {
	dir := t.TempDir()
	d, err := Open(dir, Options{Sync: SyncNever})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	made, err := d.Create(t.Context(), "a", storage.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	w := made.(*writer)
	var descriptors []uintptr
	for i, step := range []func() (int, error){
		func() (int, error) { return w.Write([]byte("01")) },
		func() (int, error) {
			return w.WriteBy(2, func(fd uintptr, n int) (int, error) {
				return w.f.write([]byte("23")[:n])
			})
		},
		func() (int, error) { return w.WriteAt([]byte("89"), 8) },
		func() (int, error) { return w.Write([]byte("45")) },
		func() (int, error) { _, err := w.Sync(t.Context()); return 2, err },
		func() (int, error) {
			return w.WriteBy(2, func(fd uintptr, n int) (int, error) {
				return w.f.write([]byte("67")[:n])
			})
		},
	} {
		if n, err := step(); n != 2 || err != nil {
			t.Errorf("step %d: %d, %v", i, n, err)
		}
		descriptors = append(descriptors, w.f.handle())
	}
	if len(slices.Compact(descriptors)) != 1 {
		t.Errorf("the descriptors were %v", descriptors)
	}
	if _, err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "a")); string(got) != "0123456789" || err != nil {
		t.Errorf("the file holds %q, %v", got, err)
	}
	if _, err := w.Write([]byte("x")); !errors.Is(err, storage.ErrEnded) {
		t.Errorf("after the end: %v", err)
	}
	if err := w.f.close(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("closing what is closed: %v", err)
	}
}

// TestCloseUnderWriters ends writers while they write, and opens other files meanwhile, which
// get the descriptors that become free: nothing may be written to those.
func TestCloseUnderWriters(t *testing.T) {
	dir, others := t.TempDir(), t.TempDir()
	for round := range 20 {
		d, err := Open(dir, Options{Sync: SyncNever})
		if err != nil {
			t.Fatal(err)
		}
		var ended sync.WaitGroup
		begun := make(chan struct{}, 3)
		write := func(name string, do func(w *writer) error) {
			w, err := d.Create(t.Context(), name, storage.CreateOptions{})
			if err != nil {
				t.Fatal(err)
			}
			ended.Go(func() {
				for err = do(w.(*writer)); err == nil; err = do(w.(*writer)) {
					select {
					case begun <- struct{}{}:
					default:
					}
				}
				if !errors.Is(err, storage.ErrEnded) && !errors.Is(err, fs.ErrClosed) {
					t.Errorf("%s ended with %v", name, err)
				}
			})
		}
		write("write", func(w *writer) error { _, err := w.Write([]byte("x")); return err })
		write("write-by", func(w *writer) error {
			_, err := w.WriteBy(1, func(_ uintptr, n int) (int, error) { return w.f.write([]byte("x")[:n]) })
			return err
		})
		write("write-at", func(w *writer) error { _, err := w.WriteAt([]byte("x"), 0); return err })
		<-begun
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		for i := range 10 {
			f, err := os.Create(filepath.Join(others, fmt.Sprint(round, "-", i)))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			defer func() {
				if n, err := f.Seek(0, io.SeekEnd); n != 0 || err != nil {
					t.Errorf("a file of somebody else has %d octets, %v", n, err)
				}
			}()
		}
		ended.Wait()
	}
}
