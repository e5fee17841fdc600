package ftpclient

import (
	"fmt"
	"io"
)

// TruncatedError is a protected transfer of which the end may be missing, though the
// server reports success. It unwraps to io.ErrUnexpectedEOF.
//
// Of a download: the data connection ended without TLS's mark of the end
// (close_notify), so that it may be that somebody on the way has cut it. Of an upload:
// the server has lost the end, or says itself that it has.
type TruncatedError struct {
	Upload bool
	Moved  int64 // octets of the file that came or were sent

	// Again says that the same upload may succeed if it is tried again: the next
	// connections of the Client use TLS 1.2, as servers lose the end under TLS 1.3.
	Again bool

	Err error // the refusal, if there is one; else nil
}

func (e *TruncatedError) Error() string {
	var text string
	switch {
	case !e.Upload:
		text = fmt.Sprintf("the data connection ended after %d octets without TLS's mark of the end (close_notify): somebody on the way may have cut it, or the server never sets it", e.Moved)
	case e.Err != nil:
		text = fmt.Sprintf("the server fails at the end of an upload under TLS 1.3: %v", e.Err)
	default:
		text = "the server has lost the end of an upload under TLS 1.3, though it reports success"
	}
	if e.Again {
		text += "; TLS 1.2 is used from now on, so try again"
	}
	return text
}

// Unwrap returns io.ErrUnexpectedEOF and the refusal.
func (e *TruncatedError) Unwrap() []error {
	if e.Err != nil {
		return []error{io.ErrUnexpectedEOF, e.Err}
	}
	return []error{io.ErrUnexpectedEOF}
}

// TryAgain is Again, for whoever does not know of FTP.
func (e *TruncatedError) TryAgain() bool { return e.Again }

// whole tells how a download has ended that the server calls complete: io.EOF, or a
// *TruncatedError. In block and compressed mode, and where records have an end, the
// mark of the mode has come, under TLS.
func (t *Transfer) whole() error {
	if t.data == nil || t.data.tls == nil || t.marked() || !t.data.tls.NetConn().(*wire).cut.Load() {
		return io.EOF
	}
	// What anybody could say who could have cut the file proves nothing.
	if n, ok := sizeIn(t.opening); ok && t.c.protected() && t.cmd.Rest == 0 && t.cmd.Len == 0 && t.plain() && n == t.Moved() {
		return io.EOF
	}
	if c := t.c; c.o.TLS.AllowTruncation || c.o.Security == SecurityAuto {
		c.srv.mute()
		return io.EOF
	}
	t.err = &TruncatedError{Moved: t.Moved()}
	return t.err
}

// modern reports whether the data connection of the transfer is under TLS 1.3.
func (t *Transfer) modern() bool {
	return t.data != nil && t.data.tls != nil && t.c.tls.version > maxOlder
}

// endHalf ends what the client says on the data connection of a small download, which is
// nothing, before it reads, if the server bears that. It changes nothing about what the
// server sends, or about how the end of that is told (RFC 8446, 6.1); before TLS 1.3 it
// would have had to break the file off.
func (t *Transfer) endHalf() {
	if t.upload || !t.cmd.ahead || !t.modern() || !t.c.srv.is().half {
		return
	}
	t.half = true
	t.data.tls.CloseWrite() // what is wrong with the connection is found by who reads
}

// distrustHalf has no half of TLS ended early any more.
func (s *server) distrustHalf(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.quirks.half {
		s.quirks.half = false
		s.log.Info("a download failed on which the client had ended its half of TLS; it ends that behind the file from now on", "reason", why)
	}
}

// lossy looks at an upload that the server has not got whole. Under TLS 1.3 the
// version may be the reason: servers that were made for the versions before it lose
// the end (pyftpdlib) or fail there (vsftpd).
func (c *Conn) lossy(t *Transfer, err error) error {
	e := &TruncatedError{Upload: true, Moved: t.Moved(), Err: err, Again: c.mayUseOlder()}
	if e.Again {
		c.srv.needsOlderTLS(e)
	}
	return e
}
