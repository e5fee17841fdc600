package ftpclient

import (
	"context"
	"sync/atomic"
)

// sender writes to a data connection in a goroutine of its own, while replies are being
// waited for.
type sender struct {
	c       *Conn
	d       *dataConn
	queue   chan []byte
	left    atomic.Int64 // octets that were handed over, and not written yet
	ended   chan struct{}
	unwatch func() bool
}

func newSender(ctx context.Context, c *Conn, d *dataConn, pieces int) *sender {
	d.ctx, d.stall = ctx, c.o.Stall
	s := &sender{c: c, d: d, queue: make(chan []byte, pieces), ended: make(chan struct{})}
	s.unwatch = context.AfterFunc(ctx, func() { d.Conn.SetDeadline(aLongTimeAgo) })
	cut := d.interrupt
	c.cut.Store(&cut)
	go s.run()
	return s
}

// send hands octets over. No more pieces may be on their way than newSender was told.
func (s *sender) send(b []byte) {
	if len(b) > 0 {
		s.left.Add(int64(len(b)))
		s.queue <- b
	}
}

// run writes until stop. What cannot be written is passed over: the server says what
// has become of it.
func (s *sender) run() {
	defer close(s.ended)
	var err error
	for b := range s.queue {
		if err == nil {
			_, err = s.d.Write(b)
		}
		s.left.Add(-int64(len(b)))
	}
}

// stop ends the sender, at once if the data connection is given up.
func (s *sender) stop(now bool) {
	s.c.cut.Store(nil)
	s.unwatch()
	if now {
		s.d.interrupt()
	}
	close(s.queue)
	<-s.ended
}
