package conformance

import (
	"crypto/tls"
	"io"
)

// secureDataChecks are about data connections under TLS.
var secureDataChecks = map[string]check{
	"TLS-18": {needs: files | needTLS, try: func(t *trial) {
		c := t.privateLogin()
		c.file("file", sample)
		c.holds("file", sample)
	}},
	"TLS-19": {needs: files | needTLS, try: func(t *trial) {
		c := t.privateLogin()
		c.file("file", sample)
		tr := c.beginActive("RETR file")
		got := tr.read()
		tr.close()
		tr.end()
		if string(got) != sample {
			tr.fail("what comes over the server's connection is %s, not %s", brief(got), brief([]byte(sample)))
		}
	}},
	"TLS-22": {needs: files | needTLS, try: func(t *trial) {
		c := t.privateLogin()
		c.file("file", sample)
		line := "RETR file"
		// At what point of its preparations a server meets the octets is chance: at the first if
		// they do not wait for the reply.
		for range 4 {
			conn := c.dialData(c.passive())
			tr := c.on(conn)
			tr.line = line
			c.send(line)
			tr.put("This is no TLS at all: the octets are in the clear.\r\n")
			c.preliminary(line)
			tr.end(522, 425, 426)
			if got, err := tr.tryRead(); isTimeout(err) {
				tr.fail("the server has not closed the data connection on which there is no TLS: %d octets came", len(got))
			}
			c.alive()
		}
		c.holds("file", sample)
	}},
	"TLS-23": {needs: files | needTLS, try: func(t *trial) {
		c := t.privateLogin()
		c.file("file", sample)
		tr := c.begin("RETR file")
		got := tr.read()
		if string(got) != sample {
			tr.fail("%s came, not %s", brief(got), brief([]byte(sample)))
		}
		if secure := tr.data.(*tls.Conn); !notified(secure, io.EOF) {
			tr.fail("the server closes the data connection without close_notify, so that nobody knows if all has come")
		}
		tr.close()
		tr.end()
	}},
	"TLS-24": {needs: files | needTLS, try: func(t *trial) {
		c := t.privateLogin()
		tr := c.begin("STOR file")
		tr.put(sample)
		tr.cut()
		tr.end(426, 451)
		c.alive()
	}},
	"TLS-25": {needs: files | needTLS, try: tryResumption},
	"TLS-26": {needs: files, state: NeedReuse, try: tryForeignSession},
}

// versions are those in which sessions are resumed differently.
var versions = []uint16{tls.VersionTLS12, tls.VersionTLS13}

// tryResumption sees that data connections may resume the session of the control
// connection; and that those which do not are taken or refused in order.
func tryResumption(t *trial) {
	resumed, began := false, false
	for _, version := range versions {
		c := t.privateVersion(version)
		if c == nil {
			continue
		}
		began = true
		line := "RETR " + tls.VersionName(version)
		c.file(tls.VersionName(version), sample)
		tr := c.begin(line)
		got := tr.read()
		tr.close()
		tr.end()
		if string(got) != sample {
			c.fail("%s came, not %s", brief(got), brief([]byte(sample)))
		}
		resumed = resumed || tr.data.(*tls.Conn).ConnectionState().DidResume

		// Without resuming: taken, or refused for that, and not half of each.
		got, r := t.another(version).fetchBy(line, t.strange(c.tls))
		if r.is(226, 250) && string(got) != sample {
			c.fail("a data connection that resumes nothing brings %s, though the end of it is %s", brief(got), r)
		}
		c.judge("a data connection that resumes nothing", r, 226, 250, 522, 425)
	}
	switch {
	case !began:
		t.fail("neither TLS 1.2 nor TLS 1.3 can be begun")
	case !resumed:
		t.notOffered("no session is resumed: the server gives no tickets, or does not take them on data connections")
	}
}

// tryForeignSession sees that a data connection is refused that resumes the session of
// another control connection, or none. There are servers that end the session then.
func tryForeignSession(t *trial) {
	began := false
	for _, version := range versions {
		other := t.privateVersion(version)
		if other == nil {
			continue
		}
		began = true
		name := tls.VersionName(version)
		other.file(name, sample)
		for _, bad := range []struct {
			what   string
			config *tls.Config
		}{{"the session of another control connection", other.tls}, {"nothing", t.strange(other.tls)}} {
			c := t.another(version)
			c.holds(name, sample) // by its own session
			got, r := c.fetchBy("RETR "+name, bad.config)
			if len(got) > 0 {
				c.fail("with %s, a data connection that resumes %s is given the file", name, bad.what)
			}
			c.judge("a data connection that resumes "+bad.what, r, 522, 425)
		}
	}
	if !began {
		t.fail("neither TLS 1.2 nor TLS 1.3 can be begun")
	}
}

// privateVersion is privateLogin with one version of TLS alone; nil if the server does not
// have it.
func (t *trial) privateVersion(version uint16) *control {
	c := t.underVersion(version)
	if c != nil {
		c.settle()
		c.private()
	}
	return c
}

// another is privateVersion once more.
func (t *trial) another(version uint16) *control {
	c := t.privateVersion(version)
	if c == nil {
		t.fail("%s has begun once, and does not begin again", tls.VersionName(version))
	}
	return c
}

// strange is a configuration with no session to resume.
func (t *trial) strange(config *tls.Config) *tls.Config {
	fresh := config.Clone()
	fresh.ClientSessionCache = nil
	return fresh
}

// fetchBy is fetch with a TLS configuration of its own, to whatever end: what came, and
// the final reply.
func (c *control) fetchBy(line string, config *tls.Config) ([]byte, reply) {
	conn := c.dialData(c.passive())
	c.send(line)
	first := c.preliminary(line)
	tr := c.on(conn)
	tr.line, tr.first = line, first
	secure, err := tr.shake(tr.label, tr.tcp, config)
	if err != nil {
		conn.Close()
		return nil, c.reply()
	}
	tr.data = secure
	got, _ := tr.tryRead()
	tr.close()
	return got, c.reply()
}
