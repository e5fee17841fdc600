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
	"github.com/seed-6092453b/ferry/storage/storagetest"
)

// TestContractWithoutOpenat2 is what an old system, and a sandbox, gets.
func TestContractWithoutOpenat2(t *testing.T) {
	o := contract(disk.Options{Sync: disk.SyncNever}, inMemory)
	with := o.New
	o.New = func(t testing.TB) storage.FS {
		d := with(t).(*disk.FS)
		disk.NoWalks(d)
		return d
	}
	storagetest.Run(t, o)
}

// TestWalksAgree does the same with openat2 and without: links on the way, those that
// lead out and those that lead to nothing, a file in the place of a directory, and a
// name that is longer than the system takes.
func TestWalksAgree(t *testing.T) {
	root, sibling := outside(t)
	if err := os.MkdirAll(filepath.Join(root, "a/b"), 0o755); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(root, "a/b/file"), "mine", 0o644)
	for name, target := range map[string]string{
		"in": "a/b", "a/up": "../a/b", "a/b/twice": "../../in", "file": "a/b/file", "a/top": "..", "self": ".",
		"out": "../abc", "a/out": "../../abc", "absolute": sibling, "back": "../ab/a/b", "nowhere": "none", "loop": "loop",
		"magic": "/proc/self/root", "outfile": "../abc/file",
	} {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	with, without := open(t, root, disk.Options{}), open(t, root, disk.Options{})
	if !disk.Walks(with) {
		t.Skip("this system has no openat2")
	}
	disk.NoWalks(without)
	long := strings.TrimSuffix(strings.Repeat("self/", 1000), "/")
	for _, dir := range []string{
		".", "a", "a/b", "in", "a/up", "a/b/twice", "a/top", "a/top/a/top/in", "self/self/a", "out", "a/out", "absolute", "back", "nowhere",
		"loop", "magic", "none", "none/none", "file", "a/b/file", "outfile", long,
	} {
		for what, do := range map[string]func(d *disk.FS) (string, error){
			"Stat": func(d *disk.FS) (string, error) {
				info, err := d.Stat(ctx, dir+"/file")
				return info.ID + info.Version, err
			},
			"Open": func(d *disk.FS) (string, error) {
				r, err := d.Open(ctx, dir+"/file", storage.Range{})
				if err != nil {
					return "", err
				}
				defer r.Close()
				b := make([]byte, 100)
				n, _ := r.Read(b)
				return string(b[:n]), nil
			},
			"Create": func(d *disk.FS) (string, error) {
				w, err := d.Create(ctx, dir+"/new", storage.CreateOptions{})
				if err != nil {
					return "", err
				}
				_, err = w.Commit(ctx)
				return "", errors.Join(err, d.Remove(ctx, dir+"/new", storage.KindFile))
			},
			"List": func(d *disk.FS) (string, error) {
				text := ""
				for info, err := range d.List(ctx, dir) {
					if err != nil {
						return "", err
					}
					text += info.Name + " "
				}
				return text, nil
			},
		} {
			got, gotErr := do(with)
			want, wantErr := do(without)
			if got != want || kind(gotErr) != kind(wantErr) {
				t.Errorf("%s in %.40q: with openat2 %q, %v; without %q, %v", what, dir, got, gotErr, want, wantErr)
			}
			if got == secret {
				t.Fatalf("%s in %q read a file outside", what, dir)
			}
		}
	}
	if entries, err := os.ReadDir(sibling); len(entries) != 1 {
		t.Errorf("outside of the root there are now %v, %v", entries, err)
	}
}

// kind is what an error says, without the names in it.
func kind(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
