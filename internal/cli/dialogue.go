package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
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

// warnings is a slog.Handler that tells the user of what is odd about a server, or
// what was asked of it in vain. What is merely noted it leaves out.
type warnings struct {
	s       *stdio
	learned bool // tell what is learnt about the server, too
}

func (w warnings) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn || w.learned && level >= slog.LevelInfo
}

func (w warnings) Handle(_ context.Context, r slog.Record) error {
	text := r.Message
	r.Attrs(func(a slog.Attr) bool {
		text += fmt.Sprintf("; %s: %s", a.Key, a.Value)
		return true
	})
	w.s.say("ferry: %s", printable(text))
	return nil
}

func (w warnings) WithAttrs([]slog.Attr) slog.Handler { return w }
func (w warnings) WithGroup(string) slog.Handler      { return w }

// isConnect reports whether the server could not be found or reached, or takes
// nobody now, or is not the host that it should be. A data connection that cannot
// be made is none of these: it is lost.
func isConnect(err error) bool {
	var dns *net.DNSError
	var conn *ftpclient.ConnError
	return errors.As(err, &dns) || errors.Is(err, ftpclient.ErrProxy) || errors.Is(err, ftpclient.ErrTooMany) || errors.Is(err, ftpclient.ErrHost) ||
		errors.As(err, &conn) && !conn.Data && conn.Op == "connect"
}

// isLogin reports whether the server lets this user not in, or there is no
// password to try.
func isLogin(err error) bool {
	return errors.Is(err, ftpclient.ErrLogin) || errors.Is(err, ftpclient.ErrAccount) || errors.Is(err, errNoPassword) || wantsCertificate(err)
}

// wantsCertificate reports whether the server has ended TLS because of the certificate
// of the client, or the lack of one. crypto/tls has no type for the alerts of the other
// side, only these texts (RFC 8446, 6.2).
func wantsCertificate(err error) bool {
	var alert *net.OpError
	if !errors.As(err, &alert) || alert.Op != "remote error" {
		return false
	}
	switch strings.TrimPrefix(alert.Err.Error(), "tls: ") {
	case "bad certificate", "unsupported certificate", "revoked certificate", "expired certificate", "unknown certificate",
		"unknown certificate authority", "certificate required":
		return true
	}
	return false
}

// isRefused reports whether nobody listens where the server should be.
func isRefused(err error) bool { return isConnect(err) && errors.Is(err, syscall.ECONNREFUSED) }
