package conformance

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"time"
)

// Endpoint is a server as one account sees it.
type Endpoint struct {
	Addr     string // host:port
	Security Security

	User     string // "" is anonymous
	Password string
	Account  string // for ACCT; "" if none is needed

	// Dir is an existing folder that the account may write to. Everything is done in
	// a new folder below it. "" is the one that the login leads to.
	Dir string
}

// credentials are what USER and PASS say.
func (e Endpoint) credentials() (user, password string) {
	if e.User == "" {
		return "anonymous", "ferry@"
	}
	return e.User, e.Password
}

// Security is how the connections of an Endpoint are protected.
type Security string

// The kinds of security.
const (
	Clear    Security = ""         // not, but for the items that are about TLS
	Explicit Security = "explicit" // AUTH TLS right after the greeting, and PROT P
	Implicit Security = "implicit" // TLS from the first octet
)

// State is a state of a server that some items need.
type State string

// The states. Main is what all other items run against.
const (
	Main State = ""

	Down        State = "down"         // takes connections, but no service (CON-02)
	Plain       State = "plain"        // knows no TLS (TLS-06)
	Bare        State = "bare"         // has no extension at all (FEA-04)
	ImplicitTLS State = "implicit"     // TLS from the first octet (TLS-39, TLS-40)
	NeedTLS     State = "need-tls"     // takes no login in the clear (TLS-31)
	NeedPrivate State = "need-private" // takes no data connection in the clear (TLS-20, TLS-21)
	NeedReuse   State = "need-reuse"   // takes no data connection whose TLS session is not the control connection's (TLS-26)
	Full        State = "full"         // the account has room for a folder, but not for a file of 1 MiB (TRF-17)
	ReadOnly    State = "read-only"    // the account may not write (TRF-10)
	NeedAccount State = "account"      // the account needs ACCT; Endpoint.Account is the right one (LOG-17)
	Anonymous   State = "anonymous"    // takes anonymous (LOG-12 to LOG-14)
	Spaces      State = "spaces"       // the password begins and ends with a space, and has one within (LOG-11)
	FXP         State = "fxp"          // takes part in transfers between two servers (DCO-39)
	FXP2        State = "fxp2"         // is the other one of them
	IPv6        State = "ipv6"         // is reached by IPv6
	Large       State = "large"        // Target.LargeFile is here
	Linked      State = "linked"       // Target.Outside is here
)

// Target is what Run checks, and how. Endpoint.Addr is required; each other zero
// value is described with its field.
type Target struct {
	Endpoint

	// At are the servers in other states; often other ports of the same one. Items
	// that need one that is missing are not run.
	At map[State]Endpoint

	// Hosts are two names that HOST takes, for different virtual hosts (RFC 7151).
	// Items that need what is missing are not run.
	Hosts [2]string

	// Outside is the path, relative to Dir of the Linked state or else the main
	// endpoint, of a symbolic link that leads out of what the account may see.
	// "": the check tries to make one, by SITE SYMLINK.
	Outside string

	// LargeFile is the path, likewise relative, of a file of more than 4 GiB, whose
	// octets are zeros but for the five from 2^32+1 on, which are "ferry". "": the
	// check tries to make one.
	LargeFile string

	// Elsewhere is another address of this machine, from which the server can be
	// reached. The zero Addr is one that is found: on loopback there are many.
	Elsewhere netip.Addr

	// Slow runs the items, too, that wait for minutes.
	Slow bool

	// Only are the items to be run: IDs, or beginnings of IDs as "CON". Empty: all.
	Only []string

	// ReplyTime is how long the server may take for a reply or an octet of data;
	// zero is 10 seconds. An item may take 6 times as long, longer ones excepted.
	ReplyTime time.Duration

	// Parallel is how many items are run at once; zero is 4. Items that get in the
	// way of others are run alone, at the end.
	Parallel int

	// TLS is the configuration of connections under TLS; nil accepts any
	// certificate: what is checked is the protocol, not who the server is.
	TLS *tls.Config

	// Net makes the connections; nil is the operating system.
	Net Network

	// Done, if not nil, is called with each result as it comes, from one goroutine
	// at a time.
	Done func(Result)
}

// Network makes connections. ftpserver and ftpclient have the same.
type Network interface {
	Listen(ctx context.Context, network, address string) (net.Listener, error)
	Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error)
}

const (
	defaultReplyTime = 10 * time.Second
	defaultParallel  = 4
	itemReplies      = 6 // the time for an item, in times for a reply
)
