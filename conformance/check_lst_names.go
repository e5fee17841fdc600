package conformance

import (
	"slices"
	"strings"
)

// lstNamesChecks are about NLST.
var lstNamesChecks = map[string]check{
	"LST-10": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("a", namedContent)
		c.file("two words", namedContent)
		got := c.lines("NLST")
		c.listsOnly("NLST", got, "a", "two words")
		for _, name := range got {
			c.holds(name, namedContent)
			if r := c.ask("SIZE " + encodeTelnet(name)); !r.is(213, 500, 502) {
				t.fail("NLST lists %q, but SIZE %s was answered %s", name, printable(name), r)
			}
		}
	}},
	"LST-11": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("MKD sub", 257)
		c.file("sub/x", namedContent)
		c.file("sub/y", namedContent)
		got := c.lines("NLST sub")
		if len(got) != 2 {
			t.fail("NLST sub lists %q, of a directory with two files", got)
		}
		for _, name := range got {
			c.holds(name, namedContent)
		}
	}},
	"LST-12": {needs: files, try: func(t *trial) {
		c := t.login()
		conn := c.dialData(c.passive())
		r := c.ask("NLST")
		if !r.preliminary() {
			conn.Close()
			c.judge("NLST", r, 226, 450, 550)
			return
		}
		tr := c.opened("NLST", r, conn)
		if b := tr.read(); len(b) > 0 {
			t.fail("NLST sends %s, of an empty directory", brief(b))
		}
		tr.data.Close()
		tr.end(226, 250, 450, 550)
	}},
	"LST-13": {needs: files, try: func(t *trial) {
		c := t.login()
		for _, name := range []string{"a.txt", "b.txt", "c.doc"} {
			c.file(name, namedContent)
		}
		line := "NLST *.txt"
		conn := c.dialData(c.passive())
		r := c.ask(line)
		if !r.preliminary() {
			conn.Close()
			c.judge(line, r, 450, 550)
			return
		}
		tr := c.opened(line, r, conn)
		b := tr.read()
		tr.data.Close()
		if r := tr.end(226, 250, 450, 550); r.is(450, 550) && len(b) == 0 {
			return
		}
		got := strings.Split(strings.TrimSuffix(string(b), "\r\n"), "\r\n")
		for i := range got {
			got[i] = strings.TrimPrefix(got[i], "./")
		}
		c.listsOnly(line, got, "a.txt", "b.txt")
	}},
	"LST-31": {needs: files, try: func(t *trial) {
		c := t.login()
		c.feature("MLST")
		names := []string{"a b", " lead", "x;y=z; w"}
		for _, name := range names {
			c.named("STOR " + name)
		}
		c.listsOnly("MLSD", namesOf(c.mlsd("")), slices.Clone(names)...)
		for _, name := range names {
			if e := c.mlst(name); !c.tells(e, name) {
				t.fail("MLST of the file %q tells the name %q", name, e.name)
			}
			c.holds(name, namedContent)
		}
	}},
}

// tells reports whether an entry of MLST has the name that was given, or its full path
// (RFC 3659, 7.3.1).
func (c *control) tells(e entry, name string) bool {
	return e.name == name || strings.HasPrefix(e.name, "/") && e.name == strings.TrimSuffix(c.pwd(), "/")+"/"+name
}
