package cli

import (
	"errors"
	"syscall"

	"github.com/seed-6092453b/ferry/ftpclient"
)

// isLogin reports whether the server lets this user not in, or there is no
// password to try.
func isLogin(err error) bool {
	var re *ftpclient.ReplyError
	return errors.Is(err, errNoPassword) || errors.As(err, &re) && re.Reply.Code == 530
}

// isRefused reports whether nobody listens where the server should be.
func isRefused(err error) bool { return isConnect(err) && errors.Is(err, syscall.ECONNREFUSED) }

func traceTo(s *stdio) func(ftpclient.TraceEvent) {
	return func(e ftpclient.TraceEvent) {
		if e.Sent {
			s.say("> %s", printable(e.Line))
		} else {
			s.say("< %s", printable(e.Line))
		}
	}
}
