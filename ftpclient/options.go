package ftpclient

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage/charset"
)

// Options says how to connect. A nil *Options is the zero Options, which logs in
// anonymously. Options are not changed once they are in use.
type Options struct {
	User     string // "": anonymous
	Password string // of anonymous: "ferry@" if empty
	Account  string // given by ACCT when the server asks for one, else right after login

	// Challenge, if not nil, is asked for the password where the server sends a
	// challenge first (336; RFC 2228, 5). text is what it says. Without Challenge
	// such a login fails with a *ReplyError that shows the text.
	Challenge func(ctx context.Context, text string) (password string, err error)

	// VirtualHost is the host that the server is to be, by HOST before the login
	// (RFC 7151), for a server that is several. It is a domain name in ASCII or an
	// address, without a port. Empty is the name by which the server is reached (RFC
	// 7151, 3.2.2), and none if that is an address. A server without HOST is used as it
	// is. NoVirtualHost sends no HOST where VirtualHost is empty.
	VirtualHost   string
	NoVirtualHost bool

	// Lang is the language that replies should be in, as in "zh-CN" (LANG;
	// RFC 2640, 4). A server that does not have it is used as it is.
	Lang string

	// Mount is the tree that is mounted after login (SMNT; RFC 959, 4.1.1). A
	// server that refuses fails the login.
	Mount string

	// Root is the directory that a Client's names are relative to, as a path on
	// the server. Empty is the one after login.
	Root string

	// Charset is what names on the server are in, as GBK or windows-1251; the names of
	// a Client are then in UTF-8. Names that are not of the charset are kept. nil,
	// and charset.UTF8, take names as the octets that they are.
	//
	// A server that lists UTF8 in FEAT (RFC 2640, 3.2) is asked for UTF-8 instead.
	// New names are then in UTF-8, and only what is not UTF-8 is taken for Charset.
	// NoUTF8 prevents that, for a server that lists it and does nothing of the kind.
	//
	// Do, and a Conn, send octets as they are.
	Charset *charset.Charset
	NoUTF8  bool

	// Params are the type, structure and mode of the transfers of files (RFC 959,
	// 3). What is zero in them is as most programs have it: type I, format N, file
	// structure, stream mode. A server that refuses one of them refuses the
	// transfer; the *ReplyError names it.
	//
	// With types A and E the line end of the files on this side is LF. A mode that
	// is not zero is used for every file; where it is zero, ReadFiles may use
	// another, if the server is known to have it. Level 0 leaves it to each side
	// how hard it compresses in mode Z.
	Params ftp.Params

	Page ftp.CodePage // of type E

	// MarkerEvery is the number of a file's octets between the restart markers in
	// an upload in block and compressed mode; 0 is 1 MiB, negative sends none.
	MarkerEvery int64

	Security Security // whether connections are protected; zero is where the server can
	TLS      TLS      // and how

	// Proxy, if not nil, is the machine through which all connections are made.
	Proxy *Proxy

	Data        DataMode
	ActivePorts [2]uint16  // first and last port to listen on in active mode; zero any
	ActiveAddr  netip.Addr // what PORT and EPRT say, where a NAT has another address outside; zero the own
	Local       netip.Addr // source address of all connections; zero any
	LocalPorts  [2]uint16  // first and last source port of all connections that are made from here; zero any

	Timeout   time.Duration // for connecting and for each reply; 0 is 60 s, negative none
	Stall     time.Duration // for a data connection on which no octet moves; 0 is 5 min, negative none
	KeepAlive time.Duration // between TCP keep-alive probes on the control connection; 0 is 30 s, negative none

	// MaxConns is the number of connections that a Client has at most; 0 is 4. A
	// server that takes fewer is asked for another one after half a minute at the
	// earliest.
	MaxConns int

	// MaxListing is where the listing of a directory becomes too long, in octets
	// (ErrListing). 0 is 4 GiB.
	MaxListing int64

	// Location is the zone of the times in LIST, which do not say. With nil it is
	// found out where the server has nothing better than LIST, by asking for the time of a
	// file or two with MDTM, and else UTC.
	Location *time.Location

	// Net makes all connections and listeners; nil is the operating system's.
	Net Network

	// Trace, if not nil, is given the dialogue, secrets masked. It may be called
	// from several goroutines at once and must not block.
	Trace func(TraceEvent)

	// Log gets what is learnt about the server: what it refuses, what is used
	// instead, what of it is odd. nil discards it.
	Log *slog.Logger
}

// DataMode says who makes the data connections.
type DataMode uint8

const (
	// DataAuto tries EPSV, then PASV, then PORT or EPRT. Where the server has
	// neither EPSV nor PASV and says that it has SPSV or LPSV, those come before
	// PORT.
	DataAuto DataMode = iota
	// DataPassive has the client connect: EPSV, then PASV, SPSV and LPSV.
	DataPassive
	// DataActive has the server connect: PORT or EPRT, or else LPRT.
	DataActive
	// DataEPSVAll is EPSV alone, and has the client promise so after login
	// (EPSV ALL; RFC 2428, 4): a NAT on the way then need not look into the
	// dialogue. A server that refuses the promise fails the login.
	DataEPSVAll
	// DataSPSV is SPSV alone, which names the port and no address.
	DataSPSV
	// DataLPSV is LPSV alone (RFC 1639).
	DataLPSV
	// DataLPRT is LPRT alone (RFC 1639).
	DataLPRT
	// DataEPSV is EPSV alone, without the promise of DataEPSVAll.
	DataEPSV
	// DataPASV is PASV alone.
	DataPASV
)

// Network makes connections. It is implemented by the operating system and, in
// tests, by memory.
type Network interface {
	// Listen opens a TCP listener on the local address; ctx bounds the set-up
	// alone.
	Listen(ctx context.Context, network, address string) (net.Listener, error)
	// Dial connects from the local address (nil: any) to address.
	Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error)
}

// TraceEvent is a line sent, a reply received, or a connection that is protected from
// now on.
type TraceEvent struct {
	Conn  int       // number of the control connection, from 1
	At    time.Time //
	Sent  bool      // by the client
	Line  string    // if Sent, the command, secrets masked; else a line that belongs to no reply
	Reply ftp.Reply // zero if there is a Line

	// TLS is how the connection is protected; nil for lines and replies. It is that of
	// a data connection if Data is set.
	TLS  *tls.ConnectionState
	Data bool
}

const (
	defaultTimeout   = time.Minute
	defaultStall     = 5 * time.Minute
	defaultKeepAlive = 30 * time.Second
	defaultMaxConns  = 4
	defaultMarkers   = 1 << 20
	defaultListing   = 4 << 30
)

// settings are Options with the defaults filled in. A time of zero is no limit.
type settings struct {
	Options
	addr string // host:port of the control connection; of the proxy, if that speaks FTP
	host string // likewise

	target string // host:port of the server, whatever is on the way
}

func newSettings(addr string, o *Options) settings {
	s := settings{addr: addr}
	if o != nil {
		s.Options = *o
	}
	if host, _, err := net.SplitHostPort(addr); err == nil {
		s.host = host
	} else {
		s.host = trimBrackets(addr)
		s.addr = net.JoinHostPort(s.host, "21")
	}
	s.target = s.addr
	if s.User == "" {
		s.User = "anonymous"
		if s.Password == "" {
			s.Password = "ferry@"
		}
	}
	s.Timeout = limit(s.Timeout, defaultTimeout)
	s.Stall = limit(s.Stall, defaultStall)
	s.KeepAlive = limit(s.KeepAlive, defaultKeepAlive)
	if s.MaxConns <= 0 {
		s.MaxConns = defaultMaxConns
	}
	if s.MaxListing <= 0 {
		s.MaxListing = defaultListing
	}
	switch {
	case s.MarkerEvery == 0:
		s.MarkerEvery = defaultMarkers
	case s.MarkerEvery < 0:
		s.MarkerEvery = 0
	}
	if s.Net == nil {
		s.Net = systemNetwork{}
	}
	if s.LocalPorts[0] != 0 {
		s.Net = &ranged{Network: s.Net, lo: s.LocalPorts[0], hi: max(s.LocalPorts[0], s.LocalPorts[1])}
	}
	switch {
	case s.Proxy.tunnels():
		s.Net = &tunnel{Network: s.Net, p: s.Proxy}
	case s.Proxy != nil:
		s.addr = s.Proxy.Addr
		s.host, _, _ = net.SplitHostPort(s.addr)
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	return s
}

func trimBrackets(host string) string {
	if n := len(host); n > 1 && host[0] == '[' && host[n-1] == ']' {
		return host[1 : n-1]
	}
	return host
}

// limit returns d, the default for 0, and 0, which is no limit, for a negative d.
func limit(d, def time.Duration) time.Duration {
	switch {
	case d == 0:
		return def
	case d < 0:
		return 0
	}
	return d
}

// local is the local address to connect from; nil is any.
func (s *settings) local() net.Addr {
	if !s.Local.IsValid() {
		return nil
	}
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(s.Local, 0))
}

// connecting returns a context that ends after the time limit of a connection
// being made.
func (s *settings) connecting(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.Timeout == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, s.Timeout)
}
