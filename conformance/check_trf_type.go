package conformance

import "strings"

// trfTypes are the checks of the representation types.
var trfTypes = map[string]check{
	"TRF-21": {needs: files, try: func(t *trial) {
		c := t.login()
		const wire = "one\r\n\r\nthree\r\n"
		c.want("TYPE A", 200)
		c.file("text", wire)
		c.holdsIn("TYPE A", "text", wire)
		if !c.unix() {
			return // what a line ends with in a file there, only the server knows
		}
		c.want("TYPE I", 200)
		c.file("lines", "one\n\nthree\n")
		c.holdsIn("TYPE A", "lines", wire)
	}},
	"TRF-22": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("TYPE A", 200)
		c.file("text", "one\r\n\r\nthree\r\n")
		c.want("TYPE I", 200)
		local := string(c.fetch("RETR text"))
		if c.unix() && local != "one\n\nthree\n" {
			t.fail("text stored in TYPE A is stored as %s", unlike(local, "one\n\nthree\n"))
		}
		for _, line := range []string{"one", "three"} {
			if !strings.Contains(local, line) {
				t.fail("text stored in TYPE A is stored as %s, in which %q is missing", brief([]byte(local)), line)
			}
		}
	}},
	"TRF-23": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("a", allOctets)
		c.holds("a", allOctets)
	}},
	"TRF-24": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("TYPE L 8", 200)
		c.file("a", allOctets)
		c.holdsIn("TYPE L 8", "a", allOctets)
		c.holdsIn("TYPE I", "a", allOctets)
		c.file("b", allOctets)
		c.holdsIn("TYPE L 8", "b", allOctets)
	}},
	"TRF-25": {needs: files, try: func(t *trial) {
		c := t.login()
		const text = "one\r\n\ttwo, and a blank at the end \r\n\r\n!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\r\nthe last\r\n"
		c.want("TYPE A", 200)
		c.file("text", text)
		c.holds("text", text)
	}},
	"TRF-26": {needs: files, try: func(t *trial) {
		c := t.login()
		c.param("TYPE E")
		c.want("TYPE A", 200)
		c.file("text", "Hello\r\n")
		c.holdsIn("TYPE E", "text", "\xc8\x85\x93\x93\x96\x15")
	}},
	"TRF-27": {needs: files, try: func(t *trial) {
		c := t.login()
		c.param("TYPE E")
		all := allOctets[:256]
		c.file("a", all)
		c.holds("a", all)
	}},
}

// holdsIn is holds after a TYPE command.
func (c *control) holdsIn(command, name, content string) {
	c.want(command, 200)
	if got := string(c.fetch("RETR " + encodeTelnet(name))); got != content {
		c.fail("in %s, for RETR %s came %s", command, printable(name), unlike(got, content))
	}
}

// unix reports whether the server says that its files are those of Unix, whose lines end
// with LF. "UNIX emulated by" something is something else.
func (r *run) unix() bool {
	return strings.HasPrefix(strings.ToUpper(r.report.System), "UNIX TYPE")
}
