package ftpserver

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// wire is the TCP connection of a data connection, below TLS if there is any. It
// fails when nothing moves for too long. Its errors are those of the connection,
// since TLS takes none but a timeout of the net package for one that passes.
type wire struct {
	net.Conn
	stall time.Duration

	// closing has Read wait for a short time only: what comes need not come.
	closing bool
	// resting leaves the deadlines to others: between two transfers.
	resting bool
	// waited is how long nothing has moved when the next operation begins.
	waited time.Duration
	// prompt has the answer to what is written acknowledged at once: in a handshake.
	prompt bool
	// eof is set once the peer has closed its side of the TCP connection. TLS wants
	// no octet behind close_notify: if it has been told of this end, there was
	// none.
	eof bool

	// records is what TLS reads; nil without TLS.
	records *recordReader
	// held gathers what TLS writes, a record at a time, while not nil.
	held *heldRecords

	cut    atomic.Bool // interrupt was called
	thread thread      // that blocks in calls of the system; none as a rule
}

// heldRecords gathers what goes over in one system call. Each record of TLS has
// up to 16 KiB of the file, and a head and a tail.
type heldRecords struct {
	n   int
	buf [272 << 10]byte
}

var heldPool = sync.Pool{New: func() any { return new(heldRecords) }}

// endTime is how long an octet that a client need not send is waited for: what
// stands behind the end of the file in compressed mode.
const endTime = 2 * time.Second

var errInterrupted = errors.New("interrupted")

// interrupt ends what is under way, and all that comes. It may be called from
// any goroutine.
func (w *wire) interrupt() {
	w.cut.Store(true)
	w.Conn.SetDeadline(aLongTimeAgo)
	w.thread.rouse()
}

// extend gives the next operation its time.
func (w *wire) extend() error {
	if !w.resting {
		patience := w.stall - w.waited
		w.waited = 0
		if w.closing {
			patience = min(patience, endTime)
		}
		w.Conn.SetDeadline(time.Now().Add(patience))
	}
	if w.cut.Load() { // interrupt may have come before the deadline was set
		return errInterrupted
	}
	return nil
}

// Read implements io.Reader.
func (w *wire) Read(p []byte) (int, error) {
	if w.records == nil {
		return w.receive(p)
	}
	return w.records.read(p, w.receive)
}

// receive reads from the connection.
func (w *wire) receive(p []byte) (int, error) {
	if err := w.extend(); err != nil {
		return 0, err
	}
	n, err := w.Conn.Read(p)
	switch {
	case err == io.EOF:
		w.eof = true
	case err != nil && w.cut.Load(): // its deadline must not be taken for that of closing
		err = errInterrupted
	}
	return n, err
}

// Write writes all of p, or holds it. As long as some of it goes over within the
// stall limit, it is slow and not stalled.
func (w *wire) Write(p []byte) (n int, err error) {
	if h := w.held; h != nil {
		if h.n+len(p) > len(h.buf) {
			if err := w.flush(); err != nil {
				return 0, err
			}
		}
		if len(p) <= len(h.buf) {
			h.n += copy(h.buf[h.n:], p)
			return len(p), nil
		}
	}
	for {
		if err := w.extend(); err != nil {
			return n, err
		}
		k, err := w.Conn.Write(p[n:])
		n += k
		if w.prompt {
			ackAtOnce(w.Conn)
		}
		if err == nil || k == 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
	}
}

// hold has Write hold what it is given until release.
func (w *wire) hold() { w.held = heldPool.Get().(*heldRecords) }

// flush writes what is held.
func (w *wire) flush() error {
	h := w.held
	p := h.buf[:h.n]
	h.n, w.held = 0, nil
	_, err := w.Write(p)
	w.held = h
	return err
}

// release writes what is held, and ends the holding.
func (w *wire) release() error {
	err := w.flush()
	w.drop()
	return err
}

// drop ends the holding, and forgets what is held.
func (w *wire) drop() {
	if w.held != nil {
		w.held.n = 0
		heldPool.Put(w.held)
		w.held = nil
	}
}

// reset closes the connection so that the peer cannot take it for the end of the
// file.
func (w *wire) reset() {
	if lc, ok := w.Conn.(interface{ SetLinger(sec int) error }); ok {
		lc.SetLinger(0)
	}
	w.Conn.Close()
}
