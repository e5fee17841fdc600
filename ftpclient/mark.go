package ftpclient

import (
	"sync/atomic"

	"github.com/seed-6092453b/ferry/ftp"
)

// Mark is a place in a file where a transfer can be taken up again after a cut: a
// restart marker of block or compressed mode (RFC 959, 3.5). The zero Mark is the
// beginning.
type Mark struct {
	// Peer is the place in the server's own words, which go back to it by REST
	// and mean nothing to anybody else.
	Peer string

	// Here is the place in the client's file: octets stored or sent before it, and
	// what the conversion to and from the type has to know.
	Here ftp.Marker
}

// IsZero reports whether m is the beginning of the file.
func (m Mark) IsZero() bool { return m.Peer == "" }

// acknowledged returns the function that takes the 110 replies to an upload. A
// marker that this side did not send, or that lies behind what it has sent, is
// passed over: resuming there would leave a hole. on may be nil.
func (t *Transfer) acknowledged(on func(Mark) error) func(ftp.Reply) {
	if on == nil {
		return func(ftp.Reply) {}
	}
	start := t.cmd.From.Here.Off
	last := start
	return func(r ftp.Reply) {
		sender, receiver, ok := ftp.ParseMark(r.Text())
		here, err := ftp.ParseMarker(sender)
		if !ok || err != nil || here.Off < last || here.Off > start+t.Moved() {
			t.c.o.Log.Warn("the server acknowledges a restart marker that was not sent", "reply", r.String())
			return
		}
		last = here.Off
		if err := on(Mark{Peer: receiver, Here: here}); err != nil {
			t.c.o.Log.Warn("a restart marker could not be noted", "reason", err)
		}
	}
}

// marks is the receiver of 110 replies while an upload runs; called from the
// goroutine that reads them.
type marks struct {
	f atomic.Pointer[func(ftp.Reply)]
}

func (m *marks) set(f func(ftp.Reply)) {
	if f == nil {
		m.f.Store(nil)
		return
	}
	m.f.Store(&f)
}

// take reports whether r was a 110 that somebody waits for.
func (m *marks) take(r ftp.Reply) bool {
	if r.Code != ftp.CodeMarker {
		return false
	}
	f := m.f.Load()
	if f == nil {
		return false
	}
	(*f)(r)
	return true
}
