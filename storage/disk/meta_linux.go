package disk

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/seed-6092453b/ferry/storage"
)

const (
	hasModes  = true
	hasOwners = true
)

func fillSystem(m *meta, fi fs.FileInfo) {
	st, ok := fi.Sys().(*syscall.Stat_t)
	if !ok {
		return
	}
	m.hasID = true
	m.ctime = st.Ctim.Nano()
	m.dev, m.ino, m.nlink = uint64(st.Dev), st.Ino, uint64(st.Nlink)
	m.uid, m.gid = st.Uid, st.Gid
}

// statFile describes the object that f is open on.
func statFile(f *os.File) (meta, error) {
	m, err := statx(int(f.Fd()), "", unix.AT_EMPTY_PATH)
	if !errors.Is(err, unix.ENOSYS) {
		return m, err
	}
	fi, err := f.Stat()
	if err != nil {
		return meta{}, err
	}
	return metaOf(fi), nil
}

// statIn describes the entry base of the open directory dir. It does not follow
// links.
func (d *FS) statIn(dir *os.File, dirName, base string) (meta, error) {
	m, err := statx(int(dir.Fd()), base, unix.AT_SYMLINK_NOFOLLOW)
	if !errors.Is(err, unix.ENOSYS) {
		return m, err
	}
	fi, err := d.root.Lstat(storage.Join(dirName, base))
	if err != nil {
		return meta{}, err
	}
	return metaOf(fi), nil
}

// statx is one system call, as fstatat would be, and knows the time of birth.
func statx(fd int, name string, flags int) (meta, error) {
	var (
		buf nameBuf
		st  unix.Statx_t
		m   meta
	)
	zero, err := zeroed(&buf, name)
	if err != nil {
		return meta{}, err
	}
	if no := statxRaw(fd, zero, flags, &st); no != 0 {
		return meta{}, no
	}
	m.set(&st)
	return m, nil
}

// statxRaw is statx of a name that ends in a zero, where it stands: a listing has a
// hundred thousand of them.
func statxRaw(fd int, name []byte, flags int, st *unix.Statx_t) syscall.Errno {
	const mask = unix.STATX_BASIC_STATS | unix.STATX_BTIME
	for {
		_, _, no := unix.Syscall6(unix.SYS_STATX, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(name))),
			uintptr(flags|unix.AT_STATX_SYNC_AS_STAT), mask, uintptr(unsafe.Pointer(st)), 0)
		if no != unix.EINTR {
			return no
		}
	}
}

// set sets all of m to what the system says of an object.
func (m *meta) set(st *unix.Statx_t) {
	m.setMode(uint32(st.Mode))
	m.size = int64(st.Size)
	m.mtime = time.Unix(st.Mtime.Sec, int64(st.Mtime.Nsec))
	m.birth = time.Time{}
	if st.Mask&unix.STATX_BTIME != 0 && st.Btime.Sec != 0 {
		m.birth = time.Unix(st.Btime.Sec, int64(st.Btime.Nsec))
	}
	m.hasID = true
	m.ctime = st.Ctime.Sec*1e9 + int64(st.Ctime.Nsec)
	m.dev = unix.Mkdev(st.Dev_major, st.Dev_minor)
	m.ino, m.nlink = st.Ino, uint64(st.Nlink)
	m.uid, m.gid = st.Uid, st.Gid
}

func (m *meta) setMode(mode uint32) {
	switch mode & unix.S_IFMT {
	case unix.S_IFREG:
		m.kind = storage.KindFile
	case unix.S_IFDIR:
		m.kind = storage.KindDir
	case unix.S_IFLNK:
		m.kind = storage.KindSymlink
	default:
		m.kind = storage.KindOther
	}
	m.mode = fs.FileMode(mode) & fs.ModePerm
	if mode&unix.S_ISUID != 0 {
		m.mode |= fs.ModeSetuid
	}
	if mode&unix.S_ISGID != 0 {
		m.mode |= fs.ModeSetgid
	}
	if mode&unix.S_ISVTX != 0 {
		m.mode |= fs.ModeSticky
	}
}
