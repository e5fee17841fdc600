package ftpserver

import (
	"log/slog"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// Event is something that happened in a session. The concrete types are
// Connected, Refused, LoggedIn, LoginFailed, Throttled, Commanded, TransferStarted,
// TransferEnded and Disconnected.
type Event interface {
	slog.LogValuer
	// Name is the event's name in a log.
	Name() string
}

// Connected is a new control connection.
type Connected struct{ Conn ConnInfo }

// Refused is a control connection that was closed at once.
type Refused struct {
	Conn   ConnInfo
	Reason string
}

// LoggedIn is a successful login.
type LoggedIn struct {
	Conn ConnInfo
	User string
}

// LoginFailed is a wrong name or password.
type LoginFailed struct {
	Conn ConnInfo
	User string
}

// Throttled is too many wrong passwords of one kind: what comes of it from now on is
// checked late (Limits.Guesses). It is told once, until all of them are forgotten.
type Throttled struct {
	Conn  ConnInfo // that the last of them came on
	Scope ThrottleScope
	User  string // "" if the scope is ThrottledAddress
}

// ThrottleScope says whose passwords are checked late; it is what a log calls it.
type ThrottleScope string

const (
	// ThrottledAddress is all from one address, but for the users who have logged in
	// from there.
	ThrottledAddress ThrottleScope = "address"
	// ThrottledUser is one user at all addresses but those from which he has logged in.
	ThrottledUser ThrottleScope = "user"
	// ThrottledUserAtAddress is one user at an address from which he has logged in.
	ThrottledUserAtAddress ThrottleScope = "user at address"
)

// Commanded is a command with its final reply. Arg is "***" where it is secret.
type Commanded struct {
	Conn ConnInfo
	User string
	Verb string // "" if the line held none
	Arg  string
	Code ftp.Code
}

// TransferStarted is a data connection that stands.
type TransferStarted struct {
	Conn ConnInfo
	User string
	Verb string
	Path string
}

// TransferEnded is the end of a transfer, whole or not.
type TransferEnded struct {
	Conn  ConnInfo
	User  string
	Verb  string
	Path  string
	Bytes int64 // octets on the data connection
	Took  time.Duration
	Code  ftp.Code
	Err   error // nil if whole
}

// Disconnected is the end of a session.
type Disconnected struct {
	Conn   ConnInfo
	User   string
	Reason string
}

func (Connected) Name() string       { return "connected" }
func (Refused) Name() string         { return "refused" }
func (LoggedIn) Name() string        { return "login" }
func (LoginFailed) Name() string     { return "login failed" }
func (Throttled) Name() string       { return "throttled" }
func (Commanded) Name() string       { return "command" }
func (TransferStarted) Name() string { return "transfer started" }
func (TransferEnded) Name() string   { return "transfer" }
func (Disconnected) Name() string    { return "disconnected" }

func connAttrs(c ConnInfo, user string, more ...slog.Attr) slog.Value {
	attrs := []slog.Attr{slog.String("session", c.ID), slog.String("remote", c.Remote.String())}
	if c.TLS != nil {
		attrs = append(attrs, slog.String("tls", c.TLS.String()))
	}
	if user != "" {
		attrs = append(attrs, slog.String("user", user))
	}
	return slog.GroupValue(append(attrs, more...)...)
}

func (e Connected) LogValue() slog.Value { return connAttrs(e.Conn, "") }
func (e Refused) LogValue() slog.Value {
	return connAttrs(e.Conn, "", slog.String("reason", e.Reason))
}
func (e LoggedIn) LogValue() slog.Value {
	if !e.Conn.TLS.Verified() {
		return connAttrs(e.Conn, e.User)
	}
	return connAttrs(e.Conn, e.User, slog.String("certificate", e.Conn.TLS.Certificates[0].Subject.String()))
}
func (e LoginFailed) LogValue() slog.Value { return connAttrs(e.Conn, e.User) }
func (e Throttled) LogValue() slog.Value {
	return connAttrs(e.Conn, e.User, slog.String("scope", string(e.Scope)))
}
func (e Commanded) LogValue() slog.Value {
	return connAttrs(e.Conn, e.User, slog.String("verb", e.Verb), slog.String("arg", e.Arg), slog.Int("code", int(e.Code)))
}
func (e TransferStarted) LogValue() slog.Value {
	return connAttrs(e.Conn, e.User, slog.String("verb", e.Verb), slog.String("path", e.Path))
}
func (e TransferEnded) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("verb", e.Verb), slog.String("path", e.Path), slog.Int64("bytes", e.Bytes),
		slog.Duration("took", e.Took), slog.Int("code", int(e.Code))}
	if e.Err != nil {
		attrs = append(attrs, slog.String("error", e.Err.Error()))
	}
	return connAttrs(e.Conn, e.User, attrs...)
}
func (e Disconnected) LogValue() slog.Value {
	return connAttrs(e.Conn, e.User, slog.String("reason", e.Reason))
}
