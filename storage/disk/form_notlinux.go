//go:build !linux

package disk

import (
	"os"

	"github.com/seed-6092453b/ferry/storage"
)

// formIn returns the form of the file base in the directory dirName.
func (d *FS) formIn(_ *os.File, dirName, base string) string {
	return d.formOf(storage.Join(dirName, base))
}
