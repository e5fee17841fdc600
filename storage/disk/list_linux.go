package disk

import "os"

// entry is a name found in a directory. On Linux nothing more is read with it,
// since package os would leave out the time of birth.
type entry struct{ name string }

func (e *entry) stat(d *FS, f *os.File, dir string) (meta, error) {
	return d.statIn(f, dir, e.name)
}

// readBatch returns up to n entries of the open directory f, and io.EOF at the
// end.
func readBatch(f *os.File, n int) ([]entry, error) {
	names, err := f.Readdirnames(n)
	batch := make([]entry, len(names))
	for i, name := range names {
		batch[i].name = name
	}
	return batch, err
}
