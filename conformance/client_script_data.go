package conformance

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// listen answers PASV and EPSV.
func (c *scriptConn) listen(verb, arg string) {
	if strings.EqualFold(arg, "ALL") {
		c.say("200 Fine.")
		return
	}
	port, err := c.openPassive()
	self := addrPortOf(c.tcp.LocalAddr()).Addr()
	switch {
	case err != nil:
		c.say("425 " + clientText(err.Error()))
	case verb == "EPSV":
		c.say("229 Entering Extended Passive Mode " + ftp.FormatExtendedPassive(port))
	case !self.Is4():
		c.say("425 This is IPv6: EPSV.")
	default:
		c.say("227 Entering Passive Mode (" + ftp.FormatHostPort(netip.AddrPortFrom(self, port)) + ")")
	}
}

// openPassive listens for a data connection and returns the port.
func (c *scriptConn) openPassive() (uint16, error) {
	c.closePassive()
	self := addrPortOf(c.tcp.LocalAddr()).Addr()
	ln, err := c.srv.st.run.o.Net.Listen(c.srv.st.ctx, "tcp", netip.AddrPortFrom(self, 0).String())
	if err != nil {
		return 0, err
	}
	c.srv.st.keep(ln)
	c.passive, c.active = ln, netip.AddrPort{}
	return addrPortOf(ln.Addr()).Port(), nil
}

func (c *scriptConn) closePassive() {
	if c.passive != nil {
		c.srv.st.drop(c.passive)
		c.passive = nil
	}
}

// port answers PORT and EPRT.
func (c *scriptConn) port(verb, arg string) {
	read := ftp.ParseHostPort
	if verb == "EPRT" {
		read = ftp.ParseExtended
	}
	ap, err := read(arg)
	if err != nil {
		c.say("501 That is no address.")
		return
	}
	c.closePassive()
	c.active = ap
	c.say("200 Fine.")
}

// comes reports whether the client connects to where the server listens, without being
// told 150. In active mode there is nothing to wait for.
func (c *scriptConn) comes(within time.Duration) bool {
	ln, ok := c.passive.(interface {
		net.Listener
		SetDeadline(time.Time) error
	})
	if !ok {
		return true
	}
	ln.SetDeadline(time.Now().Add(within))
	conn, err := ln.Accept()
	ln.SetDeadline(time.Time{})
	c.early = conn
	return err == nil
}

// errNoScriptData reports a client that asks for data without saying where.
var errNoScriptData = errors.New("there is no data connection")

// open makes the data connection that was agreed on, under TLS if it has to be.
func (c *scriptConn) open() (net.Conn, error) {
	st := c.srv.st
	var conn net.Conn
	var err error
	switch {
	case c.early != nil:
		conn, c.early = c.early, nil
		c.closePassive()
	case c.passive != nil:
		conn, err = c.passive.Accept()
		c.closePassive()
	case c.active.IsValid():
		conn, err = st.run.o.Net.Dial(st.ctx, "tcp", nil, c.active.String())
		c.active = netip.AddrPort{}
	default:
		return nil, errNoScriptData
	}
	if err != nil {
		return nil, err
	}
	st.keep(conn)
	return c.opened(conn)
}

// opened notes a data connection, and protects it.
func (c *scriptConn) opened(conn net.Conn) (net.Conn, error) {
	s := c.srv
	remote := addrPortOf(conn.RemoteAddr())
	s.mu.Lock()
	s.datas++
	n := s.datas
	if len(s.seen) > 0 {
		s.seen[len(s.seen)-1].family = 6
		if remote.Addr().Is4() {
			s.seen[len(s.seen)-1].family = 4
		}
	}
	s.mu.Unlock()
	name := fmt.Sprintf("data %d%s", n, s.name)
	s.st.note(name, Happened, "connected with "+remote.String())
	if c.prot != 'P' {
		return &scriptData{Conn: conn, srv: s, name: name}, nil
	}
	t := tls.Server(conn, s.secure)
	if err := t.HandshakeContext(s.st.ctx); err != nil {
		s.st.note(name, Happened, "the TLS handshake failed: "+clientText(err.Error()))
		s.st.drop(conn)
		return nil, err
	}
	s.st.note(name, Happened, tls.VersionName(t.ConnectionState().Version)+" begins")
	return &scriptData{Conn: t, tcp: conn, srv: s, name: name}, nil
}

// scriptData is a data connection, which is noted when it ends.
type scriptData struct {
	net.Conn
	tcp   net.Conn // below TLS; nil in the clear
	srv   *scriptServer
	name  string
	moved int
}

func (d *scriptData) Read(p []byte) (int, error) {
	n, err := d.Conn.Read(p)
	d.moved += n
	return n, err
}

func (d *scriptData) Write(p []byte) (int, error) {
	n, err := d.Conn.Write(p)
	d.moved += n
	return n, err
}

func (d *scriptData) Close() error {
	err := d.Conn.Close()
	d.end("closed")
	return err
}

// cut ends it without the last word of TLS.
func (d *scriptData) cut() {
	d.tcp.Close()
	d.end("closed without close_notify")
}

func (d *scriptData) end(how string) {
	d.srv.st.note(d.name, Happened, fmt.Sprintf("%s, after %d octets", how, d.moved))
	d.srv.st.drop(cmp.Or(d.tcp, d.Conn))
}

// transfer answers what needs a data connection.
func (c *scriptConn) transfer(verb, arg string) bool {
	switch verb {
	case "RETR":
		c.retrieve(arg)
	case "STOR", "APPE", "STOU":
		c.store(verb, arg)
	case "LIST", "NLST", "MLSD":
		c.list(verb, arg)
	default:
		return false
	}
	return true
}

// retrieve answers RETR.
func (c *scriptConn) retrieve(arg string) {
	s := c.srv
	s.mu.Lock()
	f, there := s.files[c.path(arg)]
	s.mu.Unlock()
	if !there || f.folder {
		c.say("550 There is no such file.")
		return
	}
	octets := f.octets
	if n, err := strconv.Atoi(c.rest); err == nil && c.mode == 'S' && 0 < n && n <= len(octets) {
		octets = octets[n:]
	}
	if c.typ == 'A' {
		octets = strings.ReplaceAll(octets, "\n", "\r\n")
	}
	c.give(octets)
}

// give sends octets over a data connection, with the replies around them.
func (c *scriptConn) give(octets string) {
	c.say("150 Here it comes.")
	const done = "226 That was it."
	d, err := c.open()
	if err != nil && c.srv.blind {
		c.say(done)
		return
	}
	if err != nil {
		c.say("425 No data connection: " + clientText(err.Error()))
		return
	}
	final := done
	if c.srv.send != nil {
		final = c.srv.send(c, d, []byte(octets))
	} else {
		if c.mode == 'B' {
			octets = scriptBlock(0x40, octets)
		}
		io.WriteString(d, octets)
		d.Close()
	}
	c.rest = ""
	if final != "" {
		c.say(final)
	}
}

// scriptBlock writes a block of block mode (RFC 959, 3.4.2). octets of more than 65535
// become several.
func scriptBlock(descriptor byte, octets string) string {
	var b strings.Builder
	for len(octets) > 0xffff {
		b.WriteString("\x00\xff\xff" + octets[:0xffff])
		octets = octets[0xffff:]
	}
	return b.String() + string([]byte{descriptor, byte(len(octets) >> 8), byte(len(octets))}) + octets
}

// maxScriptFile is how much of an upload is kept.
const maxScriptFile = 1 << 20

// store answers the uploads.
func (c *scriptConn) store(verb, arg string) {
	p := c.path(arg)
	if verb == "STOU" {
		p = path.Join(c.cwd, "unique.1")
		c.say("150 FILE: unique.1")
	} else {
		c.say("150 Go ahead.")
	}
	d, err := c.open()
	if err != nil {
		c.say("425 No data connection: " + clientText(err.Error()))
		return
	}
	var b strings.Builder
	_, err = io.Copy(&b, io.LimitReader(d, maxScriptFile))
	io.CopyN(io.Discard, d, 64*maxScriptFile) // all of it, or so much that it is not worth it
	d.Close()
	if err != nil {
		c.say("426 The data connection has failed.")
		return
	}
	c.srv.mu.Lock()
	c.srv.stored[p] = b.String()
	c.srv.files[p] = scriptFile{octets: b.String(), time: scriptTime}
	c.srv.mu.Unlock()
	c.say("226 That was it.")
}

// list answers the listings.
func (c *scriptConn) list(verb, arg string) {
	for strings.HasPrefix(arg, "-") { // options of ls
		_, arg, _ = strings.Cut(arg, " ")
	}
	folder := c.path(arg)
	var b strings.Builder
	for _, name := range c.srv.names(folder) {
		c.srv.mu.Lock()
		f := c.srv.files[path.Join(folder, name)]
		c.srv.mu.Unlock()
		switch verb {
		case "NLST":
			b.WriteString(name)
		case "MLSD":
			b.WriteString(f.facts() + " " + name)
		default:
			b.WriteString(f.line(name))
		}
		b.WriteString("\r\n")
	}
	c.giveList(b.String())
}

// line is a line of LIST.
func (f scriptFile) line(name string) string {
	kind := "-rw-r--r--"
	if f.folder {
		kind = "drwxr-xr-x"
	}
	return fmt.Sprintf("%s   1 owner    group    %8d Dec 31  1999 %s", kind, len(f.octets), name)
}

// giveList sends a listing, which is in stream mode as any is.
func (c *scriptConn) giveList(text string) {
	c.say("150 Here it comes.")
	d, err := c.open()
	if err != nil {
		c.say("425 No data connection: " + clientText(err.Error()))
		return
	}
	if c.mode == 'B' {
		text = scriptBlock(0x40, text)
	}
	io.WriteString(d, text)
	d.Close()
	c.say("226 That was it.")
}
