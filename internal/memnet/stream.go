package memnet

import (
	"sync"
	"time"
)

// A stream is one direction of a connection, guarded by the lock of its net.
// What its sender sends becomes a segment in the queue, and arrives in order
// once it has travelled its time and nothing holds it up.
type stream struct {
	net      *Net
	from, to *Host
	back     *stream    // the other direction
	changed  *sync.Cond // any of the fields below

	queue   []segment // under way
	buf     []byte    // arrived and not read
	held    int       // bytes in queue and buf, which fill the window
	stalled bool

	ended     bool // the sender has sent its FIN
	eof       bool // the FIN has arrived
	severed   bool // the sender has been told of a reset, and can send no more
	reset     bool // the receiver has been told of a reset
	abandoned bool // the receiver is closed

	fault fault
}

// A segment is bytes, a FIN, a reset, or the mark behind which a Stall begins.
type segment struct {
	due   time.Time
	data  []byte
	fin   bool
	rst   bool
	stall bool
}

func newStream(n *Net, from, to *Host) *stream {
	return &stream{net: n, from: from, to: to, changed: sync.NewCond(&n.mu), fault: fault{after: -1}}
}

// room returns how many bytes may be sent now.
func (s *stream) room() int {
	window := s.net.Window
	if window == 0 {
		window = DefaultWindow
	}
	return window - s.held
}

// send puts bytes under way, of which there is room, as far as no fault comes
// due.
func (s *stream) send(p []byte) {
	carry, struck := s.fault.spend(len(p))
	if carry > 0 {
		s.put(segment{data: append([]byte(nil), p[:carry]...)})
	}
	if !struck {
		return
	}
	switch s.fault.kind {
	case Hangup:
		s.put(segment{fin: true})
	case Reset:
		s.put(segment{rst: true})
		s.back.tellReset()
	case Stall:
		s.put(segment{stall: true})
		s.put(segment{data: append([]byte(nil), p[carry:]...)})
	}
}

// end sends the FIN.
func (s *stream) end() {
	if !s.ended {
		s.ended = true
		s.put(segment{fin: true})
		s.changed.Broadcast()
	}
}

// abort sends a reset.
func (s *stream) abort() {
	s.ended = true
	s.put(segment{rst: true})
}

// abandon makes the receiving end one that reads no more. What arrives for it
// from now on is answered with a reset.
func (s *stream) abandon() {
	s.abandoned = true
	s.held -= len(s.buf)
	s.buf = nil
	s.changed.Broadcast()
}

func (s *stream) put(g segment) {
	s.held += len(g.data)
	if d := s.net.Latency; d > 0 {
		g.due = time.Now().Add(d)
		time.AfterFunc(d, func() {
			s.net.mu.Lock()
			defer s.net.mu.Unlock()
			s.settle()
		})
	}
	s.queue = append(s.queue, g)
	s.settle()
}

// settle lets arrive whatever is due.
func (s *stream) settle() {
	for len(s.queue) > 0 && !s.stalled && !s.from.unplugged && !s.to.unplugged {
		g := s.queue[0]
		if !g.due.IsZero() && time.Now().Before(g.due) {
			return
		}
		s.queue = s.queue[1:]
		s.arrive(g)
	}
}

func (s *stream) arrive(g segment) {
	switch {
	case g.rst:
		s.tellReset()
	case g.stall:
		s.stalled = true
	case g.fin:
		s.eof = true
	case s.abandoned || s.reset:
		s.held -= len(g.data)
		if !s.reset {
			s.back.put(segment{rst: true})
		}
	default:
		s.buf = append(s.buf, g.data...)
	}
	s.changed.Broadcast()
}

// tellReset tells the receiver of a reset: it can send no more, and read only what
// has arrived.
func (s *stream) tellReset() {
	s.reset = true
	s.back.severed = true
	s.changed.Broadcast()
	s.back.changed.Broadcast()
}

// take reads from what has arrived.
func (s *stream) take(p []byte) int {
	k := copy(p, s.buf)
	s.buf = s.buf[k:]
	if len(s.buf) == 0 {
		s.buf = nil
	}
	s.held -= k
	s.changed.Broadcast()
	return k
}
