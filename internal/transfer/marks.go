package transfer

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// Marks is what a Remote offers on whose connections restart markers go over
// (RFC 959, 3.5): a copy that was cut is then taken up again at one of them, not at
// an octet.
type Marks interface {
	// Mode names the mode of transmission. A marker has its meaning in its mode
	// alone.
	Mode() string

	// Open and Create are those of storage.FS, but for a copy that begins at from
	// (nil: at the beginning), and of which on is told where it could begin again:
	// by Read, once all octets before the place were returned; while writing from
	// another goroutine, as the other side confirms.
	Open(ctx context.Context, name string, from *Mark, on func(Mark) error) (storage.Reader, error)
	Create(ctx context.Context, name string, o storage.CreateOptions, from *Mark, on func(Mark) error) (storage.Writer, error)
}

// Mark is a place in a file where a copy can be taken up again.
type Mark struct {
	Peer string `json:"peer"`   // what the other side calls it
	Here string `json:"here"`   // what this side does
	Off  int64  `json:"offset"` // octets of the local file before it
	Mode string `json:"mode"`
}

// start is where a copy begins.
type start struct {
	off  int64
	mark *Mark // nil: off is an offset on the other side as well
	have spans // of a download: what is there, if that is not all before off
}

// there is how much of the copy is there.
func (at start) there() int64 {
	if at.have != nil {
		return at.have.total()
	}
	return at.off
}

// fresh reports whether at is the beginning, nothing of the copy being there.
func (at start) fresh() bool { return at.off == 0 && at.mark == nil && at.have == nil }

// offered is the start at the mark of a record, or the reason why there is none.
// have is how much of the copy is there; sized says that it can be compared.
func (c *Copier) offered(m *Mark, have int64, sized bool) (start, string) {
	switch {
	case c.Marks == nil && c.Conversion != "":
		return start{}, "what is converted on its way cannot be continued in stream mode"
	case c.Marks == nil:
		return start{off: have}, ""
	case m == nil:
		return start{}, "no restart marker had come"
	case m.Mode != c.Marks.Mode():
		return start{}, "its restart marker is one of mode " + m.Mode
	case sized && have < m.Off:
		return start{}, "what there is ends before the restart marker"
	}
	return start{off: m.Off, mark: m}, ""
}

// saveEvery is how often a mark is put on record while a copy runs. The last one
// is when it is cut.
const saveEvery = time.Second / 4

// markLog puts the marks of a copy on record as they come.
type markLog struct {
	save func(Mark) error

	mu    sync.Mutex
	last  *Mark // not saved yet
	saved time.Time
}

// note takes a mark. It may be called from any goroutine.
func (l *markLog) note(m Mark) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = &m
	if now := time.Now(); now.Sub(l.saved) >= saveEvery {
		l.saved = now
		return l.flush()
	}
	return nil
}

// close saves the last mark.
func (l *markLog) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.flush()
}

func (l *markLog) flush() error {
	if l.last == nil {
		return nil
	}
	m := *l.last
	l.last = nil
	return l.save(m)
}

// badMark reports whether err is the refusal of the mark that the copy should have
// begun at.
func badMark(at start, err error) bool {
	return at.mark != nil && (errors.Is(err, storage.ErrOffset) || errors.Is(err, errors.ErrUnsupported))
}
