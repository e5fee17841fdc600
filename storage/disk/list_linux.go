package disk

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// dirents are what directories are read to: some thousand entries at once.
type dirents [32 << 10]byte

var spareDirents = sync.Pool{New: func() any { return new(dirents) }}

// dirReader reads the entries of an open directory. Package os would make a string of
// each name, leave out the time of birth, and ask the system for a quarter at a time.
type dirReader struct {
	f    *os.File
	fd   int // of f
	buf  *dirents
	left []byte // of buf, read and not yet looked at
	meta meta   // of the entry that stat was called for
	st   unix.Statx_t
	telling
}

func readDir(f *os.File) *dirReader {
	return &dirReader{f: f, fd: int(f.Fd()), buf: spareDirents.Get().(*dirents), telling: telling{text: new(chunk)}}
}

func (r *dirReader) close() { spareDirents.Put(r.buf) }

// entry is a name found in a directory.
type entry struct {
	name string
	zero []byte // name as the system takes it, up to the next entry; nil: it is to be made
}

// next returns the next entry but "." and "..", and io.EOF when there is none.
func (r *dirReader) next() (entry, error) {
	// struct linux_dirent64: inode and offset of 8 octets, length and type, a name that
	// ends in 0.
	const length, name = 16, 19
	for {
		if len(r.left) == 0 {
			n, err := r.read()
			if err != nil {
				return entry{}, err
			}
			if n == 0 {
				return entry{}, io.EOF
			}
			r.left, r.now = r.buf[:n], time.Now().UnixNano()
		}
		size := int(binary.NativeEndian.Uint16(r.left[length:]))
		zero := r.left[name:size]
		r.left = r.left[size:]
		zero = zero[:bytes.IndexByte(zero, 0)+1]
		base := zero[:len(zero)-1]
		if string(base) == "." || string(base) == ".." {
			continue
		}
		return entry{r.text.string(base), zero}, nil
	}
}

func (r *dirReader) read() (int, error) {
	for {
		n, err := unix.Getdents(r.fd, r.buf[:])
		if err != unix.EINTR {
			return n, os.NewSyscallError("getdents64", err)
		}
	}
}

// stat sets meta to what the entry e of the directory dir is, which r reads.
func (r *dirReader) stat(d *FS, dir string, e entry) (err error) {
	no := statxRaw(r.fd, e.zero, unix.AT_SYMLINK_NOFOLLOW, &r.st)
	switch no {
	case 0:
		r.meta.set(&r.st)
		return nil
	case syscall.ENOSYS:
		r.meta, err = d.statIn(r.f, dir, e.name)
		return err
	}
	return no
}
