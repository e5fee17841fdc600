package ftpserver

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/seed-6092453b/ferry/storage"
)

// drainSize is what a thread receives at once, if so much has come.
const drainSize = 1 << 20

// largeBuffers holds what threads receive in that cannot do without.
var largeBuffers = sync.Pool{New: func() any { return new([drainSize]byte) }}

// drain writes what comes to w, by a thread that blocks, and returns how many octets
// there were. It reports whether that was all; if not, the peer does not keep up, or
// there is no thread.
func (d *dataConn) drain(w storage.Writer) (n int64, done bool, err error) {
	d.block(unix.SO_RCVTIMEO, func(b *blocked) {
		from := newIntake(b, w)
		defer from.close()
		begun, before := time.Now(), int64(0)
		for !done && err == nil {
			called := time.Now()
			k, failed := from.take()
			switch {
			case k > 0:
				d.t.bytes.Add(int64(k))
				k, err = from.store(k)
				n += int64(k)
			case failed == nil:
				done = true
			case failed == unix.EINTR:
			case failed == unix.EAGAIN:
				d.wire.waited = time.Since(called)
				return
			case failed == errInterrupted:
				err = &dataError{failed}
			default:
				err = &dataError{&net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", failed)}}
			}
			if time.Since(begun) >= b.turn() {
				if n-before < keepingUp {
					return
				}
				begun, before = time.Now(), n
			}
		}
	})
	return n, done, err
}

// intake is the way of octets from a socket to a file: through a pipe, so that the
// kernel copies them once and not twice, or else through memory.
type intake struct {
	b    *blocked
	w    storage.Writer
	file storage.KernelWriter // nil: through memory
	pipe [2]int               // for reading, and writing
	buf  *[drainSize]byte     // nil as long as there is a pipe
}

func newIntake(b *blocked, w storage.Writer) *intake {
	in := &intake{b: b, w: w}
	in.file, _ = w.(storage.KernelWriter)
	if in.file == nil || unix.Pipe2(in.pipe[:], unix.O_CLOEXEC) != nil {
		in.file = nil
		in.buf = largeBuffers.Get().(*[drainSize]byte)
		return in
	}
	// A user has so much for all pipes together. What is left may be less than pays.
	size, err := unix.FcntlInt(uintptr(in.pipe[1]), unix.F_SETPIPE_SZ, drainSize)
	if err != nil || size < drainSize {
		in.closePipe()
	}
	return in
}

// closePipe has all that follows go through memory.
func (in *intake) closePipe() {
	unix.Close(in.pipe[0])
	unix.Close(in.pipe[1])
	in.file = nil
	in.buf = largeBuffers.Get().(*[drainSize]byte)
}

func (in *intake) close() {
	if in.buf != nil {
		largeBuffers.Put(in.buf)
		return
	}
	unix.Close(in.pipe[0])
	unix.Close(in.pipe[1])
}

// take waits for octets, and returns how many it has. None is the end.
func (in *intake) take() (n int, err error) {
	if in.file != nil {
		n, err = in.b.call(func() (int, error) {
			n, err := unix.Splice(in.b.fd, nil, in.pipe[1], nil, drainSize, unix.SPLICE_F_MOVE)
			return int(n), err
		})
		if err == nil || !unable(err) {
			return n, err
		}
		in.closePipe()
	}
	return in.b.call(func() (int, error) { return unix.Read(in.b.fd, in.buf[:]) })
}

// store writes the n octets that were taken.
func (in *intake) store(n int) (done int, err error) {
	if in.file == nil {
		return in.w.Write(in.buf[:n])
	}
	done, err = in.file.WriteBy(n, in.empty)
	if !errors.Is(err, errors.ErrUnsupported) {
		return done, err
	}
	// What is in the pipe goes through memory, and so does all that follows.
	buf := largeBuffers.Get().(*[drainSize]byte)
	defer largeBuffers.Put(buf)
	for k := 0; k < n; {
		m, err := again(func() (int, error) { return unix.Read(in.pipe[0], buf[k:n]) })
		if err != nil || m == 0 {
			return 0, errors.Join(err, io.ErrUnexpectedEOF)
		}
		k += m
	}
	in.closePipe()
	return in.w.Write(buf[:n])
}

// empty moves n octets from the pipe to a file.
func (in *intake) empty(fd uintptr, n int) (done int, err error) {
	for done < n {
		k, err := again(func() (int, error) {
			k, err := unix.Splice(in.pipe[0], nil, int(fd), nil, n-done, unix.SPLICE_F_MOVE)
			return int(k), err
		})
		switch {
		case err != nil && done == 0 && unable(err):
			return 0, errors.ErrUnsupported
		case err != nil:
			return done, os.NewSyscallError("splice", err)
		case k == 0:
			return done, io.ErrShortWrite
		}
		done += k
	}
	return done, nil
}

// again repeats what a signal has interrupted.
func again(f func() (int, error)) (int, error) {
	for {
		if n, err := f(); err != unix.EINTR {
			return n, err
		}
	}
}
