package ftpserver

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"math"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// dataConn is a data connection that counts what it moves and fails when
// nothing moves for too long. All its errors are *dataError. In block and
// compressed mode it may serve one transfer after another (openData).
type dataConn struct {
	net.Conn
	stall time.Duration
	t     *transfer // that it serves now

	r       *bufio.Reader // of a transfer that reads by reader; nil else
	unread  []byte        // what came before this transfer and belongs to it
	closing bool          // Read waits for octets that need not come: awaitEnd

	cut    atomic.Bool // interrupt was called
	closed bool
}

// dataError is an error of the data connection, not of the file.
type dataError struct{ err error }

func (e *dataError) Error() string { return e.err.Error() }
func (e *dataError) Unwrap() error { return e.err }

// interrupt ends what is under way, and all that comes. It may be called from
// any goroutine.
func (d *dataConn) interrupt() {
	d.cut.Store(true)
	d.Conn.SetDeadline(aLongTimeAgo)
}

// endTime is how long an octet that a client need not send is waited for: what
// stands behind the end of the file in compressed mode.
const endTime = 2 * time.Second

// extend gives the next operation its time.
func (d *dataConn) extend() error {
	patience := d.stall
	if d.closing {
		patience = min(patience, endTime)
	}
	d.Conn.SetDeadline(time.Now().Add(patience))
	if d.cut.Load() { // interrupt may have come before the deadline was set
		return &dataError{errInterrupted}
	}
	return nil
}

var errInterrupted = errors.New("interrupted")

// Read fails with io.EOF where the client has closed the connection in good
// order.
func (d *dataConn) Read(p []byte) (int, error) {
	if len(d.unread) > 0 {
		n := copy(p, d.unread)
		d.unread = d.unread[n:]
		d.t.bytes.Add(int64(n))
		return n, nil
	}
	if err := d.extend(); err != nil {
		return 0, err
	}
	n, err := d.Conn.Read(p)
	d.t.bytes.Add(int64(n))
	switch {
	case err == nil || err == io.EOF:
		return n, err
	case d.cut.Load(): // its deadline must not be taken for that of awaitEnd
		err = errInterrupted
	}
	return n, &dataError{err}
}

// awaitEnd brackets the reading of an octet that need not come: while on, Read
// times out soon, with an error that is os.ErrDeadlineExceeded.
func (d *dataConn) awaitEnd(on bool) { d.closing = on }

// readers holds the buffers of transfers that do not read the connection as it
// is.
var readers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, 64<<10) }}

// reader returns a buffered reader of the connection. What it has read ahead
// stays with the connection.
func (d *dataConn) reader() *bufio.Reader {
	if d.r == nil {
		d.r = readers.Get().(*bufio.Reader)
		d.r.Reset(d)
	}
	return d.r
}

// release gives up the buffer, and keeps what it has read ahead.
func (d *dataConn) release() {
	if d.r == nil {
		return
	}
	if n := d.r.Buffered(); n > 0 {
		ahead, _ := d.r.Peek(n)
		d.unread = append(append([]byte(nil), ahead...), d.unread...)
		d.t.bytes.Add(-int64(n))
	}
	d.r.Reset(nil)
	readers.Put(d.r)
	d.r = nil
}

// Write writes all of p. As long as some of it goes over within the stall limit,
// it is slow and not stalled.
func (d *dataConn) Write(p []byte) (n int, err error) {
	for {
		if err := d.extend(); err != nil {
			return n, err
		}
		k, err := d.Conn.Write(p[n:])
		n += k
		d.t.bytes.Add(int64(k))
		switch {
		case err == nil:
			return n, nil
		case k == 0 || !errors.Is(err, os.ErrDeadlineExceeded):
			return n, &dataError{err}
		}
	}
}

// Slices of a file that the kernel sends in one go. They grow while the peer
// keeps up, because each costs a little, and shrink when it does not, so that
// progress is seen.
const (
	firstSlice = 256 << 10
	lastSlice  = 64 << 20
	sliceTime  = time.Second
)

// sendFile sends at most n octets of a file that a descriptor backs, by sendfile
// where the system has it. It reports false if the connection cannot do that.
func (d *dataConn) sendFile(f io.ReadSeeker, n int64) (done bool, err error) {
	tcp, ok := d.Conn.(*net.TCPConn)
	if !ok {
		return false, nil
	}
	at, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return false, nil
	}
	end := at + min(n, math.MaxInt64-at)
	for slice := int64(firstSlice); ; {
		if err := d.extend(); err != nil {
			return true, err
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

// Close ends the connection so that the peer gets all that was written. Only
// the first call does anything.
func (d *dataConn) Close() error {
	if d.closed {
		return nil
	}
	d.closed = true
	d.release()
	if err := d.Conn.Close(); err != nil {
		return &dataError{err}
	}
	return nil
}

// reset ends the connection so that the peer cannot take it for the end of the
// file.
func (d *dataConn) reset() {
	if lc, ok := d.Conn.(interface{ SetLinger(sec int) error }); ok {
		lc.SetLinger(0)
	}
	d.Close()
}
