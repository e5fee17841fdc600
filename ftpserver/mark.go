package ftpserver

import (
	"context"
	"fmt"

	"github.com/seed-6092453b/ferry/ftp"
)

// mark is a restart marker that came with an upload (RFC 959, 3.5).
type mark struct {
	peer string // as the client has sent it
	here ftp.Marker
}

// report has the session's loop tell the client of a marker. All octets before
// it are on stable storage.
func (t *transfer) report(ctx context.Context, m mark) error {
	select {
	case t.marks <- m:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// mark tells the client of a marker: the text is fixed (RFC 1123, 4.1.3.4).
func (s *session) mark(t *transfer, m mark) {
	t.marked++
	if s.send(ftp.NewReply(ftp.CodeMarker, fmt.Sprintf("MARK %s = %s", m.peer, m.here))) != nil {
		t.cancel()
	}
}
