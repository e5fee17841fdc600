//go:build linux || darwin || freebsd

package disk

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// setForm notes the form of the file f.
func setForm(f *os.File, form string) error {
	err := unix.Fsetxattr(int(f.Fd()), formAttr, []byte(form), 0)
	if errors.Is(err, unix.EPERM) { // what some file systems say for "no such thing"
		return errors.ErrUnsupported
	}
	return err
}

// fileForm returns the form of the file f.
func fileForm(f *os.File) string { return formOf(int(f.Fd())) }

func formOf(fd int) string {
	var buf [8]byte
	n, err := fgetxattr(fd, formAttr, buf[:])
	if err != nil {
		return ""
	}
	return string(buf[:n])
}
