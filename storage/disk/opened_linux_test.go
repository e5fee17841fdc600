package disk

import (
	"errors"
	"io/fs"
	"testing"
)

// TestClosedIsClosed has a file that was closed before it was made an os.File do nothing: its
// descriptor may be that of another by now.
func TestClosedIsClosed(t *testing.T) {
	d, err := Open(t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	dir, err := d.openFolder(".")
	if err != nil {
		t.Fatal(err)
	}
	defer dir.close()
	f, err := d.newTemp(&dir, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.dropTemp(&dir, &f); err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{
		"read":     second(f.read(make([]byte, 1))),
		"write":    second(f.write([]byte("x"))),
		"stat":     second(f.stat()),
		"chmod":    f.chmod(0o777),
		"truncate": f.truncate(0),
		"raw":      second(f.raw()),
		"close":    f.close(),
	} {
		if !errors.Is(err, fs.ErrClosed) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }
