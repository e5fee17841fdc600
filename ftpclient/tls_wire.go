package ftpclient

import (
	"bufio"
	"io"
	"net"
	"sync/atomic"
	"time"
)

// wire is the connection below TLS. It knows what crypto/tls does not tell: whether
// the end came as TLS marks it (close_notify) or as anybody on the way can make it.
type wire struct {
	net.Conn

	cut    atomic.Bool // the connection ended, and TLS had not
	ending atomic.Bool // deadlines are not crypto/tls's to set any more

	// Of a control connection, whose protection may end before it does (CCC, REIN):
	// no read goes beyond a record, so that nothing behind the last is lost.
	br   *bufio.Reader // nil: reads go as they come
	left int           // octets of the record that were not read
}

// recordHeader is the length of what stands before each record: type, version and
// the length of the rest (RFC 8446, 5.1).
const recordHeader = 5

func (w *wire) Read(p []byte) (n int, err error) {
	if w.br == nil {
		n, err = w.Conn.Read(p)
	} else {
		n, err = w.readRecord(p)
	}
	if err == io.EOF && n == 0 {
		w.cut.Store(true)
	}
	return n, err
}

// readRecord reads at most what is left of the record that has begun. The server has
// readers of its own for this: all that they would have in common is the length, while
// one has to look at what is none, and the other to read far ahead.
func (w *wire) readRecord(p []byte) (int, error) {
	if w.left == 0 {
		h, err := w.br.Peek(recordHeader)
		if err == io.EOF && len(h) > 0 {
			w.left = len(h) // whatever it is, it is no record
		} else if err != nil {
			return 0, err
		} else {
			w.left = recordHeader + int(h[3])<<8 + int(h[4])
		}
	}
	n, err := w.br.Read(p[:min(len(p), w.left)])
	w.left -= n
	return n, err
}

// SetWriteDeadline heeds crypto/tls, which gives close_notify five seconds of its
// own, only until the end: what a long fat pipe holds takes longer than that to go.
func (w *wire) SetWriteDeadline(t time.Time) error {
	if w.ending.Load() {
		return nil
	}
	return w.Conn.SetWriteDeadline(t)
}

// SetDeadline sets both.
func (w *wire) SetDeadline(t time.Time) error { return w.Conn.SetDeadline(t) }

// rest is a connection whose protection has ended: r is what comes behind the last
// record.
type rest struct {
	net.Conn
	r io.Reader
}

func (c *rest) Read(p []byte) (int, error) { return c.r.Read(p) }

// unwrap returns the connection that carries TLS, or conn itself.
func unwrap(conn net.Conn) net.Conn {
	if t, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = t.NetConn()
	}
	if w, ok := conn.(*wire); ok {
		conn = w.Conn
	}
	return conn
}
