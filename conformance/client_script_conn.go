package conformance

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/netip"
	"path"
	"strings"
	"time"
)

// scriptConn is a control connection of a scripted server.
type scriptConn struct {
	srv  *scriptServer
	n    int
	name string
	conn net.Conn // what is written to: TCP, or TLS on it
	tcp  net.Conn
	r    *bufio.Reader
	over bool // close behind this command

	user     string
	loggedIn bool
	cwd      string
	typ      byte
	mode     byte
	prot     byte
	rest     string
	known    bool // the password was right, and an account is still wanted
	passive  net.Listener
	early    net.Conn // accepted from passive already
	active   netip.AddrPort

	wire []byte // of the line that is being read
}

func newScriptConn(s *scriptServer, conn net.Conn, n int, name string) *scriptConn {
	c := &scriptConn{srv: s, n: n, name: name, conn: conn, tcp: conn, cwd: s.home, typ: 'A', mode: 'S', prot: 'C'}
	c.r = bufio.NewReader(conn)
	return c
}

func (c *scriptConn) note(way Way, text string) { c.srv.st.note(c.name, way, text) }

// run holds the dialogue until one side ends it.
func (c *scriptConn) run() {
	if c.srv.greet != nil {
		c.srv.greet(c)
	} else {
		c.say("220 Ready.")
	}
	for lines := 0; !c.over; {
		line, err := c.readLine()
		if lines++; err == nil && lines > maxScriptLines {
			err = errScriptFlood
		}
		if err != nil {
			if err == errScriptLine || err == errScriptFlood {
				c.note(Happened, err.Error())
			}
			return
		}
		verb, arg, _ := strings.Cut(line, " ")
		verb = strings.ToUpper(verb)
		shown := line
		if verb == "PASS" || verb == "ACCT" {
			shown = verb + " ***"
		}
		c.note(Received, clientText(shown))
		c.record(verb, arg)
		if f := c.srv.on[verb]; f != nil {
			f(c, arg)
		} else {
			c.usual(verb, arg)
		}
	}
}

// record keeps the command for the verdict.
func (c *scriptConn) record(verb, arg string) {
	s := c.srv
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.seen) < maxDialogue {
		_, secure := c.conn.(*tls.Conn)
		s.seen = append(s.seen, scriptCommand{conn: c.n, verb: verb, arg: arg, wire: string(c.wire), path: c.path(arg),
			typ: c.typ, mode: c.mode, prot: c.prot, tls: secure})
	}
}

// path is what the argument of a command comes to. Options of listings are left out.
func (c *scriptConn) path(arg string) string {
	if strings.HasPrefix(arg, "/") {
		return path.Clean(arg)
	}
	return path.Join(c.cwd, arg)
}

// The octets of Telnet (RFC 854).
const (
	telnetSE   = 240 // the first of the commands
	telnetWILL = 251
	telnetDONT = 254
	telnetIAC  = 255
)

// readLine reads a command up to LF, undoes CR NUL and IAC IAC, and takes out other
// commands of Telnet. What came word for word is in c.wire.
func (c *scriptConn) readLine() (string, error) {
	var line []byte
	c.wire = c.wire[:0]
	for {
		b, err := c.octet()
		if err != nil {
			return "", err
		}
		switch b {
		case '\n':
			c.wire = c.wire[:len(c.wire)-1]
			if n := len(c.wire); n > 0 && c.wire[n-1] == '\r' {
				c.wire = c.wire[:n-1]
				line = line[:len(line)-1]
			}
			return string(line), nil
		case 0:
			if n := len(line); n == 0 || line[n-1] != '\r' {
				line = append(line, b)
			}
			continue
		case telnetIAC:
			if b, err = c.octet(); err != nil {
				return "", err
			}
			switch {
			case b == telnetIAC:
			case telnetWILL <= b && b <= telnetDONT:
				if _, err = c.octet(); err != nil {
					return "", err
				}
				continue
			case b >= telnetSE:
				continue
			default: // the command was sent as urgent data, and has gone another way
			}
		}
		line = append(line, b)
	}
}

// maxScriptLines is how many commands are taken on one connection.
const maxScriptLines = 1000

// maxScriptRaw is how much of what came is kept as it was.
const maxScriptRaw = 256 << 10

func (c *scriptConn) octet() (byte, error) {
	b, err := c.r.ReadByte()
	if err != nil {
		return 0, err
	}
	if c.wire = append(c.wire, b); len(c.wire) > 64<<10 {
		return 0, errScriptLine
	}
	s := c.srv
	s.mu.Lock()
	if len(s.raw) < maxScriptRaw {
		s.raw = append(s.raw, b)
	}
	s.mu.Unlock()
	return b, nil
}

// say sends lines, each with CR LF.
func (c *scriptConn) say(lines ...string) {
	c.raw(strings.Join(lines, "\r\n") + "\r\n")
}

// raw sends octets as they are.
func (c *scriptConn) raw(octets string) {
	for line := range strings.SplitSeq(strings.TrimSuffix(octets, "\r\n"), "\r\n") {
		c.note(Sent, clientText(line))
	}
	if c.srv.write != nil {
		c.srv.write(c, octets)
		return
	}
	io.WriteString(c.conn, octets)
}

// hangUp closes the connection behind the command that is being answered.
func (c *scriptConn) hangUp() { c.over = true }

// pause lets time pass, in which the client may do something wrong.
func (c *scriptConn) pause(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-c.srv.st.ctx.Done():
	case <-t.C:
	}
}

// silent reports whether nothing comes from the client for a while.
func (c *scriptConn) silent(d time.Duration) bool {
	c.tcp.SetReadDeadline(time.Now().Add(d))
	_, err := c.r.Peek(1)
	c.tcp.SetReadDeadline(time.Time{})
	return err != nil
}

// private begins TLS on the control connection. Octets that came ahead are lost.
func (c *scriptConn) private() {
	t := tls.Server(c.tcp, c.srv.secure)
	if err := t.HandshakeContext(c.srv.st.ctx); err != nil {
		c.note(Happened, "the TLS handshake failed: "+clientText(err.Error()))
		c.hangUp()
		return
	}
	c.note(Happened, tls.VersionName(t.ConnectionState().Version)+" begins")
	c.conn, c.r = t, bufio.NewReader(t)
}
