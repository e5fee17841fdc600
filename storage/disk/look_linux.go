package disk

import (
	"runtime"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/seed-6092453b/ferry/storage"
)

// fstatat is the number of that system call, of which package unix says nothing that all
// processors have in common; 0: it is not known, and statx does.
var fstatat = map[string]uintptr{"amd64": 262, "arm64": 79}[runtime.GOARCH]

// looker looks at one entry of a directory after the other.
type looker struct {
	stx unix.Statx_t
	st  unix.Stat_t
}

// look sets m to what the entry is of the open directory dir that has a name, which ends
// in a zero. It does not follow links. The time of birth is known to statx alone, which
// takes the system a little longer: it is unknown unless it is wanted.
func (l *looker) look(dir int, name []byte, want storage.Details, m *meta) syscall.Errno {
	if want&storage.DetailBirth != 0 || fstatat == 0 {
		no := statxRaw(dir, name, unix.AT_SYMLINK_NOFOLLOW, &l.stx)
		if no == 0 {
			m.set(&l.stx)
		}
		return no
	}
	for {
		_, _, no := unix.Syscall6(fstatat, uintptr(dir), uintptr(unsafe.Pointer(unsafe.SliceData(name))),
			uintptr(unsafe.Pointer(&l.st)), unix.AT_SYMLINK_NOFOLLOW, 0, 0)
		if no == 0 {
			m.setStat(&l.st)
		}
		if no != unix.EINTR {
			return no
		}
	}
}

// setStat is set without the time of birth.
func (m *meta) setStat(st *unix.Stat_t) {
	*m = meta{
		size:  st.Size,
		mtime: time.Unix(st.Mtim.Unix()),
		hasID: true,
		ctime: st.Ctim.Nano(),
		dev:   uint64(st.Dev), ino: st.Ino, nlink: uint64(st.Nlink),
		uid: st.Uid, gid: st.Gid,
	}
	m.setMode(st.Mode)
}
