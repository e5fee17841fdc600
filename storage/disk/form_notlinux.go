//go:build !linux

package disk

import "os"

// form returns the form of the file base.
func (f *folder) form(base string) string {
	file, err := f.open(base, os.O_RDONLY|noWait, 0)
	if err != nil {
		return ""
	}
	defer file.Close()
	return fileForm(file)
}
