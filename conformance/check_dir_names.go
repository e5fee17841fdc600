package conformance

import (
	"slices"
	"strings"
)

// dirNameChecks are about names of all kinds.
var dirNameChecks = map[string]check{
	// The first space behind the verb ends it; all others are of the name.
	"DIR-23": {needs: files, try: func(t *trial) { t.login().keepsFolder("  two") }},
	"DIR-24": {needs: files, try: func(t *trial) { t.login().keepsFolder("end ") }},
	// A listing may leave out what looks like the end of a line (RFC 3659, 2.2).
	"DIR-25": {needs: files, try: func(t *trial) {
		const name = "a\rb"
		c := t.login()
		line := "STOR " + encodeTelnet(name)
		c.unlisted(name)
		c.named(line)
		c.holds(name, namedContent)
		for _, other := range []string{"a", "ab", "b"} {
			c.absent(other, line)
		}
		if got := c.names(); len(got) > 0 {
			c.listsOnly("the server", got, name)
		}
		if _, ok := c.features["MLST"]; ok {
			if e := c.mlst(name); !c.tells(e, name) {
				t.fail("MLST of the file %q tells the name %q", name, e.name)
			}
		}
		c.want("DELE "+encodeTelnet(name), 250)
		c.absent(name, "DELE")
	}},
	"DIR-26": {needs: files, try: func(t *trial) {
		t.feature("UTF8")
		c := t.login()
		// Composed, decomposed, beyond the first plane.
		c.keepsFolder("gr\u00fc\u00df \u65e5\u672c u\u0308 \U0001f6a2")
	}},
	"DIR-27": {needs: files, try: func(t *trial) { t.login().keepsFile("caf\xe9 \xfcber") }},
}

// keepsFolder sees that a directory can be made under a name, is listed under it, and
// can be entered by it.
func (c *control) keepsFolder(name string) {
	here := c.pwd()
	c.named("MKD " + encodeTelnet(name))
	c.lists(name)
	c.want("CWD "+encodeTelnet(name), 250)
	path := c.pwd()
	if path == here || !strings.HasSuffix(path, name) {
		c.fail("in the directory %q PWD tells %q", printable(name), printable(path))
	}
	c.want("CDUP", 250, 200)
	c.want("CWD "+encodeTelnet(path), 250)
	c.stands(path, "CWD with the path that PWD has told")
}

// keepsFile sees that a file can be stored under a name, is listed under it, and can be
// retrieved by it.
func (c *control) keepsFile(name string) {
	c.named("STOR " + encodeTelnet(name))
	c.lists(name)
	c.holds(name, namedContent)
}

// lists sees that there is a name in the working directory, and nothing else.
func (c *control) lists(name string) {
	got := c.names()
	if !slices.Equal(got, []string{name}) {
		c.fail("what was made has the name %q, but what is listed is %q", name, got)
	}
}
