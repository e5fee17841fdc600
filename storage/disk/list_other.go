//go:build !linux

package disk

import (
	"io/fs"
	"os"
)

// entry is what package os read of a directory: on Windows all that there is to
// know, elsewhere the name.
type entry struct {
	name string
	fs.DirEntry
}

func (e *entry) stat(*FS, *os.File, string) (meta, error) {
	fi, err := e.Info()
	if err != nil {
		return meta{}, err
	}
	return metaOf(fi), nil
}

// readBatch returns up to n entries of the open directory f, and io.EOF at the
// end.
func readBatch(f *os.File, n int) ([]entry, error) {
	entries, err := f.ReadDir(n)
	batch := make([]entry, len(entries))
	for i, e := range entries {
		batch[i] = entry{e.Name(), e}
	}
	return batch, err
}
