package conformance

import (
	"slices"
	"strings"
)

// logHosts are those of HOST (RFC 7151).
var logHosts = map[string]check{
	"LOG-29": {needs: needLogin, try: func(t *trial) {
		c := t.connect()
		c.want("HOST "+t.aHost(), 220)
		user, password := c.at.credentials()
		if r := c.want("USER "+encodeTelnet(user), 331, 230); r.code == 331 {
			c.want("PASS "+encodeTelnet(password), 230)
		}
		c.want("PWD", 257)
	}},
	"LOG-30": {needs: needLogin, try: func(t *trial) {
		first, second := t.aHost(), t.target.Hosts[1]
		if second == "" {
			t.notRun("this needs two names that HOST takes")
		}
		one, other := t.face("HOST "+first), t.face("HOST "+second)
		both := t.face("HOST "+first, "HOST "+second)
		switch {
		case one == other:
			t.notRun("this needs two hosts that differ in what this user sees there, or is told at the login")
		case both != other:
			t.fail("after HOST %s and HOST %s, it is not the last that counts", first, second)
		}
	}},
	"LOG-31": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.want("HOST "+t.aHost(), 503)
		c.alive()
	}},
	"LOG-32": {try: func(t *trial) { t.connect().want("HOST ftp.example.com:21", 501) }},
	"LOG-33": {try: func(t *trial) { t.connect().want("HOST [2001:db8::1]:21", 501) }},
	"LOG-34": {try: func(t *trial) {
		c := t.connect()
		c.want("HOST unknown.invalid", 504)
		c.send("NOOP")
		r, err := c.next(c.target.ReplyTime)
		switch {
		case err == nil && !r.is(200, 421, 530):
			t.fail("after HOST was answered 504, NOOP was answered %s", r)
		case err == errNoReply, isTimeout(err):
			t.fail("after HOST was answered 504, the connection is neither closed, nor is NOOP answered")
		}
	}},
	"LOG-35": {try: func(t *trial) { t.connect().want("HOST 192.0.2.77", 504) }},
	"LOG-36": {try: func(t *trial) { t.connect().want("HOST bad_host!", 501) }},
	"LOG-37": {needs: needLogin, try: func(t *trial) {
		name := t.aHost()
		none := t.face()
		chosen := t.face("HOST " + name)
		if second := t.target.Hosts[1]; chosen == none && second != "" {
			name, chosen = second, t.face("HOST "+second)
		}
		again := t.face("HOST "+name, "REIN")
		switch {
		case chosen == none:
			t.notRun("this needs a host that differs from the server itself in what this user sees there, or is told at the login")
		case again == chosen:
			t.fail("after HOST %s and REIN, the virtual host still counts", name)
		case again != none:
			t.fail("after HOST %s and REIN, the session is neither as with that host, nor as without", name)
		}
	}},
	"LOG-38": {try: func(t *trial) { t.connect().want("host "+strings.ToUpper(t.aHost()), 220) }},
	"LOG-39": {try: func(t *trial) {
		c := t.connect()
		c.want("HOST "+t.aHost(), 220)
		lines := featureLines(c.want("FEAT", 211))
		if !slices.ContainsFunc(lines, func(line string) bool { return strings.EqualFold(line, " HOST") }) {
			t.fail("HOST works, but FEAT has no line that is a blank and HOST; it has %s", printable(strings.Join(lines, ",")))
		}
	}},
}

// aHost is a name that HOST takes. Where the server does not know HOST, or there is no name,
// the trial ends.
func (t *trial) aHost() string {
	if t.target.Hosts[0] != "" {
		return t.target.Hosts[0]
	}
	if r := t.connect().ask("HOST unknown.invalid"); r.is(500, 502) || r.code == 530 && !t.listed("HOST") {
		t.notOffered("HOST was answered %s", r)
	}
	t.notRun("this needs a name that HOST takes")
	return ""
}

// face is what a user sees of a server after certain commands and the login: what he is
// told, without the digits, which may be times; where he is, and what lies there.
func (t *trial) face(before ...string) string {
	c := t.connect()
	for _, line := range before {
		if line == "REIN" {
			c.rein()
		} else {
			c.want(line, 220)
		}
	}
	user, password := c.at.credentials()
	r := c.want("USER "+encodeTelnet(user), 331, 230, 530)
	if r.code == 331 {
		r = c.want("PASS "+encodeTelnet(password), 230, 530)
	}
	if r.code != 230 {
		return r.raw
	}
	if c.at.Security != Clear {
		c.private()
	}
	said := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, r.raw)
	where := c.want("PWD", 257).text()
	names, _ := c.kept("NLST")
	return said + where + names
}
