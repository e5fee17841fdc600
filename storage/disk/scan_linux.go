package disk

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// dirents are what directories are read to: some thousand entries at once.
type dirents [32 << 10]byte

var spareDirents = sync.Pool{New: func() any { return new(dirents) }}

// scan reads the names in an open directory. Package os would make a string of each, leave
// out the time of birth, and ask the system for a quarter at a time.
type scan struct {
	fd    int
	buf   *dirents
	left  []byte // of buf, read and not yet looked at
	reads int
	began int64  // when left was read, in nanoseconds since 1970
	text  *chunk // of which names are made
}

func newScan(f *os.File, text *chunk) scan {
	return scan{fd: int(f.Fd()), buf: spareDirents.Get().(*dirents), text: text}
}

func (s *scan) close() { spareDirents.Put(s.buf) }

// entry is a name found in a directory.
type entry struct {
	name string
	zero []byte // name as the system takes it, up to the next entry; nil: it is to be made
}

// next returns the next entry but "." and "..", and io.EOF when there is none.
func (s *scan) next() (entry, error) {
	// struct linux_dirent64: inode and offset of 8 octets, length and type, a name that
	// ends in 0.
	const length, name = 16, 19
	for {
		if len(s.left) == 0 {
			if err := s.read(); err != nil {
				return entry{}, err
			}
		}
		size := int(binary.NativeEndian.Uint16(s.left[length:]))
		zero := s.left[name:size]
		s.left = s.left[size:]
		zero = zero[:bytes.IndexByte(zero, 0)+1]
		base := zero[:len(zero)-1]
		if string(base) == "." || string(base) == ".." {
			continue
		}
		return entry{s.text.string(base), zero}, nil
	}
}

// read fills buf, when nothing is left. The error is io.EOF at the end of the directory.
func (s *scan) read() error {
	for {
		n, err := unix.Getdents(s.fd, s.buf[:])
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return os.NewSyscallError("getdents64", err)
		case n == 0:
			return io.EOF
		}
		s.left, s.began = s.buf[:n], time.Now().UnixNano()
		s.reads++
		return nil
	}
}
