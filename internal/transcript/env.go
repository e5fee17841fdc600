package transcript

import (
	"context"
	"crypto/tls"
	"net"
	"time"
)

// A Network is what scripts listen and dial with. The networks of internal/memnet
// are.
type Network interface {
	// Listen opens a TCP listener on the local address; ctx bounds the set-up only.
	Listen(ctx context.Context, network, address string) (net.Listener, error)
	// Dial connects from the local address (nil: any) to address.
	Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error)
}

// Env is what a script needs of the world.
type Env struct {
	// Network carries the data connections, and the control connections where
	// Dial is nil. Nil is the operating system's.
	Network Network

	// Addr is the server's address, "ip:port". A script that plays the server
	// listens on it; there, empty means a random port of 127.0.0.1.
	Addr string

	// Dial, if not nil, makes the control connections of a script that plays
	// the client, in place of Network and Addr.
	Dial func(ctx context.Context) (net.Conn, error)

	// Directive is called for each directive, in its turn among the other
	// lines. An error fails the script. Where it is nil, any directive does.
	Directive func(name string, args []string) error

	// Check, if not nil, returns an error where a reply with the code is not
	// one to the command, which is in upper case, a command of SITE with its
	// second word ("SITE CHMOD"). The command is empty for the
	// greeting, and for a 421 that answers none. Of several commands that wait
	// for a reply, the first that may get it does.
	Check func(command string, code int) error

	// Answered, if not nil, is told of each reply that Check has passed, and of
	// the command that it was taken to answer.
	Answered func(command string, code int)

	// Secure makes TLS of a connection, control or data as kind says, in the way
	// that args ask for. It is given a deadline. Where it is nil, TLS fails the script.
	Secure func(conn net.Conn, kind string, args []string) (*tls.Conn, error)

	// FakeTime says that the script runs in a testing/synctest bubble, on a
	// network that is in there with it. Only then may a script let time pass.
	FakeTime bool

	// Patience is how long anything expected may take. Zero means ten seconds.
	Patience time.Duration
}

func (e Env) network() Network {
	if e.Network == nil {
		return system{}
	}
	return e.Network
}

func (e Env) deadline() time.Time {
	if e.Patience == 0 {
		return time.Now().Add(10 * time.Second)
	}
	return time.Now().Add(e.Patience)
}

// system is the operating system's network.
type system struct{}

func (system) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	var c net.ListenConfig
	return c.Listen(ctx, network, address)
}

func (system) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	d := net.Dialer{LocalAddr: local}
	return d.DialContext(ctx, network, address)
}
