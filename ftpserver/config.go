package ftpserver

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/charset"
)

// Config says how a Server works. Only Login is required; every other zero
// value is documented and safe. A Config is not changed after New.
type Config struct {
	// Login checks who the user is. It is called once per PASS, and once more with
	// what ACCT says if it has asked for that (ErrNeedAccount); it may be
	// called from many goroutines at once. ErrLogin (or an error that wraps it)
	// is a wrong name or password; any other error is logged and answered as a
	// temporary failure, its text kept from the client.
	Login func(ctx context.Context, c Credentials) (*Account, error)

	// Ask says what USER is answered with. nil asks everybody for a password, which
	// does not tell who is a user and who is not (RFC 2577, 7). The Credentials have
	// no password yet; errors are those of Login.
	Ask func(ctx context.Context, c Credentials) (Question, error)

	// Greeting returns the text of the 220 reply, which may have several lines.
	// An error refuses the connection with 421 and its text. nil greets with
	// "ferry ready." and says no more.
	Greeting func(ctx context.Context, c ConnInfo) (string, error)

	// Hosts are the virtual hosts that HOST chooses among, by their names: in lower
	// case, international ones as A-labels (xn--...). Another name is answered 504,
	// and a client that gets that gives up. nil takes every name for the server
	// itself. The addresses of the server are always such names. The name in the TLS
	// handshake (SNI) chooses likewise; there, a name that is not among them is the
	// server itself. HOST then has to agree with it.
	Hosts map[string]Host

	// TLS is how connections are protected; the zero value offers none.
	TLS TLS

	Passive Passive
	Active  Active
	Limits  Limits

	// PRET offers the command of that name, by which a client tells which transfer
	// will come. Clients that see it in FEAT spend a round trip on it for each file,
	// so that it is off unless something needs it.
	PRET bool

	// MDTMSet lets MDTM set the time of modification, too, as old clients want it:
	// "MDTM YYYYMMDDHHMMSS path". By RFC 3659, 3, all of that is the name of a file,
	// and if there is such a file, it is. MFMT is the better way.
	MDTMSet bool

	// ASCII is the way line ends are sent in TYPE A.
	ASCII ftp.CRProfile

	// EBCDIC is the code page of TYPE E.
	EBCDIC ftp.CodePage

	// ModeZ offers MODE Z (draft-preston-ftpext-deflate). It is off unless asked
	// for, because clients like lftp take it unasked, and what is compressed
	// cannot be sent by the kernel.
	ModeZ bool

	// NoReuseData closes the data connection after each transfer in MODE B and C,
	// too, which else stays open for the next (RFC 959, 3.2).
	NoReuseData bool

	// MarkerInterval is the number of a file's octets between the restart markers
	// that are sent in MODE B and C (RFC 959, 3.5). Zero is 1 MiB; negative sends
	// none.
	MarkerInterval int64

	// Charset is what names are in for clients that know no UTF-8, as GBK or
	// windows-1251; the storage has them in UTF-8. A client that says OPTS UTF8 ON
	// is spoken to in UTF-8. nil is none: names are octets, and go over as they are
	// stored.
	Charset *charset.Charset

	// ListZone is the zone of the times that LIST and STAT print; nil is UTC.
	// MLSD, MLST and MDTM always speak UTC (RFC 3659, 2.3).
	ListZone *time.Location

	// RMDA offers RMDA, by which those who may delete remove a directory with all
	// in it. It is off unless asked for: clients may not expect that a single
	// command can do so much. (SITE RMDIR is always there for them.)
	RMDA bool

	// HashCache is how many digests (HASH, XCRC and their kin) are remembered, so
	// that a file is not read again for the same one while it stays as it is; zero
	// is 10,000, and a negative value none.
	HashCache int

	// Observe, if not nil, is given every Event, from many goroutines at once. It
	// must not block.
	Observe func(ctx context.Context, e Event)

	// ObserveCommand says of which commands Observe is given Commanded, so that a session
	// need not make those that nobody wants. It is called from many goroutines at once.
	// nil is all.
	ObserveCommand func(verb string, code ftp.Code) bool

	// Log gets what an operator should know; nil discards it. Passwords are
	// never logged.
	Log *slog.Logger

	// Net makes the listeners and connections of data connections; nil is the
	// operating system's.
	Net Network
}

// Network makes connections. It is implemented by the operating system and, in
// tests, by memory.
type Network interface {
	// Listen opens a TCP listener on the local address; ctx bounds the set-up
	// alone.
	Listen(ctx context.Context, network, address string) (net.Listener, error)
	// Dial connects from the local address (nil: any) to address.
	Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error)
}

// Passive says how data connections are accepted (PASV, EPSV).
type Passive struct {
	// MinPort and MaxPort are the range of ports to listen on; zero is 49152 to 65535,
	// which nobody has a fixed use for (RFC 6335, 6).
	MinPort, MaxPort uint16

	// PublicHost is the IPv4 address, or a name that has one, that PASV
	// advertises: the outside of a NAT. A name is resolved for each PASV. Empty
	// advertises the address that the client connected to. Clients on a private
	// or loopback address get that one in any case.
	PublicHost string
}

// Active says how data connections are made (PORT, EPRT).
type Active struct {
	// Off refuses PORT and EPRT.
	Off bool

	// Foreign lists the addresses, besides the client's own, that PORT and EPRT
	// may name, and whose connections a passive listener takes: transfers
	// between two servers (FXP). Empty allows none (RFC 2577, 3).
	Foreign []netip.Prefix

	// Port20 connects from the port below the control port, as RFC 959, 3.2,
	// has it, where the process may; else from any port.
	Port20 bool
}

// Limits bound what one client can use. For each, zero is the default given and
// a negative value no limit.
type Limits struct {
	Sessions      int           // at once, on the whole server; 2000. When it is full, a client that has not logged in for some seconds makes room
	SessionsPerIP int           // at once, from one address (in IPv6: one /64); 100
	Logins        int           // wrong passwords on one connection; 5
	LoginDelay    time.Duration // before the answer to a wrong password; 5 seconds (RFC 2577, 5)
	Guesses       int           // wrong passwords from one address (in IPv6: one /64) within GuessTime; the next are then checked one after the other, as fast as wrong ones are forgotten, but for those of users who have logged in from there, who have as many of their own; 20
	UserGuesses   int           // wrong passwords of one user, known or not, within GuessTime, not counting addresses from which he has logged in; elsewhere the next are then checked LoginDelay late; 50
	GuessTime     time.Duration // in which so many wrong passwords are forgotten, one by one; no limit is never; 10 minutes
	LoginTime     time.Duration // from connecting to being logged in; 2 minutes
	Idle          time.Duration // without command or transfer; 10 minutes (RFC 1123, 4.1.3.2, asks for 5 at least)
	MaxIdle       time.Duration // what a client may ask for in place of Idle (SITE IDLE); 1 hour, and never less than Idle
	Handshakes    int           // of TLS on control connections at once; one more ends the oldest of the host that has most; 500
	DataConnect   time.Duration // until the data connection stands; 1 minute
	Stall         time.Duration // without an octet moved on the data connection; 5 minutes
	Listing       int           // entries of sorted, recursive or globbed listings, and directories that DSIZ and copies have yet to look at, which are held in memory, of all sessions at once; and those that one pattern looks at; 1,000,000
	Expand        int           // octets of a file that one octet sent may become in MODE C and Z and STRU P, once the file has more than ExpandFree; 200
	ExpandFree    int64         // octets of a file for which Expand does not count, because some files are nothing but zeros; 256 MiB
	Pixels        int           // of all pictures that THMB reads at once, and so of each; 50,000,000. Most take 4 octets of memory a pixel, a few 16
}

// Question is what a user who has said USER is asked for.
type Question uint8

const (
	// AskPassword wants PASS.
	AskPassword Question = iota
	// AskAccount wants ACCT, and no password.
	AskAccount
	// AskNothing logs in at once.
	AskNothing
	// AskAnything wants PASS, too, but any password is right, as that of anonymous is:
	// it is no guess, and never held up.
	AskAnything
)

// Credentials is what a client said about itself.
type Credentials struct {
	User     string
	Password Password
	Account  string // by ACCT; usually empty
	Host     string // by HOST or SNI: a name in lower case; "" is the server itself
	Conn     ConnInfo
}

// Password is a secret: it prints as "***".
type Password string

func (Password) String() string       { return "***" }
func (Password) GoString() string     { return "***" }
func (Password) LogValue() slog.Value { return slog.StringValue("***") }

// ConnInfo describes a control connection.
type ConnInfo struct {
	ID     string // of the session, unique on this server
	Remote netip.AddrPort
	Local  netip.AddrPort
	Since  time.Time
	TLS    *TLSInfo // nil: the connection is in the clear
}

// Account is a user who is logged in.
type Account struct {
	Name string

	// FS is all that the user sees. It may be shared among sessions.
	FS storage.FS

	// Mounts are further trees, by names without slashes, which SMNT puts in the
	// place of FS and which Can is about, too. nil: there is but FS.
	Mounts map[string]storage.FS

	// Home is the working directory after login, slash-separated and absolute;
	// empty is "/", and so is one that does not exist.
	Home string

	// Charset is Config.Charset for this user; nil is that one, and charset.UTF8
	// none.
	Charset *charset.Charset

	// Can says what the user may do; the zero value is to read.
	Can Permissions

	// Security is what is demanded of this user's connections, besides what the
	// listener demands of all.
	Security Security

	// NeedAccount are those of the rights in Can that the user gets only when Acct
	// has taken what ACCT says; until then STOR and its like are answered 532
	// (RFC 959, 4.1.1). It counts for nothing if Acct is nil.
	NeedAccount Permissions

	// Acct checks the account that the user names after login, for NeedAccount.
	// ErrLogin is a wrong one; any other error is as one of Config.Login.
	Acct func(ctx context.Context, account string) error

	// Welcome is the text of the 230 reply; it may have several lines. Empty is
	// a short one.
	Welcome string

	// Close, if not nil, is called exactly once, when the user has logged out
	// and the last transfer has ended.
	Close func()
}

// Permissions is a set of rights. Reading and listing are always allowed: give
// a user an FS that holds nothing else to see.
type Permissions uint16

const (
	// CanWrite stores new files and makes directories.
	CanWrite Permissions = 1 << iota
	// CanOverwrite replaces, appends to and resumes files that exist, and
	// renames onto them.
	CanOverwrite
	// CanDelete deletes files and directories.
	CanDelete
	// CanRename renames.
	CanRename
	// CanSetAttr sets times and modes.
	CanSetAttr
	// CanChown sets owners and groups. Whether it is possible is for the system to
	// say; most let root alone.
	CanChown
	// CanSeeSessions sees who else is connected, and what they do (SITE WHO).
	CanSeeSessions

	// ReadOnly is the zero value.
	ReadOnly Permissions = 0
	// ReadWrite is all rights over files but CanChown.
	ReadWrite = CanWrite | CanOverwrite | CanDelete | CanRename | CanSetAttr
)

// Has reports whether p includes all of want.
func (p Permissions) Has(want Permissions) bool { return p&want == want }
