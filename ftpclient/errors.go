package ftpclient

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

var (
	// ErrLogin reports a user, password or account that the server refused.
	ErrLogin = errors.New("login refused")

	// ErrAccount reports that the server wants an account (ACCT) which
	// Options.Account does not give.
	ErrAccount = errors.New("an account is needed")

	// ErrHost reports a server that is not the host of Options.VirtualHost.
	ErrHost = errors.New("virtual host refused")

	// ErrTooMany reports a server that takes no more connections now. It is a
	// storage.ErrBusy, too.
	ErrTooMany error = tooManyError{}

	// ErrListing reports a listing that is as long as Options.MaxListing, or has no
	// end.
	ErrListing = errors.New("the listing is too long")

	// ErrClosed reports the use of a Conn or Client after Close.
	ErrClosed = net.ErrClosed
)

// ReplyError is a refusal by the server: a reply of 4yz or 5yz, or one that makes
// no sense after its command. It unwraps to what it means, as far as that is
// known: fs.ErrNotExist, fs.ErrPermission, fs.ErrExist, one of package storage's
// errors, errors.ErrUnsupported for a command that the server does not have,
// io.ErrUnexpectedEOF for a transfer that was cut (426), or one of this package's.
type ReplyError struct {
	Command string // the verb; empty for the greeting
	Reply   ftp.Reply
	Cause   error  // nil if not known
	Hint    string // what may be the reason or the way out; may be empty
}

func (e *ReplyError) Error() string {
	text := strings.ReplaceAll(e.Reply.String(), "\n", " / ")
	if e.Hint != "" {
		text += " (" + e.Hint + ")"
	}
	if e.Command == "" {
		return "the server says: " + text
	}
	return e.Command + ": " + text
}

// Unwrap returns the Cause.
func (e *ReplyError) Unwrap() error { return e.Cause }

// Temporary reports whether the same command may succeed later (4yz).
func (e *ReplyError) Temporary() bool { return e.Reply.Code.Transient() }

// ConnError is a connection that could not be made, or that failed.
type ConnError struct {
	Data bool   // it is the data connection; else the control connection
	Op   string // what was being done: "connect", "wait for the reply to RETR", ...
	Addr string // of the other end
	Hint string // what may be the reason or the way out; may be empty
	Err  error

	unsent bool // the command did not leave
}

func (e *ConnError) Error() string {
	which := "control connection"
	if e.Data {
		which = "data connection"
	}
	var b strings.Builder
	b.WriteString(which)
	if e.Addr != "" {
		b.WriteString(" to " + e.Addr)
	}
	b.WriteString(": " + e.Op + ": " + reason(e.Err))
	if e.Hint != "" {
		b.WriteString(" (" + e.Hint + ")")
	}
	return b.String()
}

// Unwrap returns Err.
func (e *ConnError) Unwrap() error { return e.Err }

// Timeout reports whether a time limit has passed.
func (e *ConnError) Timeout() bool {
	var t interface{ Timeout() bool }
	return errors.As(e.Err, &t) && t.Timeout()
}

// reason says in words what the bare errors of connections mean, without the
// addresses, which ConnError has already.
func reason(err error) string {
	var op *net.OpError
	var pe *ProxyError
	switch {
	case errors.As(err, &pe):
		return pe.Error()
	case errors.Is(err, io.EOF):
		return "closed by the server"
	case errors.As(err, &op) && op.Err != nil:
		text := "timed out"
		if !op.Timeout() {
			bare := op.Err
			var sys *os.SyscallError
			if errors.As(bare, &sys) {
				bare = sys.Err // its name of the system call says nothing new
			}
			text = bare.Error()
		}
		return strings.Replace(err.Error(), op.Error(), text, 1)
	}
	return err.Error()
}

// errTimeout is a time limit that has passed.
var errTimeout error = &timeoutError{}

type timeoutError struct{}

func (*timeoutError) Error() string   { return "timed out" }
func (*timeoutError) Timeout() bool   { return true }
func (*timeoutError) Temporary() bool { return true }

// Is makes errTimeout one of the many faces of a deadline.
func (*timeoutError) Is(target error) bool { return target == os.ErrDeadlineExceeded }

// lost reports whether err means that the control connection is gone.
func lost(err error) bool {
	var ce *ConnError
	var re *ReplyError
	return errors.As(err, &ce) && !ce.Data || errors.As(err, &re) && re.Reply.Code == ftp.CodeClosing ||
		ftp.IsProtocolError(err)
}

// notExecuted reports whether err means that the command had no effect, because
// it never left or the server said so as it closed.
func notExecuted(err error) bool {
	var ce *ConnError
	var re *ReplyError
	return errors.As(err, &ce) && ce.unsent || errors.As(err, &re) && re.Reply.Code == ftp.CodeClosing
}

// refusedVerb reports whether err means that the server does not have the
// command at all.
func refusedVerb(err error) bool {
	var re *ReplyError
	return errors.As(err, &re) && (re.Reply.Code == ftp.CodeUnknown || re.Reply.Code == ftp.CodeNotImplemented)
}

// aLongTimeAgo is a time far in the past: as a deadline it ends what is under
// way.
var aLongTimeAgo = time.Unix(1, 0)
