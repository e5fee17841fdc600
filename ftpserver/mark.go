package ftpserver

import (
	"context"
	"fmt"
	"time"

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

// Each marker that is confirmed costs a sync of the storage. So many are free in
// one transfer, and so many more each second: the client need not hear of all that
// it sends.
const (
	freeMarks      = 128
	marksPerSecond = 16
)

// maySync reports whether one more marker may be confirmed.
func (t *transfer) maySync() bool {
	if t.synced >= freeMarks+marksPerSecond*int64(time.Since(t.started)/time.Second) {
		return false
	}
	t.synced++
	return true
}

// mark tells the client of a marker: the text is fixed (RFC 1123, 4.1.3.4).
func (s *session) mark(t *transfer, m mark) {
	t.marked++
	if s.send(plain(ftp.CodeMarker, fmt.Sprintf("MARK %s = %s", m.peer, m.here))) != nil {
		t.cancel()
	}
}
