package ftpserver

import (
	"errors"
	"io"
	"io/fs"
	"math"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// fileSender is a file that a descriptor backs.
type fileSender interface {
	storage.Reader
	io.Seeker
	syscall.Conn
}

// tcpConn is a TCP connection of the system: a *net.TCPConn, or what does the same.
type tcpConn interface {
	net.Conn
	syscall.Conn
	io.ReaderFrom // by sendfile from an io.LimitedReader of a fileSender; see blame
}

// Slices of a file that the kernel sends in one go. They grow while the peer
// keeps up, because each costs a little, and shrink when it does not, so that
// progress is seen.
const (
	firstSlice = 256 << 10
	lastSlice  = 64 << 20
	sliceTime  = time.Second
)

// fastSlice is a slice that goes over in a quarter of sliceTime only to a peer for
// whom a thread is worth its while.
const fastSlice = 8 << 20

// sendFile sends at most n octets of a file that a descriptor backs, by sendfile
// where the system has it. It reports false if the connection cannot do that.
//
// To a peer that keeps up they are sent by a thread that blocks (pour), else by one
// that the runtime wakes for each slice.
func (d *dataConn) sendFile(f fileSender, n int64) (done bool, err error) {
	tcp, ok := d.wire.Conn.(tcpConn)
	if !ok || d.tls != nil {
		return false, nil
	}
	at, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return false, nil
	}
	end := at + min(n, math.MaxInt64-at)
	fast := true
	for slice := int64(firstSlice); ; {
		if fast {
			p := d.pour(f, at, end-at)
			at += p.sent
			if p.err != nil || p.ended || at == end {
				return true, p.err
			}
			fast = false
		}
		if err := d.wire.extend(); err != nil {
			return true, &dataError{err}
		}
		start := time.Now()
		ask := min(slice, end-at)
		n, err := tcp.ReadFrom(&io.LimitedReader{R: f, N: ask})
		d.t.bytes.Add(n)
		at += n
		if n > 0 && errors.Is(err, os.ErrDeadlineExceeded) {
			// Slow, but not stalled. More may have been read than was sent.
			if _, err = f.Seek(at, io.SeekStart); err == nil {
				slice = firstSlice
				continue
			}
		}
		if err != nil {
			return true, d.blame(err)
		}
		if n < ask || at == end {
			return true, nil
		}
		switch took := time.Since(start); {
		case took < sliceTime/4:
			fast = slice >= fastSlice
			slice = min(2*slice, lastSlice)
		case took > sliceTime:
			slice = max(slice/2, firstSlice)
		}
	}
}

// blame tells whether the connection or the file failed: ReadFrom says of either
// that it was the connection.
func (d *dataConn) blame(err error) error {
	var oe *net.OpError
	var pe *fs.PathError
	if !errors.As(err, &oe) || errors.As(err, &pe) || errors.Is(err, syscall.EIO) {
		return err
	}
	return &dataError{err}
}

// poured is what came of sending a file by a thread that blocks. Where that ended
// for another reason than err, the file's end or the last octet asked for, the peer
// does not keep up, or there is no thread: the rest is sent in another way.
type poured struct {
	sent  int64
	ended bool // the file has
	err   error
}
