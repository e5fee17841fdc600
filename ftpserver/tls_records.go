package ftpserver

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"time"
)

// recordConn is the connection below TLS. It hands out records one at a time and
// never more, so that what follows the last of them (CCC, REIN) is not lost in
// the buffers of crypto/tls. One goroutine may read, and one write.
type recordConn struct {
	net.Conn

	ahead ahead // a command is a record, which is read in one system call and not in two

	until  atomic.Int64 // when what is being written must be out (UnixNano); 0 is writeTime from each write on
	wrote  bool         // something was written
	header [5]byte      // of the record that is being read
	have   int          // octets of header that were read
	left   int          // octets of the record that were not

	// parting is set once the client was told that TLS ends. A record is looked at
	// from then on before it is handed out, since it may be none: there are clients
	// that go on in the clear without having closed their side of TLS.
	parting bool
	// ending is set once close_notify has been sent. Nothing more is written then.
	ending bool
	clear  []byte // what was read and is none
}

const recordHeader = 5

// Read implements net.Conn. In the end, io.EOF may mean that there are octets in
// the clear.
func (c *recordConn) Read(p []byte) (int, error) {
	switch {
	case len(p) == 0:
		return 0, nil
	case len(c.clear) > 0:
		return 0, io.EOF
	case c.left > 0:
		n, err := c.ahead.read(p[:min(len(p), c.left)], c.Conn.Read)
		c.left -= n
		return n, err
	}
	ask := recordHeader - c.have
	if c.parting && c.have == 0 {
		ask = 1
	}
	n, err := c.ahead.read(p[:min(len(p), ask)], c.Conn.Read)
	if n > 0 && c.parting && c.have == 0 && !isRecord(p[0]) {
		c.clear = []byte{p[0]}
		return 0, io.EOF
	}
	c.have += copy(c.header[c.have:], p[:n])
	if c.have == recordHeader {
		c.have, c.left = 0, int(c.header[3])<<8|int(c.header[4])
	}
	return n, err
}

// isRecord reports whether a TLS record may begin with b (RFC 8446, 5.1). No
// command and no Telnet sequence does.
func isRecord(b byte) bool { return 20 <= b && b <= 23 }

// SetWriteDeadline implements net.Conn. The zero time is no end of patience: TLS also
// writes, unasked, while it reads (KeyUpdate), with whatever was set last.
func (c *recordConn) SetWriteDeadline(t time.Time) error {
	if t.IsZero() {
		c.until.Store(0)
	} else {
		c.until.Store(t.UnixNano())
	}
	return nil
}

// SetDeadline implements net.Conn.
func (c *recordConn) SetDeadline(t time.Time) error {
	c.SetWriteDeadline(t)
	return c.Conn.SetReadDeadline(t)
}

// Write implements net.Conn.
func (c *recordConn) Write(p []byte) (int, error) {
	if c.ending {
		return len(p), nil
	}
	c.wrote = true
	until := time.Now().Add(writeTime)
	if set := c.until.Load(); set != 0 {
		until = time.Unix(0, set)
	}
	c.Conn.SetWriteDeadline(until)
	return c.Conn.Write(p)
}

// controlReader reads what the client says on a control connection with TLS, and
// after the end of that what it says in the clear.
type controlReader struct {
	conn    *tls.Conn // nil: TLS is over
	records *recordConn
	first   []byte // what awaitEnd has read
}

// Read implements io.Reader.
func (r *controlReader) Read(p []byte) (int, error) {
	if len(r.first) > 0 {
		n := copy(p, r.first)
		if r.first = r.first[n:]; len(r.first) == 0 {
			r.first = nil
		}
		return n, nil
	}
	if r.conn != nil {
		n, err := r.conn.Read(p)
		if n > 0 || !r.records.parting || !errors.Is(err, io.EOF) {
			return n, err
		}
		r.conn = nil
	}
	if len(r.records.clear) > 0 {
		n := copy(p, r.records.clear)
		r.records.clear = r.records.clear[n:]
		return n, nil
	}
	if r.records.ahead.any() {
		return r.records.ahead.read(p, nil)
	}
	return r.records.Conn.Read(p)
}

// awaitEnd returns once the client has ended its side of TLS or has said anything else,
// or the read deadline of the connection has passed. Nothing of it is lost.
func (r *controlReader) awaitEnd() {
	r.records.parting = true
	first := make([]byte, 512)
	n, _ := r.conn.Read(first) // an error comes again
	r.first = append(r.first, first[:n]...)
}

// over reports whether TLS has ended, or never was, and all has been read that came
// together with its end.
func (r *controlReader) over() bool {
	return r == nil || r.conn == nil && len(r.records.clear) == 0 && !r.records.ahead.any()
}
