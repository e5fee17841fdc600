package disk

import (
	"io/fs"
	"os"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

const (
	// keepFor is how long a part is kept aside after it was last written to.
	keepFor = time.Hour
	// abandonedAfter is when a temporary file whose lock says nothing, on a
	// file system without locks, is taken for left behind.
	abandonedAfter = 24 * time.Hour
)

// newTemp makes a temporary file in dir, locks it, notes its name in d.temps, and
// describes it.
func (d *FS) newTemp(dir *folder, perm fs.FileMode) (opened, error) {
	for range 10 {
		name := newUploadName()
		d.temps.add(name)
		f, err := dir.create(name, perm.Perm())
		if err != nil {
			d.temps.remove(name)
			return opened{}, err
		}
		// Until the lock is there, another process may take the file for one
		// left behind, and remove it.
		held, _ := lock(f.handle())
		f.meta, err = f.stat()
		if err == nil && held && (!f.meta.hasID || f.meta.nlink > 0) {
			return f, nil
		}
		d.dropTemp(dir, &f)
		if err != nil {
			return opened{}, err
		}
	}
	return opened{}, storage.ErrBusy
}

// dropTemp closes and removes the temporary file f, which is in dir.
func (d *FS) dropTemp(dir *folder, f *opened) error {
	f.close()
	err := dir.remove(f.name)
	d.temps.remove(f.name)
	if isMissing(err) {
		return nil
	}
	return err
}

// removeStale removes the temporary file base in the directory dir if no
// process uses it any more. It is an attempt: what fails now will be met again.
func (d *FS) removeStale(dir, base string) {
	if d.temps.has(base) {
		return
	}
	name := storage.Join(dir, base)
	f, err := d.root.OpenFile(name, os.O_RDONLY|noWait, 0)
	if err != nil {
		return
	}
	defer f.Close()
	m, err := statFile(f)
	if err != nil || m.kind != storage.KindFile {
		return
	}
	age := time.Since(m.mtime)
	// A part kept aside has no lock while nobody writes to it, only its age.
	if isKept(base) && age < keepFor {
		return
	}
	if held, err := lock(f.Fd()); !held || err != nil && age < abandonedAfter {
		return
	}
	d.root.Remove(name)
}
