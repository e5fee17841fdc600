package disk

import (
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The system calls here are those that a small file takes. They are as in package unix, but
// that the zero at the end of a name takes no memory, and that one which a signal has
// interrupted is made again.

// nameBuf has room for most names and the zero behind them.
type nameBuf [256]byte

// zeroed returns name as the system takes it, in buf if it has the room. A name with a zero
// in it, which would end there, is EINVAL.
func zeroed(buf *nameBuf, name string) ([]byte, error) {
	if strings.IndexByte(name, 0) >= 0 {
		return nil, unix.EINVAL
	}
	return append(append(buf[:0], name...), 0), nil
}

func openat(dir int, name string, flags int, perm uint32) (fd int, err error) {
	var buf nameBuf
	zero, err := zeroed(&buf, name)
	if err != nil {
		return 0, err
	}
	for {
		r, _, no := unix.Syscall6(unix.SYS_OPENAT, uintptr(dir), uintptr(unsafe.Pointer(&zero[0])),
			uintptr(flags|unix.O_LARGEFILE), uintptr(perm), 0, 0)
		if no != unix.EINTR {
			return result(r, no)
		}
	}
}

func openat2(dir int, name string, how *unix.OpenHow) (fd int, err error) {
	var buf nameBuf
	zero, err := zeroed(&buf, name)
	if err != nil {
		return 0, err
	}
	for {
		r, _, no := unix.Syscall6(unix.SYS_OPENAT2, uintptr(dir), uintptr(unsafe.Pointer(&zero[0])),
			uintptr(unsafe.Pointer(how)), unix.SizeofOpenHow, 0, 0)
		if no != unix.EINTR {
			return result(r, no)
		}
	}
}

// fgetxattr puts an extended attribute into value, which has the room for an octet at least.
func fgetxattr(fd int, name string, value []byte) (n int, err error) {
	var buf nameBuf
	zero, err := zeroed(&buf, name)
	if err != nil {
		return 0, err
	}
	for {
		r, _, no := unix.Syscall6(unix.SYS_FGETXATTR, uintptr(fd), uintptr(unsafe.Pointer(&zero[0])),
			uintptr(unsafe.Pointer(&value[0])), uintptr(len(value)), 0, 0)
		if no != unix.EINTR {
			return result(r, no)
		}
	}
}

func result(r uintptr, no syscall.Errno) (int, error) {
	if no != 0 {
		return 0, no
	}
	return int(r), nil
}
