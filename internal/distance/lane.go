package distance

import (
	"bytes"
	"errors"
	"io"
	"net"
	"time"
)

// A lane is one direction of a connection.
type lane struct {
	from, to net.Conn
	half     time.Duration // what an octet takes
	floor    time.Time     // nothing arrives before it

	read      func(n int) // is told of octets when they are sent
	delivered func()      // is told that some have arrived; nil: nobody wants to know
	// filter, if not nil, rewrites octets when they arrive. It may keep some for later, but
	// not behind the last.
	filter func(b []byte, last bool) []byte

	way  chan arrival
	gone chan struct{} // closed when nobody takes them any more
}

const (
	// piece is how much is read at a time, and queued how many pieces may be on their
	// way: together more than the window of any TCP here, so that the distance narrows
	// no lane. A reader that has to wait for room finds larger pieces afterwards.
	piece  = 64 << 10
	queued = 1024
)

// arrival is what arrives at the far end of a lane.
type arrival struct {
	at     time.Time
	octets []byte
	err    error // that ended it: io.EOF, or the connection was reset
}

// start begins to read, before the far end stands: what was sent when is known then.
func (l *lane) start() {
	l.way = make(chan arrival, queued)
	l.gone = make(chan struct{})
	go l.send()
}

// run carries octets, and the end of them, until one of the two ends is gone or done
// is closed. The error is nil where the end was carried over, so that the other
// direction may go on.
func (l *lane) run(done <-chan struct{}) error {
	for {
		select {
		case a := <-l.way:
			if !until(a.at, done) {
				return net.ErrClosed
			}
			if err := l.deliver(a.octets, a.err != nil); err != nil {
				return err
			}
			if a.err != nil {
				return l.end(a.err)
			}
		case <-done:
			return net.ErrClosed
		}
	}
}

func (l *lane) deliver(b []byte, last bool) error {
	if l.filter != nil {
		b = l.filter(b, last)
	}
	if len(b) == 0 {
		return nil
	}
	_, err := l.to.Write(b)
	if l.delivered != nil {
		l.delivered()
	}
	return err
}

// send puts what is read on its way.
func (l *lane) send() {
	b := make([]byte, piece)
	for {
		n, err := l.from.Read(b)
		a := arrival{at: time.Now().Add(l.half), octets: bytes.Clone(b[:n]), err: err}
		if a.at.Before(l.floor) {
			a.at = l.floor
		}
		if n > 0 {
			l.read(n)
		}
		select {
		case l.way <- a:
		case <-l.gone:
			return
		}
		if err != nil {
			return
		}
	}
}

// end ends the lane as it ended at its beginning.
func (l *lane) end(err error) error {
	if errors.Is(err, io.EOF) {
		return closeWrite(l.to)
	}
	return err
}

func closeWrite(c net.Conn) error {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return c.Close()
}

// reset closes a connection so that its other end takes nothing for whole.
func reset(c net.Conn) {
	if l, ok := c.(interface{ SetLinger(sec int) error }); ok {
		l.SetLinger(0)
	}
	c.Close()
}

// until waits for a moment. It reports false where done was closed before it.
func until(at time.Time, done <-chan struct{}) bool {
	d := time.Until(at)
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-done:
		return false
	}
}
