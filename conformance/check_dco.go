package conformance

import (
	"net/netip"
	"time"
)

// dcoChecks are those of how data connections come to be: passive ones, active ones,
// both by the commands of RFC 2428 and RFC 1639, and transfers between two servers.
var dcoChecks = gather(passiveChecks, activeChecks, extendedChecks, dataChecks)

// dataChecks are those about neither way alone.
var dataChecks = map[string]check{
	"DCO-14": {needs: files, try: neitherWay},
	"DCO-38": {needs: files, try: lastWayCounts},
	"DCO-39": {needs: files, state: FXP, try: betweenServers},
	"DCO-40": {needs: needLogin, try: notBetweenServers},
	"DCO-41": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("one", "the first file")
		c.file("two", "the second file")
		c.holds("one", "the first file")
		c.holds("two", "the second file")
	}},
	"DCO-42": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("MKD below", 257)
		c.file("below/file", "in the folder below")
		at := c.passive()
		c.want("CWD below", 250, 200)
		conn := c.dialData(at)
		c.send("RETR file")
		tr := c.opened("RETR file", c.preliminary("RETR file"), conn)
		tr.brings("in the folder below")
	}},
	"DCO-43": {needs: files, try: closesThenReplies},
}

// login4 is login by IPv4, without which PORT and PASV mean nothing.
func (t *trial) login4() *control {
	c := t.login()
	if !c.host().Is4() {
		t.notRun("this is about IPv4, and the server is reached by IPv6")
	}
	return c
}

// brings sees that a transfer sends a content, closes the data connection, and ends well.
func (tr *transfer) brings(content string) {
	got := tr.read()
	tr.data.Close()
	tr.end()
	if string(got) != content {
		tr.fail("%s brought %s, not %s", tr.line, brief(got), brief([]byte(content)))
	}
}

// neitherWay: the client's own port is where the server connects to (RFC 959, 3.2). The
// checker does not listen there: a server that tries says 425, as one that does not try.
func neitherWay(t *trial) {
	c := t.login4()
	c.file("file", "content")
	c = t.login() // one that has seen no PASV
	r := c.ask("RETR file")
	if r.preliminary() {
		r = c.reply()
	}
	c.judge("RETR with neither PORT nor PASV before it", r, 425)
	c.alive()
}

// lastWayCounts gives both ways, in either order.
func lastWayCounts(t *trial) {
	c := t.login4()
	c.file("file", "content")

	ln, command := c.listen()
	c.want(command, 200)
	c.begin("RETR file").brings("content")
	if conn, err := c.tryAccept(ln, 50*time.Millisecond); err == nil {
		// Connecting early does no harm, sending does.
		if sent, _ := c.on(conn).glimpse(50 * time.Millisecond); len(sent) > 0 {
			t.fail("after PORT and then PASV, the server has sent %s to where PORT said, too", brief(sent))
		}
	}

	c.passive()
	c.beginActive("RETR file").brings("content")
}

// betweenServers has one server send a file to another (RFC 959, 5.2).
func betweenServers(t *trial) {
	const content = "from one server to another"
	from := t.login4()
	from.file("from", content)
	to := t.loginTo(t.at(FXP2))
	if !to.host().Is4() {
		t.notRun("this is about IPv4, and one server is reached by IPv6")
	}
	at := from.passive()
	to.want(portTo(at), 200)
	// This one connects to where the other one listens already, and is the first to know
	// if that does not work.
	to.send("STOR to")
	to.preliminary("STOR to")
	from.send("RETR from")
	from.preliminary("RETR from")
	from.expect("the end of RETR from", 226, 250)
	to.expect("the end of STOR to", 226, 250)
	to.holds("to", content)
}

// notBetweenServers: two sessions with the same server are as two servers, if one of them
// comes from another address than the other server has.
func notBetweenServers(t *trial) {
	from := t.login4()
	at := from.passive()
	elsewhere := t.elsewhere(from)
	t.usable(elsewhere)
	to := t.loginFrom(elsewhere)
	to.forbidden(portTo(at), "it is the data port of another session, whose server has another address than this client")
	to.alive()
	from.alive()
}

// usable ends the trial as not run if the server cannot be reached from another address
// of this machine.
func (t *trial) usable(from netip.Addr) {
	conn, err := t.connectTCP(t.endpoint().Addr, from)
	if err != nil {
		t.notRun("this needs a second address of this machine, and the server cannot be reached from %v: %v", from, err)
	}
	conn.Close()
}

// loginFrom is login from another address of this machine, to no folder.
func (t *trial) loginFrom(from netip.Addr) *control {
	e := t.endpoint()
	c := t.dialTo(e, from)
	if e.Security == Implicit {
		c.startTLS()
	}
	c.greeting()
	if e.Security == Explicit {
		c.want("AUTH TLS", 234)
		c.startTLS()
	}
	c.authenticate()
	return c
}

// closesThenReplies holds a download up: as long as the server has something to send, it
// cannot have closed the data connection, which 226 says that it does (RFC 959, 3.2).
func closesThenReplies(t *trial) {
	c := t.login()
	large := make([]byte, heldUp)
	for i := range large {
		large[i] = byte(i >> 8)
	}
	c.file("large", string(large))
	tr := c.begin("RETR large")
	head := tr.readFull(1)
	c.silent(300 * time.Millisecond)
	got := append(head, tr.read()...) // until the server closes
	tr.data.Close()                   // which some wait for
	tr.end()
	if string(got) != string(large) {
		t.fail("RETR brought %d octets, not the %d that were stored, or others", len(got), len(large))
	}
	c.alive()
}

// heldUp is more than what the operating systems of both ends take on their own.
const heldUp = 12 << 20
