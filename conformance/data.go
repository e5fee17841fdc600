package conformance

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// transfer is a data connection, and the transfer it is for.
type transfer struct {
	*control
	label string   // in the dialogue
	line  string   // the command
	first reply    // the preliminary one
	data  net.Conn // what is spoken over
	tcp   net.Conn // what lies beneath
	came  int      // octets, by arriving
}

// mostData is how many octets the checker takes from a data connection, if the item
// says nothing else.
const mostData = 16 << 20

// host is the server's address, of the control connection.
func (c *control) host() netip.Addr { return addrPort(c.raw.RemoteAddr()).Addr().Unmap() }

// local is the checker's address, of the control connection.
func (c *control) local() netip.Addr { return addrPort(c.raw.LocalAddr()).Addr().Unmap() }

func addrPort(a net.Addr) netip.AddrPort {
	if tcp, ok := a.(*net.TCPAddr); ok {
		return tcp.AddrPort()
	}
	return netip.AddrPort{}
}

// passive has the server listen, by PASV or over IPv6 by EPSV, and returns where: the
// port that it says, on the host of the control connection.
func (c *control) passive() netip.AddrPort {
	if c.host().Is4() {
		r := c.want("PASV", 227)
		ap, err := ftp.ParsePassive(r.text())
		c.must(err, "reading "+r.String())
		return netip.AddrPortFrom(c.host(), ap.Port())
	}
	r := c.want("EPSV", 229)
	ap, err := ftp.ParseExtendedPassive(r.text())
	c.must(err, "reading "+r.String())
	return netip.AddrPortFrom(c.host(), ap.Port())
}

// dialData connects to where the server listens.
func (c *control) dialData(to netip.AddrPort) net.Conn {
	conn, err := c.tryData(to, netip.Addr{})
	c.must(err, fmt.Sprintf("connecting to the data port %v", to))
	return conn
}

// tryData is dialData for items that want it to fail, from an address of this machine
// if that is valid.
func (c *control) tryData(to netip.AddrPort, from netip.Addr) (net.Conn, error) {
	conn, err := c.connectTCP(to.String(), from)
	if err != nil {
		c.note(c.name, "connecting to %v fails: %v", to, err)
		return nil, err
	}
	c.finally(func() { conn.Close() })
	return conn, nil
}

// listen has the checker listen for a connection from the server. The command is the
// PORT, or over IPv6 the EPRT, that says so, and has not been sent.
func (c *control) listen() (ln net.Listener, command string) {
	ln, err := c.target.Net.Listen(c.ctx, "tcp", net.JoinHostPort(c.local().String(), "0"))
	c.must(err, "listening for the data connection")
	c.finally(func() { ln.Close() })
	ap := netip.AddrPortFrom(c.local(), addrPort(ln.Addr()).Port())
	if ap.Addr().Is4() {
		return ln, "PORT " + ftp.FormatHostPort(ap)
	}
	return ln, "EPRT " + ftp.FormatExtended(ap)
}

// accept waits for the server's connection.
func (c *control) accept(ln net.Listener) net.Conn {
	conn, err := c.tryAccept(ln, c.target.ReplyTime)
	if isTimeout(err) {
		// What it says instead of connecting tells more than that it does not.
		if r, err := c.next(100 * time.Millisecond); err == nil {
			c.fail("the server has not connected to the data port within %v; its reply to %s is %s", c.target.ReplyTime, short(c.last), r)
		}
	}
	c.must(err, "waiting for the server to connect to the data port")
	return conn
}

// tryAccept is accept for items that want it to fail.
func (c *control) tryAccept(ln net.Listener, within time.Duration) (net.Conn, error) {
	if d, ok := ln.(interface{ SetDeadline(time.Time) error }); ok {
		d.SetDeadline(c.patience(within))
	}
	defer context.AfterFunc(c.ctx, func() { ln.Close() })()
	conn, err := ln.Accept()
	if err == nil {
		c.finally(func() { conn.Close() })
	}
	return conn, err
}

// begin opens a data connection in passive mode and begins a transfer on it, which the
// server must answer 150 or 125. Where PROT P holds, TLS begins.
func (c *control) begin(line string) *transfer {
	conn := c.dialData(c.passive())
	c.send(line)
	return c.opened(line, c.preliminary(line), conn)
}

// beginActive is begin with the server connecting.
func (c *control) beginActive(line string) *transfer {
	ln, command := c.listen()
	c.want(command, 200)
	c.send(line)
	// A server may connect before it answers, and after.
	conn := c.accept(ln)
	return c.opened(line, c.preliminary(line), conn)
}

// preliminary reads the 150 or 125 to a command.
func (c *control) preliminary(line string) reply { return c.expect(line, 150, 125) }

// opened makes a transfer of a command that was answered, and of its data connection.
func (c *control) opened(line string, first reply, conn net.Conn) *transfer {
	tr := c.on(conn)
	tr.line, tr.first = line, first
	if c.prot == 'P' {
		tr.secure()
	}
	return tr
}

// on makes a transfer of a data connection, on which nothing has begun.
func (c *control) on(conn net.Conn) *transfer {
	c.datas++
	tr := &transfer{control: c, label: fmt.Sprintf("data %d", c.datas), data: conn, tcp: conn}
	c.note(tr.label, "connection between %v and %v", conn.LocalAddr(), conn.RemoteAddr())
	return tr
}

// secure has TLS begin on the data connection, the checker being the TLS client.
func (tr *transfer) secure() {
	conn, err := tr.shake(tr.label, tr.tcp, tr.tls)
	tr.must(err, "the TLS handshake on the data connection")
	tr.data = conn
}

// read returns what the server sends until it closes the data connection.
func (tr *transfer) read() []byte {
	b, err := tr.tryRead()
	tr.must(err, "reading from the data connection")
	return b
}

// tryRead is read for items that want it to fail: what came is returned with the error.
func (tr *transfer) tryRead() ([]byte, error) { return tr.readAtMost(mostData) }

func (tr *transfer) readAtMost(most int) (b []byte, err error) {
	defer tr.interruptible(tr.tcp)()
	buf := make([]byte, 32<<10)
	for err == nil {
		tr.data.SetReadDeadline(tr.patience(tr.target.ReplyTime))
		if tr.ctx.Err() != nil {
			tr.data.SetReadDeadline(past)
		}
		var n int
		n, err = tr.data.Read(buf)
		if cap(b)-len(b) < n {
			b = slices.Grow(b, max(n, len(b))) // doubled: there may be much
		}
		if b = append(b, buf[:n]...); len(b) > most {
			err = fmt.Errorf("there is no end: %d octets so far", len(b))
		}
	}
	if len(b) > 0 {
		tr.log.add(time.Since(tr.began), tr.label, Received, string(b[:min(len(b), mostText)]))
	}
	if err == io.EOF {
		tr.note(tr.label, "closed by the server after %d octets", len(b))
		return b, nil
	}
	tr.note(tr.label, "after %d octets: %v", len(b), err)
	return b, err
}

// readFull returns the next n octets.
func (tr *transfer) readFull(n int) []byte {
	defer tr.interruptible(tr.tcp)()
	b := make([]byte, n)
	tr.data.SetReadDeadline(tr.patience(tr.target.ReplyTime))
	got, err := io.ReadFull(tr.data, b)
	if got > 0 {
		tr.log.add(time.Since(tr.began), tr.label, Received, string(b[:min(got, mostText)]))
	}
	tr.must(err, fmt.Sprintf("reading %d octets from the data connection", n))
	return b
}

// put sends octets.
func (tr *transfer) put(octets string) {
	tr.must(tr.tryPut(octets), "sending on the data connection")
}

// tryPut is put for items that want it to fail.
func (tr *transfer) tryPut(octets string) error {
	if octets == "" {
		return nil
	}
	tr.log.add(time.Since(tr.began), tr.label, Sent, octets[:min(len(octets), mostText)])
	for len(octets) > 0 {
		done := tr.sendable(tr.data, tr.tcp)
		n, err := io.WriteString(tr.data, octets[:min(len(octets), 64<<10)])
		done()
		if octets = octets[n:]; err != nil {
			tr.note(tr.label, "sending failed: %v", err)
			return err
		}
	}
	return nil
}

// close closes the data connection, TLS with a close_notify.
func (tr *transfer) close() {
	tr.note(tr.label, "closed by the checker")
	if secure, ok := tr.data.(*tls.Conn); ok {
		secure.CloseWrite()
		// Who closes with something unread resets the connection, and what he sent is lost.
		tr.tcp.SetReadDeadline(tr.patience(time.Second))
		if half, ok := tr.tcp.(interface{ CloseWrite() error }); ok {
			half.CloseWrite()
		}
		io.Copy(io.Discard, io.LimitReader(tr.tcp, 1<<20))
	}
	tr.data.Close()
	tr.tcp.Close()
}

// cut ends the data connection without what TLS has for that: a FIN, and no more. For
// who closes with something unread, as tickets are, sends a reset.
func (tr *transfer) cut() {
	tr.note(tr.label, "cut by the checker")
	if half, ok := tr.tcp.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		tr.tcp.SetReadDeadline(tr.patience(time.Second))
		io.Copy(io.Discard, io.LimitReader(tr.tcp, 1<<20))
	}
	tr.tcp.Close()
}

// end reads the final reply, which must be one of the codes: 226 or 250 if there are
// none.
func (tr *transfer) end(codes ...int) reply {
	if len(codes) == 0 {
		codes = []int{226, 250}
	}
	return tr.expect("the end of "+tr.line, codes...)
}

// refused sees that a command which would need a data connection is refused with one of the
// codes, before any 1yz.
func (c *control) refused(line string, codes ...int) reply {
	conn := c.dialData(c.passive())
	defer conn.Close()
	return c.want(line, codes...)
}
