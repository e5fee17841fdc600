package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"

	"github.com/seed-6092453b/ferry/ftpclient"
)

// challenge returns the function that answers what a server asks for at login
// (a one-time password, say) with what the user types.
func challenge(s *stdio) func(context.Context, string) (string, error) {
	return func(ctx context.Context, text string) (string, error) {
		answer, asked, err := s.askPassword(ctx, printable(text)+": ")
		if err == nil && !asked {
			err = fmt.Errorf("%w: the server asks %q, and there is no terminal to ask on", errNoPassword, text)
		}
		return answer, err
	}
}

// traceTo returns the function that shows the dialogue with a server.
func traceTo(s *stdio) func(ftpclient.TraceEvent) {
	return func(e ftpclient.TraceEvent) {
		switch {
		case e.Sent:
			s.say("%d > %s", e.Conn, printable(e.Line))
		case e.Line != "":
			s.say("%d < %s", e.Conn, printable(e.Line))
		default:
			for _, line := range e.Reply.Lines {
				s.say("%d < %d %s", e.Conn, e.Reply.Code, printable(line))
			}
		}
	}
}

// isConnect reports whether the server could not be found or reached, or takes
// nobody now, or is not the host that it should be. A data connection that cannot
// be made is none of these: it is lost.
func isConnect(err error) bool {
	var dns *net.DNSError
	var conn *ftpclient.ConnError
	return errors.As(err, &dns) || errors.Is(err, ftpclient.ErrTooMany) || errors.Is(err, ftpclient.ErrHost) ||
		errors.As(err, &conn) && !conn.Data && conn.Op == "connect"
}

// isLogin reports whether the server lets this user not in, or there is no
// password to try.
func isLogin(err error) bool {
	return errors.Is(err, ftpclient.ErrLogin) || errors.Is(err, ftpclient.ErrAccount) || errors.Is(err, errNoPassword)
}

// isRefused reports whether nobody listens where the server should be.
func isRefused(err error) bool { return isConnect(err) && errors.Is(err, syscall.ECONNREFUSED) }
