//go:build !linux

package disk

import "os"

// top is nothing here: all goes through os.Root.
type top struct{}

func openTop(*os.Root) (*top, error) { return &top{}, nil }

func (*top) close() error { return nil }

// openDir opens the directory name. It never waits for the other end of a named
// pipe, nor opens a device.
func (d *FS) openDir(name string) (*os.File, error) {
	return d.root.OpenFile(name+dirEnd, os.O_RDONLY|dirFlags, 0)
}
