package disk

import (
	"context"
	"path/filepath"
)

// Space returns how many octets can still be written below dir: what the file
// system has left for somebody without privileges.
func (d *FS) Space(ctx context.Context, dir string) (int64, error) {
	if err := checkOld(ctx, dir); err != nil {
		return 0, d.fail("space", dir, err)
	}
	free, err := d.space(dir)
	return free, d.fail("space", dir, err)
}

func (d *FS) space(dir string) (int64, error) {
	f, err := d.openDir(dir)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return freeSpace(filepath.Join(d.root.Name(), filepath.FromSlash(dir)), f.Fd())
}
