package conformance

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// passiveChecks are those of PASV and LPSV.
var passiveChecks = map[string]check{
	"DCO-01": {needs: needLogin, try: func(t *trial) {
		c := t.login4()
		r := c.want("PASV", 227)
		if len(r.lines) != 1 {
			t.fail("PASV was answered with %d lines", len(r.lines))
		}
		if _, err := sixNumbers(r.text()); err != nil {
			t.fail("PASV was answered %s: %v", r, err)
		}
	}},
	"DCO-02": {needs: files, try: func(t *trial) {
		c := t.login4()
		content := strings.Repeat(octets(), 400)
		c.file("file", content)
		c.begin("RETR file").brings(content)
		c.alive()
	}},
	"DCO-03": {needs: files, try: passiveAddress},
	"DCO-04": {needs: files, try: func(t *trial) {
		c := t.login4()
		c.file("file", "content")
		c.want("PASV x", 501, 227)
		c.holds("file", "content")
		c.alive()
	}},
	"DCO-05": {needs: files, try: passiveTwice},
	"DCO-06": {needs: needLogin, try: passivePorts},
	"DCO-07": {needs: files, try: func(t *trial) {
		c := t.login4()
		c.file("file", "content")
		conn := c.dialData(c.passive())
		t.wait(100 * time.Millisecond) // the connection is there before the command
		c.send("RETR file")
		c.opened("RETR file", c.preliminary("RETR file"), conn).brings("content")
	}},
	"DCO-08": {needs: files, try: func(t *trial) {
		c := t.login4()
		c.file("file", "content")
		at := c.passive()
		c.send("RETR file")
		t.wait(time.Second)
		conn := c.dialData(at)
		c.opened("RETR file", c.preliminary("RETR file"), conn).brings("content")
	}},
	"DCO-09": {needs: files, takes: longestDataWait, try: func(t *trial) {
		c := t.login4()
		c.file("file", "content")
		c.passive()
		c.send("RETR file")
		r := c.replyWithin(longestDataWait + t.target.ReplyTime)
		if r.preliminary() {
			r = c.replyWithin(longestDataWait + t.target.ReplyTime)
		}
		c.judge("RETR without a data connection", r, 425)
		c.alive()
	}},
	"DCO-10": {needs: files, try: passiveForeign},
	"DCO-35": {needs: needLogin, state: IPv6, try: func(t *trial) {
		c := t.login()
		r := c.ask("PASV")
		if r.code/100 != 5 && !r.is(425) {
			t.fail("PASV over IPv6 was answered %s, not 5yz or 425: it can name no IPv6 address", r)
		}
		c.alive()
	}},
	"DCO-36": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("file", "content")
		r := c.want("LPSV", 228)
		at, err := ftp.ParseLongPassive(r.text())
		if err != nil {
			t.fail("LPSV was answered %s, in which there is no (af,hal,h1,...,pal,p1,p2)", r)
		}
		if at.Addr().Is4() != c.host().Is4() {
			t.fail("LPSV was answered %s, of another family than the control connection's", r)
		}
		conn := c.dialData(netip.AddrPortFrom(c.host(), at.Port()))
		c.send("RETR file")
		c.opened("RETR file", c.preliminary("RETR file"), conn).brings("content")
	}},
}

// longestDataWait is how long a server may wait for a data connection: vsftpd and ferry
// do so for a minute, and others as long as for the next command.
const longestDataWait = idleMost

// sixNumbers reads "h1,h2,h3,h4,p1,p2", which the text of 227 has from its first digit
// on (RFC 1123, 4.1.2.6).
func sixNumbers(text string) (netip.AddrPort, error) {
	begin := strings.IndexFunc(text, digit)
	if begin < 0 {
		return netip.AddrPort{}, fmt.Errorf("there is no number in it")
	}
	list := text[begin:]
	if end := strings.IndexFunc(list, func(r rune) bool { return r != ',' && !digit(r) }); end >= 0 {
		list = list[:end]
	}
	var n []byte
	for f := range strings.SplitSeq(list, ",") {
		octet, err := strconv.ParseUint(f, 10, 8)
		if err != nil {
			return netip.AddrPort{}, fmt.Errorf("%q is no number from 0 to 255", f)
		}
		n = append(n, byte(octet))
	}
	if len(n) != 6 {
		return netip.AddrPort{}, fmt.Errorf("there are %d numbers in it, not six", len(n))
	}
	port := uint16(n[4])<<8 | uint16(n[5])
	if port == 0 {
		return netip.AddrPort{}, fmt.Errorf("the port is 0")
	}
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte(n[:4])), port), nil
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

// passiveAddress sees that 227 names the server: by the address of the control
// connection, or by another under which it can be reached, as behind NAT.
func passiveAddress(t *trial) {
	c := t.login4()
	c.file("file", "content")
	r := c.want("PASV", 227)
	at, err := sixNumbers(r.text())
	t.must(err, "reading "+r.String())
	if at.Addr() != c.host() {
		if at.Addr().IsUnspecified() || at.Addr().IsMulticast() {
			t.fail("PASV was answered %s: nobody can be reached at %v", r, at.Addr())
		}
		t.note(c.name, "%v is not the address of the control connection, which is %v", at.Addr(), c.host())
	}
	conn, err := c.tryData(at, netip.Addr{})
	if err != nil {
		t.fail("PASV was answered %s, and the server, at %v, cannot be reached there: %s", r, c.host(), t.cause(err))
	}
	c.send("RETR file")
	c.opened("RETR file", c.preliminary("RETR file"), conn).brings("content")
}

// attempts is how often a port is looked at that another session may have been given in
// the meantime.
const attempts = 3

// passiveTwice: the second PASV takes the place of the first (RFC 2577, 8, has the
// ports be different).
func passiveTwice(t *trial) {
	c := t.login4()
	c.file("file", "content")
	for n := 1; ; n++ {
		first, second := c.passive(), c.passive()
		conn, err := c.tryData(first, netip.Addr{})
		if err == nil {
			conn.Close()
		}
		switch {
		case first != second && err != nil:
			conn := c.dialData(second)
			c.send("RETR file")
			c.opened("RETR file", c.preliminary("RETR file"), conn).brings("content")
			return
		case n < attempts:
		case first == second:
			t.fail("PASV twice gives the port %d twice", first.Port())
		default:
			t.fail("after PASV twice, the server still takes connections on the first port, %d", first.Port())
		}
	}
}

// passivePorts: who sees one port must not know the next (RFC 2577, 8). Other sessions
// may take ports in between.
func passivePorts(t *trial) {
	const (
		calls = 20
		most  = 16 // of the steps may look alike by chance
		small = 64 // is a step that others can have been in between of
	)
	c := t.login4()
	var ports []int
	for range calls {
		ports = append(ports, int(c.passive().Port()))
	}
	up, down, same := 0, 0, make(map[int]int)
	for i := range calls - 1 {
		step := ports[i+1] - ports[i]
		same[step]++
		if step > 0 && step <= small {
			up++
		}
		if step < 0 && step >= -small {
			down++
		}
	}
	if up > most || down > most {
		t.fail("the ports of 20 PASV follow one another: %v", ports)
	}
	for step, n := range same {
		if n > most {
			t.fail("the ports of 20 PASV are %d apart, so that each tells the next: %v", step, ports)
		}
	}
}

// passiveForeign: somebody else connects first (RFC 2577, 4).
func passiveForeign(t *trial) {
	const content = "for the client alone"
	c := t.login4()
	from := t.elsewhere(c)
	t.usable(from)
	c.file("file", content)
	at := c.passive()
	thief, err := c.tryData(at, from)
	if err != nil {
		if conn, err := c.tryData(at, netip.Addr{}); err != nil {
			t.fail("the data port %v takes no connection at all: %s", at, t.cause(err))
		} else {
			c.send("RETR file")
			c.opened("RETR file", c.preliminary("RETR file"), conn).brings(content)
		}
		return
	}
	other := c.on(thief)
	own, err := c.tryData(at, netip.Addr{})
	r := c.ask("RETR file")
	var got []byte
	if r.preliminary() && err == nil {
		got = c.mine(own, r)
		own.Close()
	}
	stolen, _ := other.glimpse(time.Second / 2)
	thief.Close() // which some wait for
	if r.preliminary() {
		r = c.reply()
	}
	if len(stolen) > 0 {
		t.fail("RETR sent %s to a data connection from %v, while the client is at %v", brief(stolen), from, c.local())
	}
	switch {
	case r.is(425, 426):
	case !r.is(226, 250):
		t.fail("RETR, with a connection from another address on the data port, was answered %s, not 425, nor 226", r)
	case string(got) != content:
		t.fail("RETR was answered %s, and the client was sent %s, not %s", r, brief(got), brief([]byte(content)))
	}
}

// mine is what comes over the client's own data connection, if anything does.
func (c *control) mine(conn net.Conn, first reply) []byte {
	tr := c.on(conn)
	tr.line, tr.first = "RETR file", first
	if c.prot == 'P' {
		secure, err := tr.shake(tr.label, tr.tcp, tr.tls)
		if err != nil {
			return nil
		}
		tr.data = secure
	}
	got, _ := tr.tryRead()
	return got
}

// glimpse is what comes over a data connection within a time.
func (tr *transfer) glimpse(within time.Duration) ([]byte, error) {
	b := make([]byte, 1000)
	tr.data.SetReadDeadline(tr.patience(within))
	n, err := tr.data.Read(b)
	if n > 0 {
		tr.log.add(time.Since(tr.began), tr.label, Received, string(b[:n]))
	} else {
		tr.note(tr.label, "nothing comes: %v", err)
	}
	return b[:n], err
}
