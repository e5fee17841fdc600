package disk_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// secret is what lies outside of the root and must never be read or written.
const secret = "a secret"

// outside returns a root whose sibling, with a name that begins like its own,
// holds a secret.
func outside(t *testing.T) (root, sibling string) {
	top := t.TempDir()
	root, sibling = filepath.Join(top, "ab"), filepath.Join(top, "abc")
	for _, dir := range []string{root, sibling} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	writeFile(t, filepath.Join(sibling, "file"), secret, 0o644)
	return root, sibling
}

func TestLinksLeadNowhereOutside(t *testing.T) {
	root, sibling := outside(t)
	for name, target := range map[string]string{
		"absolute": sibling, "relative": "../abc", "deep": "dir/../../abc", "twice": "relative",
		"root": root, // an absolute link is one out of the root wherever it leads
	} {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	d := open(t, root, disk.Options{})
	if err := d.Mkdir(ctx, "dir"); err != nil {
		t.Fatal(err)
	}
	put(t, d, "mine", "mine", storage.CreateOptions{})
	for _, link := range []string{"absolute", "relative", "deep", "twice", "root"} {
		if info, err := d.Stat(ctx, link); err != nil || info.Kind != storage.KindSymlink {
			t.Errorf("Stat(%q) = %v, %v, want the link itself", link, info.Kind, err)
		}
		name := link + "/file"
		mode := fs.FileMode(0o777)
		for what, err := range map[string]error{
			"Stat":     second(d.Stat(ctx, name)),
			"Open":     second(d.Open(ctx, name, storage.Range{})),
			"Create":   second(d.Create(ctx, name, storage.CreateOptions{})),
			"Append":   second(d.Create(ctx, name, storage.CreateOptions{Mode: storage.Append})),
			"STOU":     second(d.Create(ctx, link+"/new", storage.CreateOptions{Mode: storage.Exclusive})),
			"link":     second(d.Create(ctx, link, storage.CreateOptions{})),
			"Mkdir":    d.Mkdir(ctx, link+"/new"),
			"Remove":   d.Remove(ctx, name, storage.KindFile),
			"from":     d.Rename(ctx, name, "got"),
			"to":       d.Rename(ctx, "mine", link+"/new"),
			"SetAttr":  d.SetAttr(ctx, name, storage.Attr{Mode: &mode}),
			"on link":  d.SetAttr(ctx, link, storage.Attr{Mode: &mode}),
			"Space":    second(d.Space(ctx, link)),
			"Pending":  second(d.Pending(ctx, name, "")),
			"dot-dots": second(d.Stat(ctx, "dir/../../abc/file")),
		} {
			var pe *fs.PathError
			if err == nil || !errors.As(err, &pe) {
				t.Errorf("%s through %q: %v, want a *fs.PathError", what, link, err)
			} else if strings.Contains(err.Error(), filepath.Dir(root)) {
				t.Errorf("%s through %q: the error tells where the root is: %v", what, link, err)
			}
		}
		for _, err := range d.List(ctx, link) {
			if !errors.Is(err, fs.ErrPermission) {
				t.Errorf("List(%q): %v, want %v", link, err, fs.ErrPermission)
			}
		}
	}
	entries, err := os.ReadDir(sibling)
	if err != nil || len(entries) != 1 {
		t.Errorf("outside of the root there are now %v, %v", entries, err)
	}
	if data, err := os.ReadFile(filepath.Join(sibling, "file")); string(data) != secret {
		t.Errorf("the file outside became %q, %v", data, err)
	}
}

func second[T any](_ T, err error) error { return err }

// TestSwappedDirectory swaps a directory on the way for a link out of the root,
// again and again, while the FS works below it.
func TestSwappedDirectory(t *testing.T) {
	root, sibling := outside(t)
	way, aside, link := filepath.Join(root, "way"), filepath.Join(root, "aside"), filepath.Join(root, "link")
	if err := os.Mkdir(way, 0o755); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(way, "file"), "mine", 0o644)
	if err := os.Symlink("../abc", link); err != nil {
		t.Fatal(err)
	}
	d := open(t, root, disk.Options{Sync: disk.SyncNever})
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			os.Rename(way, aside)
			os.Rename(link, way)
			os.Rename(way, link)
			os.Rename(aside, way)
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	reached := 0
	for range 3000 {
		if r, err := d.Open(ctx, "way/file", storage.Range{}); err == nil {
			buf := make([]byte, 100)
			n, _ := r.Read(buf)
			r.Close()
			if string(buf[:n]) == secret {
				t.Fatal("a file outside of the root was read")
			}
			reached++
		}
		if w, err := d.Create(ctx, "way/new", storage.CreateOptions{}); err == nil {
			w.Write([]byte("x"))
			w.Commit(ctx)
		}
		for info, err := range d.List(ctx, "way") {
			if err == nil && info.Size == int64(len(secret)) {
				t.Fatal("a directory outside of the root was listed")
			}
		}
		d.Remove(ctx, "way/new", storage.KindFile)
		d.Mkdir(ctx, "way/dir")
		d.Remove(ctx, "way/dir", storage.KindDir)
	}
	close(stop)
	<-done
	if reached == 0 {
		t.Error("the file inside was never reached, so nothing was shown")
	}
	if entries, err := os.ReadDir(sibling); len(entries) != 1 {
		t.Errorf("outside of the root there are now %v, %v", entries, err)
	}
}
