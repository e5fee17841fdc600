package disk

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
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
	for _, reads := range []int{0, 4} {
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
		if got, err := io.ReadAll(io.LimitReader(r, int64(reads))); len(got) != reads || err != nil {
			t.Errorf("read %q, error %v", got, err)
		}
		if err := raw.Read(func(fd uintptr) bool { after = fd; return true }); err != nil || before != after {
			t.Errorf("the descriptor is %v, and was %v; error %v", after, before, err)
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
