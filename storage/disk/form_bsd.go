//go:build darwin || freebsd

package disk

import "golang.org/x/sys/unix"

func fgetxattr(fd int, name string, value []byte) (n int, err error) {
	return unix.Fgetxattr(fd, name, value)
}
