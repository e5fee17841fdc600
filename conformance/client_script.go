package conformance

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// scriptServer is a server that is like any other, but for what an item has put in the
// place of its manners before start. It bears how different clients go about things:
// with or without CWD, SIZE, a listing first.
type scriptServer struct {
	st   *clientStage
	name string // "" or, of the second of two, " of the second server"

	greet func(c *scriptConn)                                   // nil: 220
	on    map[string]func(c *scriptConn, arg string)            // commands by their verb, in capitals; nil has it as usual
	feats []string                                              // lines of FEAT; nil: it answers 500
	send  func(c *scriptConn, d net.Conn, octets []byte) string // the data of RETR; returns the final reply. nil: all, and 226
	write func(c *scriptConn, octets string)                    // how replies are written; nil: in one go
	blind bool                                                  // a file counts as sent although there is no data connection

	home  string                // where the login leads
	files map[string]scriptFile // by absolute path

	lns    []net.Listener
	addr   netip.AddrPort // of the first listener
	secure *tls.Config    // nil: there is no TLS

	mu     sync.Mutex
	seen   []scriptCommand
	stored map[string]string
	raw    []byte // all that came on the control connections in the clear or below TLS, up to a bound
	conns  int
	datas  int
}

// scriptFile is a file, or a folder.
type scriptFile struct {
	octets string
	folder bool
	time   time.Time
}

// scriptCommand is a command that has come.
type scriptCommand struct {
	conn      int
	verb, arg string // the verb in capitals; the argument as octets, CR NUL and IAC undone
	wire      string // the line as it came, without CR LF
	path      string // what arg comes to as a path, for commands that have one
	typ       byte   // in force when it came: TYPE
	mode      byte   // MODE
	prot      byte   // PROT
	tls       bool   // it came under TLS
	family    int    // of the data connection that was made for it; 4 or 6, 0 none
}

// The login that the server takes.
const (
	scriptUser     = "tester"
	scriptPassword = "open-sesame"
	scriptAccount  = "ledger"
)

// newScript returns a server that is not started yet.
func (st *clientStage) newScript() *scriptServer {
	s := &scriptServer{
		st:   st,
		on:   make(map[string]func(*scriptConn, string)),
		home: "/",
		feats: []string{"EPSV", "EPRT", "PASV", "REST STREAM", "SIZE", "MDTM", "MLST type*;size*;modify*;",
			"UTF8", "TVFS"},
		files:  make(map[string]scriptFile),
		stored: make(map[string]string),
	}
	return s
}

// scriptTime is the time of all files.
var scriptTime = time.Date(1999, 12, 31, 23, 59, 58, 0, time.UTC)

// file puts a file there. path is absolute.
func (s *scriptServer) file(path, octets string) {
	s.files[path] = scriptFile{octets: octets, time: scriptTime}
}

// folder puts a folder there.
func (s *scriptServer) folder(path string) {
	s.files[path] = scriptFile{folder: true, time: scriptTime}
}

// offerTLS has the server offer AUTH TLS.
func (s *scriptServer) offerTLS() {
	s.secure = s.st.run.cert.config()
	s.feats = append(s.feats, "AUTH TLS", "PBSZ", "PROT")
}

// start listens on 127.0.0.1, or at the addresses given.
func (s *scriptServer) start(at ...string) error {
	if len(at) == 0 {
		at = []string{"127.0.0.1:0"}
	}
	for _, a := range at {
		if err := s.listen(a); err != nil {
			return err
		}
	}
	return nil
}

func (s *scriptServer) listen(at string) error {
	ln, err := s.st.run.o.Net.Listen(s.st.ctx, "tcp", at)
	if err != nil {
		return err
	}
	s.st.keep(ln)
	s.mu.Lock()
	s.lns = append(s.lns, ln)
	if len(s.lns) == 1 {
		s.addr = addrPortOf(ln.Addr())
	}
	s.mu.Unlock()
	s.st.all.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.conns++
			n := s.conns
			s.mu.Unlock()
			if n > maxScriptConns {
				conn.Close()
				continue
			}
			s.st.keep(conn)
			s.st.all.Go(func() { s.serve(conn, n) })
		}
	})
	return nil
}

// maxScriptConns is how many control connections a client may make in one item.
const maxScriptConns = 100

// serve runs a control connection.
func (s *scriptServer) serve(conn net.Conn, n int) {
	name := "control"
	if n > 1 {
		name = fmt.Sprintf("control %d", n)
	}
	c := newScriptConn(s, conn, n, name+s.name)
	defer s.st.drop(conn)
	c.note(Happened, "connected from "+conn.RemoteAddr().String())
	c.run()
	c.closePassive()
	c.note(Happened, "closed")
}

// all returns the commands that have come, by verb; without one, all.
func (s *scriptServer) all(verbs ...string) (list []scriptCommand) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.seen {
		if len(verbs) == 0 {
			list = append(list, c)
		}
		for _, v := range verbs {
			if c.verb == v {
				list = append(list, c)
			}
		}
	}
	return list
}

// saw reports whether a command has come.
func (s *scriptServer) saw(verb string) bool { return len(s.all(verb)) > 0 }

// clear forgets the commands, before the next job.
func (s *scriptServer) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen, s.raw = nil, nil
}

// connected says whether the client has come at all, which is the first thing to be
// wrong.
func (s *scriptServer) connected(o Outcome) ruling {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.conns > 0:
		return rulePassed
	case o.Err != nil:
		return ruleFailed("the client has not connected: %s", said(o))
	}
	return ruleFailed("the client has not connected")
}

// server returns how a job reaches the server.
func (s *scriptServer) server(remote string) Server {
	return s.serverAt(s.addr.Addr().String(), remote)
}

func (s *scriptServer) serverAt(host, remote string) Server {
	v := Server{Host: host, Port: s.addr.Port(), User: scriptUser, Password: scriptPassword, Remote: remote}
	v.URL = scriptURL(host, v.Port, remote)
	return v
}

// scriptURL writes a URL (RFC 1738, 3.2).
func scriptURL(host string, port uint16, remote string) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return fmt.Sprintf("ftp://%s:%d/%s", host, port, escapePath(remote))
}

// escapePath percent-encodes all but what is unreserved (RFC 3986, 2.3), and slashes.
func escapePath(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~/", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func addrPortOf(a net.Addr) netip.AddrPort {
	if t, ok := a.(*net.TCPAddr); ok {
		ap := t.AddrPort()
		return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
	}
	return netip.AddrPort{}
}

// errScriptFlood reports a client that does not stop sending commands, errScriptLine one
// that sends a line without end.
var (
	errScriptFlood = errors.New("the client sends more than 1000 commands, and is cut off")
	errScriptLine  = errors.New("the client sends a line of more than 64 KiB, and is cut off")
)
