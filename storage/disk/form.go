package disk

import "os"

// formAttr is the extended attribute that holds storage.Info.Form of a file
// that has one.
const formAttr = "user.ferry.form"

// formOf returns the form of the file that name leads to.
func (d *FS) formOf(name string) string {
	f, err := d.root.OpenFile(name, os.O_RDONLY|noWait, 0)
	if err != nil {
		return ""
	}
	defer f.Close()
	return fileForm(f)
}
