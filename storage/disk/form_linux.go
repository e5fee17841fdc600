package disk

import (
	"strconv"

	"golang.org/x/sys/unix"
)

// form returns the form of the file base, without opening it. Where there is no
// /proc, only an open file tells its form.
func (f *folder) form(base string) (form string) {
	f.do(func(dir int) error {
		var buf [8]byte
		n, err := unix.Lgetxattr("/proc/self/fd/"+strconv.Itoa(dir)+"/"+base, formAttr, buf[:])
		if err == nil {
			form = string(buf[:n])
		}
		return err
	})
	return form
}
