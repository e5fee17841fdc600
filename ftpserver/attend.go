package ftpserver

import (
	"errors"
	"io"
	"os"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// maxQueue and maxQueueSize bound what is read ahead while a transfer runs;
// beyond that the client is left to TCP.
const (
	maxQueue     = 256
	maxQueueSize = 64 << 10
)

// acceptTime is how long a data connection that a client has made may take to be
// noticed.
const acceptTime = time.Second

// lineInput reads command lines while a transfer runs, one at a time, each in a
// goroutine that ends with the line.
type lineInput struct {
	s       *session
	got     chan struct{} // there is read
	read    lineRead
	reading bool
	closed  bool // there will be no more lines
}

type lineRead struct {
	line ftp.Line
	err  error
}

// pull asks for one line, unless one is on its way or the queue is full.
func (in *lineInput) pull() {
	if in.reading || in.closed || in.s.queueFull() {
		return
	}
	if in.got == nil {
		in.got = make(chan struct{}, 1)
		// The runtime polls the connection from here on, and to end that again costs more than
		// to await the next command in the system would save.
		in.s.streak = 0
		in.s.setReadDeadline(time.Time{}) // a transfer is no idle time
		if in.s.orders.get() >= orderClose {
			in.closed = true
			return
		}
	}
	in.reading = true
	go in.readLine()
}

func (in *lineInput) readLine() {
	in.read.line, in.read.err = in.s.lines.Read()
	in.got <- struct{}{}
}

// stop takes back the line that was asked for. What has come of it stays in the
// LineReader.
func (in *lineInput) stop() {
	if !in.reading {
		return
	}
	in.s.setReadDeadline(aLongTimeAgo)
	<-in.got
	in.reading = false
	r := in.read
	if r.err == nil || errors.Is(r.err, ftp.ErrLineTooLong) {
		in.s.enqueue(r)
	}
}

func (s *session) queueFull() bool {
	return len(s.queue) >= maxQueue || s.queueSize >= maxQueueSize
}

// enqueue keeps a line for after the transfer.
func (s *session) enqueue(r lineRead) {
	if s.refuse(r.line.Refusals) != nil || r.line.Partial {
		return
	}
	if len(r.line.Text) == 0 && r.line.Interrupt {
		return // the line end behind a Synch
	}
	s.queueSize += len(r.line.Text)
	s.queue = append(s.queue, queued{text: append([]byte(nil), r.line.Text...), err: r.err})
}

// during takes a line that came while t runs. ABOR overtakes what is queued;
// STAT and NOOP run at once if nothing is (and see promptTime); all else waits
// (RFC 959, 4.1.3).
func (s *session) during(t *transfer, in *lineInput, r lineRead) {
	in.reading = false
	if r.err != nil && !errors.Is(r.err, ftp.ErrLineTooLong) {
		if s.orders.get() == orderDrain && errors.Is(r.err, os.ErrDeadlineExceeded) {
			s.setReadDeadline(time.Time{}) // ABOR still counts
			return
		}
		// The client is gone, and with it the right to go on (RFC 959, 3.2); or
		// there is the order to end. After QUIT it may go, if it has made the data
		// connection: then it has all it wants.
		in.closed = true
		if s.leaving.Load() && errors.Is(r.err, io.EOF) {
			time.AfterFunc(acceptTime, func() {
				if !t.stands.Load() {
					t.cancel()
				}
			})
		} else {
			t.cancel()
		}
		return
	}
	if r.err == nil && !r.line.Partial {
		verb, arg, given := ftp.SplitCommand(r.line.Text)
		switch {
		case verb == "ABOR" && arg == "":
			if s.refuse(r.line.Refusals) == nil {
				t.aborted = true
				t.cancel()
				in.closed = true // what comes behind it is for later
			}
			return
		case (verb == "STAT" && arg == "" || verb == "NOOP") && len(s.queue) == 0 && t.overtakes():
			if s.refuse(r.line.Refusals) == nil {
				c := ftp.Lookup(verb)
				s.reply(c, arg, s.execute(c, arg, given))
			}
			return
		case verb == "QUIT" && arg == "":
			s.leaving.Store(true)
		}
	}
	s.enqueue(r)
}
