package ftpserver

import (
	"context"
	"errors"
	"math"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// span is a range of a file as RANG gives it, from the first up to, and with,
// the last octet. The zero span is none; so that it is, set is there.
type span struct {
	set         bool
	first, last int64
}

// len is how many octets sp spans.
func (sp span) len() int64 { return min(sp.last, math.MaxInt64-1) - sp.first + 1 }

// cmdRang limits the next RETR, STOR or HASH to a range of the file's octets.
// "RANG 1 0" takes that back. It replaces REST, as REST replaces it.
func (s *session) cmdRang(arg string) answer {
	first, last, err := ftp.ParseSpan(arg)
	if err != nil {
		return s.usage("RANG")
	}
	if refusal := s.checkSpan(); !refusal.IsZero() && first <= last {
		return refusal
	}
	s.leave().restart = restart{}
	s.leave().span = span{first <= last, first, last}
	if first > last {
		return s.say(ftp.CodePending, "No range.")
	}
	return s.say(ftp.CodePending, "Octets %d to %d. Send the transfer command.", num(first), num(last))
}

// checkSpan refuses ranges where octets are not sent as they are.
func (s *session) checkSpan() answer {
	if !s.codec().Identity() {
		return s.say(ftp.CodePageType, "A range takes TYPE I, STRU F and MODE S.")
	}
	return answer{}
}

// retrSpan sends a range of a file, which must begin within it. An end beyond
// that of the file is the file's.
func (s *session) retrSpan(path string, sp span) answer {
	if refusal := s.checkSpan(); !refusal.IsZero() { // MODE may have come since
		return refusal
	}
	f, err := s.account.FS.Open(s.ctx, storageName(path), storage.Range{Off: sp.first, Len: sp.len()})
	if err != nil {
		return s.replyFor("RETR", err)
	}
	size := int64(-1)
	if whole := f.Info().Size; whole >= 0 {
		if size = min(sp.len(), whole-sp.first); size <= 0 {
			f.Close()
			return s.replyFor("RETR", storage.ErrOffset)
		}
	}
	return s.begin("RETR", path, size, s.say(ftp.CodeOpening, "Opening data connection."), job{
		move: func(_ context.Context, d *dataConn) error {
			defer f.Close()
			return sendOctets(d, f, sp.len())
		},
		drop: func() { f.Close() },
		done: s.tr("Transfer complete."),
	})
}

// storSpan writes a range of a file in place. What comes may be shorter.
func (s *session) storSpan(path string, sp span) answer {
	if refusal := s.checkSpan(); !refusal.IsZero() {
		return refusal
	}
	r, _ := s.store("STOR", path, storage.CreateOptions{Mode: storage.Resume, Offset: sp.first, Len: sp.len()})
	return r
}

// spanWriter writes a range, and calls what comes beyond it by its name.
type spanWriter struct{ storage.Writer }

var errSpan = errors.New("more than the range")

func (w spanWriter) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	return n, beyond(err)
}

// WriteBy implements storage.KernelWriter.
func (w spanWriter) WriteBy(n int, write func(fd uintptr, n int) (int, error)) (int, error) {
	k, ok := w.Writer.(storage.KernelWriter)
	if !ok {
		return 0, errors.ErrUnsupported
	}
	n, err := k.WriteBy(n, write)
	return n, beyond(err)
}

func beyond(err error) error {
	if errors.Is(err, storage.ErrOffset) {
		return errSpan
	}
	return err
}
