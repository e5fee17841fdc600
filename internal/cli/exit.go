package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"syscall"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/app"
	"github.com/seed-6092453b/ferry/internal/trees"
	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
)

// The exit codes. They are a promise: scripts rely on them.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitConnect     = 3
	exitLogin       = 4
	exitNotFound    = 5
	exitPermission  = 6
	exitNoSpace     = 7
	exitLost        = 8
	exitPartial     = 9
	exitTrust       = 10
	exitInterrupted = 130
)

// exitCodes is the table that help and documentation show.
func exitCodes() []topicRow {
	return []topicRow{
		{"0", "done, or there was nothing to do"},
		{"1", "another failure than those below; the message says which. Of check: an item has failed"},
		{"2", "the command line is wrong: nothing was tried"},
		{"3", "cannot connect: no such host, no server at that port; for serve: the port is taken"},
		{"4", "the login was refused, or there is no password to log in with"},
		{"5", "no such file or folder"},
		{"6", "permission denied"},
		{"7", "no space left, or quota exceeded"},
		{"8", "the connection was lost or timed out; the same command again goes on where it was cut"},
		{"9", "some of several files failed, the others are done"},
		{"10", "the server cannot be trusted: its certificate or its key is not right, or it has no TLS where it must, or demands more of it than it is offered"},
		{"130", "interrupted; the same command again goes on where it was cut"},
	}
}

// usageError is a command line that makes no sense.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// hintError adds a way out to an error.
type hintError struct {
	err  error
	hint string
}

func (e *hintError) Error() string { return withHint(e.err.Error(), e.hint) }
func (e *hintError) Unwrap() error { return e.err }

func hint(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return &hintError{err, fmt.Sprintf(format, args...)}
}

// toldError is an error that the user has been told of already.
type toldError struct{ error }

func (e toldError) Unwrap() error { return e.error }

func told(err error) error {
	if err == nil {
		return nil
	}
	return toldError{err}
}

// exitCode returns the code for the outcome of a command.
func exitCode(err error) int {
	var (
		usage *usageError
		tree  *trees.Error
		most  *mirror.Error
		some  *someError
		bind  *app.ListenError
		check *checkError
		exit  *exitError
	)
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &check):
		return check.exit
	case errors.As(err, &exit):
		return exit.code
	case errors.As(err, &tree), errors.As(err, &most), errors.As(err, &some):
		return exitPartial
	case errors.Is(err, context.Canceled), errors.Is(err, errInterrupted):
		return exitInterrupted
	case isUntrusted(err):
		return exitTrust
	case errors.As(err, &bind), isConnect(err):
		return exitConnect
	case isLogin(err):
		return exitLogin
	case errors.Is(err, fs.ErrNotExist):
		return exitNotFound
	case errors.Is(err, fs.ErrPermission):
		return exitPermission
	case errors.Is(err, storage.ErrNoSpace), errors.Is(err, storage.ErrQuota), errors.Is(err, syscall.ENOSPC):
		return exitNoSpace
	case isLost(err):
		return exitLost
	}
	return exitFailure
}

// errInterrupted is the end of a command by Ctrl-C where no context was cut.
var errInterrupted = errors.New("interrupted")

// isLost reports whether err is the end of a connection.
func isLost(err error) bool {
	var conn *ftpclient.ConnError
	return errors.As(err, &conn) || isNet(err) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, syscall.ECONNRESET) ||
		errors.Is(err, syscall.EPIPE)
}

// isNet reports whether err is the network's. Every error of the system looks as if
// it were, for it can say that it is a timeout; those of files are not.
func isNet(err error) bool {
	var ne net.Error
	if !errors.As(err, &ne) {
		return false
	}
	_, file := ne.(syscall.Errno)
	return !file || ne.Timeout()
}
