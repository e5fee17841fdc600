//go:build !linux

package disk

// openFile opens the file that name leads to for reading, and describes it. What is
// not a file is not opened, unless it has just come in its place.
func (d *FS) openFile(name string) (opened, error) { return d.openFollowed(name) }
