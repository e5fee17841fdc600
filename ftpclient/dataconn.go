package ftpclient

import (
	"bufio"
	"context"
	"crypto/tls"
	"net"
	"sync/atomic"
	"time"
)

// dataConn is a data connection that ends what is under way when its context is
// cancelled, when it is interrupted, and when no octet moves for too long.
type dataConn struct {
	net.Conn
	tls   *tls.Conn // Conn, if it is protected
	ctx   context.Context
	stall time.Duration // 0 no limit
	stop  atomic.Bool   // interrupted

	// When the file was last asked for octets; zero where it is written. What comes
	// since, and is none of the file, does not count as moving: a mode has room
	// for filler without end.
	since time.Time

	// What was read of the next file, in a mode that marks the end of this one, is
	// in here; nil until a mode needs it.
	br *bufio.Reader

	// Between two transfers; see keep.
	mode    byte
	watched chan struct{} // closed when the watch has ended
	gone    bool          // it cannot be used any more; set before watched is closed
}

func newDataConn(conn net.Conn) *dataConn {
	d := &dataConn{Conn: conn}
	d.tls, _ = conn.(*tls.Conn)
	return d
}

// reader returns the reader that keeps what a file leaves of the octets that came.
func (d *dataConn) reader() *bufio.Reader {
	if d.br == nil {
		d.br = bufio.NewReaderSize(d, readAhead)
	}
	return d.br
}

// readAhead is the size of the buffers in front of codecs.
const readAhead = 64 << 10

// interrupt makes reads and writes fail from now on.
func (d *dataConn) interrupt() {
	d.stop.Store(true)
	d.Conn.SetDeadline(aLongTimeAgo)
}

// arm sets the deadline of the next read or write. Whoever interrupts after the
// check finds the deadline set, and moves it.
func (d *dataConn) arm() error {
	var t time.Time
	if d.stall > 0 {
		if t = d.since; t.IsZero() {
			t = time.Now()
		}
		t = t.Add(d.stall)
	}
	d.Conn.SetDeadline(t)
	if d.stop.Load() {
		d.Conn.SetDeadline(aLongTimeAgo)
		return errInterrupted
	}
	return d.ctx.Err()
}

func (d *dataConn) Read(p []byte) (int, error) {
	if err := d.arm(); err != nil {
		return 0, err
	}
	return d.Conn.Read(p)
}

// maxWrite is how much has to go over within the stall limit.
const maxWrite = 256 << 10

func (d *dataConn) Write(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		if err = d.arm(); err != nil {
			return n, err
		}
		var m int
		m, err = d.Conn.Write(p[n:min(len(p), n+maxWrite)])
		n += m
	}
	return n, err
}
