package ftpclient

import (
	"errors"
	"io"
	"net"
	"syscall"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// tooManyError is what ErrTooMany is: whoever knows package storage alone sees that it may
// pass.
type tooManyError struct{}

func (tooManyError) Error() string        { return "too many connections" }
func (tooManyError) Is(target error) bool { return target == storage.ErrBusy }

// Temporary reports whether a connection made anew may fare better: not where a
// certificate, the protection or the name of the server is what is wrong, nor where the
// server does not speak FTP.
func (e *ConnError) Temporary() bool {
	var (
		cert *CertError
		dns  *net.DNSError
	)
	switch {
	case errors.As(e.Err, &cert), errors.Is(e.Err, ErrSecurity), errors.Is(e.Err, ErrClosed):
		return false
	case ftp.IsProtocolError(e.Err): // later on it is a connection that got out of step
		return e.Op != "wait for the greeting"
	case errors.As(e.Err, &dns):
		return !dns.IsNotFound
	}
	return e.Op != "set up TLS" || e.Timeout() || errors.Is(e.Err, io.EOF) || errors.Is(e.Err, syscall.ECONNRESET)
}
