package conformance

import (
	"strings"
)

// promiseChecks are those of whether the server does what FEAT lists, and lists what it
// does.
var promiseChecks = map[string]check{
	"FEA-09": {needs: files, try: listedWorks},
	"FEA-10": {needs: files, try: workingListed},
	"FEA-11": {needs: files, try: func(t *trial) { t.plain("MDTM") }},
	"FEA-12": {needs: files, try: func(t *trial) { t.plain("SIZE") }},
	"FEA-13": {needs: files, try: restStream},
	"FEA-14": {needs: files, try: tvfs},
	"FEA-15": {needs: files, try: mlstFeature},
	"FEA-16": {needs: files, try: utf8Names},
	"FEA-17": {needs: needTLS, try: func(t *trial) {
		c := t.dial()
		if c.at.Security == Implicit {
			t.notOffered("TLS begins with the first octet here, so that there is no AUTH")
		}
		c.greeting()
		list := c.feat()
		if rest, ok := list["AUTH"]; !ok || !hasWord(rest, "TLS") {
			t.fail("FEAT does not list AUTH TLS, which works")
		}
		for _, verb := range []string{"PBSZ", "PROT"} {
			if rest, ok := list[verb]; !ok || rest != "" {
				t.fail("FEAT has no line %q, while AUTH TLS works", verb)
			}
		}
	}},
}

// hasWord reports whether what FEAT says behind a verb has a word, as "TLS;SSL".
func hasWord(rest, word string) bool {
	for _, w := range strings.FieldsFunc(rest, func(r rune) bool { return strings.ContainsRune(" ;,\n", r) }) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

// plain sees that FEAT has the line of a command alone, just if it works: SIZE and MDTM
// (RFC 3659, 3.3 and 4.3).
func (t *trial) plain(verb string) {
	c := t.login()
	c.file("file", "content")
	list := c.feat()
	r := c.ask(verb + " file")
	rest, listed := list[verb]
	switch {
	case r.is(213) && !listed:
		t.fail("%s works, and FEAT does not list it", verb)
	case !r.is(213) && listed:
		t.fail("FEAT lists %s, and %s of a file was answered %s", verb, verb, r)
	case !listed:
		t.notOffered("FEAT does not list %s, which was answered %s", verb, r)
	case rest != "":
		t.fail("FEAT has the line %q, not %q", printable(verb+" "+rest), verb)
	}
}

// restStream: the feature is that a transfer in stream mode goes on where it was cut
// (RFC 3659, 5.4).
func restStream(t *trial) {
	c := t.login()
	c.file("file", "0123456789")
	rest, listed := c.feat()["REST"]
	listed = listed && hasWord(rest, "STREAM")
	at := c.passive()
	first := c.ask("REST 4")
	works := first.is(350)
	if works {
		conn := c.dialData(at)
		c.send("RETR file")
		if r := c.reply(); r.preliminary() {
			tr := c.opened("RETR file", r, conn)
			got := tr.read()
			tr.data.Close()
			works = c.reply().is(226, 250) && string(got) == "456789"
		} else {
			works = false
		}
	}
	switch {
	case works && !listed:
		t.fail("REST works in stream mode, and FEAT has no line \"REST STREAM\"")
	case !works && listed:
		t.fail("FEAT lists REST STREAM, and REST 4 (%s) with RETR does not bring the file from its fifth octet on", first)
	case !listed:
		t.notOffered("FEAT does not list REST STREAM, and REST was answered %s", first)
	}
}

// tvfs tries what a server promises that lists TVFS: paths of names between slashes,
// from the root or from where one is (RFC 3659, 6).
func tvfs(t *trial) {
	t.feature("TVFS")
	c := t.login()
	home := strings.TrimSuffix(c.workingDir(), "/")
	c.want("MKD a", 257)
	c.want("MKD a/b", 257)
	c.file("a/b/file", "below")
	c.holds("a/b/file", "below")
	c.holds(home+"/a/b/file", "below")
	c.want("CWD a/b", 250, 200)
	c.holds("file", "below")
	if at := strings.TrimSuffix(c.workingDir(), "/"); at != home+"/a/b" {
		t.fail("after CWD a/b in %s, PWD says %s", printable(home), printable(at))
	}
	c.want("CWD "+encodeTelnet(home+"/a"), 250, 200)
	c.holds("b/file", "below")
	c.want("CWD /", 250, 200)
	if at := strings.TrimSuffix(c.workingDir(), "/"); at != "" {
		t.fail("after CWD /, PWD says %s", printable(at))
	}
}

// utf8Names sees that names are UTF-8 where FEAT lists UTF8, which is a line without anything
// else (RFC 2640, 3.2), and that it is listed where they are.
func utf8Names(t *trial) {
	const name = "\u043f\u0430\u0440\u043e\u043c-\u6e21\u8239" // two scripts, of two and three octets a letter
	c := t.login()
	rest, listed := c.feat()["UTF8"]
	if !listed {
		if r := c.ask("OPTS UTF8 ON"); r.is(200) {
			t.fail("OPTS UTF8 ON was answered %s, and FEAT does not list UTF8", r)
		}
		t.notOffered("FEAT does not list UTF8")
	}
	if rest != "" {
		t.fail("FEAT has the line %q, not \"UTF8\"", printable("UTF8 "+rest))
	}
	c.want("MKD "+name, 257)
	if got := string(c.fetch("NLST")); !strings.Contains(got, name) {
		t.fail("FEAT lists UTF8, and a directory %s is listed as %q", name, printable(got))
	}
	c.want("CWD "+name, 250, 200)
}
