package ftpserver

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// dataConn is a data connection that counts what it moves, and fails when nothing
// moves for too long. What it counts are octets as the codec has them: those of TLS
// do not count. All its errors are *dataError. In block and compressed mode it may
// serve one transfer after another (openData).
type dataConn struct {
	net.Conn            // wire, or TLS on it
	wire     *wire      // the TCP connection
	tls      *tls.Conn  // nil: in the clear
	loose    bool       // the end of the data need not be marked in TLS
	lingers  *lingering // of a protected connection; see end
	t        *transfer  // that it serves now
	threads  *threads   // of the server: see block

	r      *bufio.Reader // of a transfer that reads by reader; nil else
	unread []byte        // what came before this transfer and belongs to it
	sent   bool          // the peer is to get what was written
	closed bool
}

func newDataConn(conn net.Conn, stall time.Duration) *dataConn {
	both := new(struct {
		d dataConn
		w wire
	})
	both.w.Conn, both.w.stall = conn, stall
	both.d.Conn, both.d.wire = &both.w, &both.w
	return &both.d
}

// dataError is an error of the data connection, not of the file.
type dataError struct{ err error }

func (e *dataError) Error() string { return e.err.Error() }
func (e *dataError) Unwrap() error { return e.err }

func isDataError(err error) bool {
	var de *dataError
	return errors.As(err, &de)
}

// errNoNotify reports an end that anybody on the way could have made (RFC 8446,
// 6.1).
var errNoNotify = errors.New("it was closed without close_notify, and may not be whole")

// Read fails with io.EOF where the client has closed the connection in good
// order: in TLS, with close_notify.
func (d *dataConn) Read(p []byte) (int, error) {
	if len(d.unread) > 0 {
		n := copy(p, d.unread)
		d.unread = d.unread[n:]
		d.t.bytes.Add(int64(n))
		return n, nil
	}
	n, err := d.Conn.Read(p)
	for err == nil && n < len(p) && d.wire.records.waits() {
		// Else each record would be written to the file by itself.
		var k int
		k, err = d.Conn.Read(p[n:])
		n += k
	}
	d.t.bytes.Add(int64(n))
	switch {
	case err == io.EOF && d.tls != nil && d.wire.eof && !d.loose:
		err = &dataError{errNoNotify}
	case err != nil && err != io.EOF:
		err = &dataError{err}
	}
	return n, err
}

// awaitEnd brackets the reading of an octet that need not come: while on, Read
// times out soon, with an error that is os.ErrDeadlineExceeded.
func (d *dataConn) awaitEnd(on bool) { d.wire.closing = on }

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

// release gives up the buffers, and keeps what was read ahead.
func (d *dataConn) release() {
	if d.wire.records != nil {
		d.wire.records.release()
	}
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

// recordSize is what a record of TLS holds at most.
const recordSize = 16 << 10

// Write writes all of p. The records that TLS makes of it go over together.
func (d *dataConn) Write(p []byte) (n int, err error) {
	d.sent = true
	if d.tls != nil && len(p) > recordSize && d.wire.held == nil {
		d.wire.hold()
		n, err = d.Conn.Write(p)
		if lost := d.wire.release(); err == nil {
			err = lost
		}
	} else {
		n, err = d.Conn.Write(p)
	}
	d.t.bytes.Add(int64(n))
	if err != nil {
		err = &dataError{err}
	}
	return n, err
}

// holdEnd has what is written go over when there is much of it, and the last of it
// together with the end of the connection, and in TLS with its close_notify. It is for
// what comes without a pause, with Close behind it: nobody sees what is held.
func (d *dataConn) holdEnd() {
	switch {
	case d.tls == nil:
		cork(d.wire.Conn)
	case d.wire.held == nil:
		d.wire.hold()
	}
}

// Close ends the connection so that the peer gets all that was written. Only
// the first call does anything.
func (d *dataConn) Close() error {
	if d.closed {
		return nil
	}
	d.closed = true
	d.release()
	err := d.end()
	if err != nil {
		err = &dataError{err}
	}
	return err
}

// reset ends the connection so that the peer cannot take it for the end of the
// file.
func (d *dataConn) reset() {
	if d.closed {
		return
	}
	d.closed = true
	d.release()
	d.wire.drop()
	d.wire.reset()
}
