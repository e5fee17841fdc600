package ftpserver

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// openData is a data connection that was left open after a transfer in block or
// compressed mode, where its end is not the end of the file (RFC 959, 3.2). It
// is the plan for the next one. Meanwhile it costs a socket and a goroutine with
// an octet to read: so a client that closes it is noticed at once.
type openData struct {
	d    *dataConn
	seen chan glimpse // from watch; nil if nobody watches
}

// glimpse is what came of a data connection that nobody uses.
type glimpse struct {
	octet []byte // the client was early
	err   error
}

// errDropped reports a data connection that was left open, and that the client
// has closed.
var errDropped = errors.New("you have closed the one that was open; send EPSV or PASV again")

// leaveOpen takes over the data connection of a transfer that is done.
func leaveOpen(d *dataConn) *openData {
	d.release()
	d.t = nil // it may stay open for long, and that is done with
	d.wire.resting = true
	d.SetDeadline(time.Time{}) // the session's idle time is what counts now
	o := &openData{d: d}
	if len(d.unread) == 0 {
		o.seen = make(chan glimpse, 1)
		go o.watch()
	}
	return o
}

// watch waits for the client to close, or to send.
func (o *openData) watch() {
	var b [1]byte
	n, err := o.d.Conn.Read(b[:])
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		o.d.wire.Close()
	}
	o.seen <- glimpse{b[:n], err}
}

// resume ends the watch. It reports an error if the connection is of no use any
// more.
func (o *openData) resume() error {
	defer func() { o.d.wire.resting = false }() // watch must not see that
	if o.seen == nil {
		return nil
	}
	o.d.Conn.SetReadDeadline(aLongTimeAgo)
	g := <-o.seen
	o.seen = nil
	o.d.unread = g.octet
	gone := g.err != nil && !errors.Is(g.err, os.ErrDeadlineExceeded)
	if gone || hungUp(o.d.wire.Conn) { // it may have come behind the deadline
		return errDropped
	}
	return nil
}

// open implements dataPlan.
func (o *openData) open(context.Context, *transfer) (*dataConn, error) { return o.d, nil }

// close implements dataPlan. It does not wait long for a client that leaves unread
// what it was sent: in TLS the end is something to be sent, too.
func (o *openData) close() {
	if o.d.tls != nil {
		o.resume() // watch may be reading
		o.d.wire.closing = true
	}
	o.d.Close()
}

// isOpen reports whether a data connection was left open.
func (s *session) isOpen() bool {
	_, open := s.data.(*openData)
	return open
}

// closeOpen closes the data connection that was left open, if there is one.
func (s *session) closeOpen() {
	if s.isOpen() {
		s.dropData()
	}
}

// refusedUpload closes the data connection that was left open if the command was an
// upload that is refused. A client may have sent the octets behind the command, without
// waiting for the 125: they must not become the file of the next one. That makes it
// safe to do so, and is promised in FEAT (XSTORAHEAD).
func (s *session) refusedUpload(c *ftp.Command, r answer) {
	if c == nil || !r.Code.Transient() && !r.Code.Permanent() {
		return
	}
	switch c.Name {
	case "STOR", "APPE", "STOU":
		s.closeOpen()
	}
}
