package conformance

import (
	"slices"
	"strings"
	"time"
)

// lstFormChecks are about what MLST and MLSD answer, and the form of it.
var lstFormChecks = map[string]check{
	"LST-14": {needs: files, try: func(t *trial) {
		c := t.login()
		c.feature("MLST")
		c.file("f", "one")
		if e := c.mlst("f"); !c.tells(e, "f") {
			t.fail("MLST f tells the name %q", e.name)
		}
		c.alive()
	}},
	"LST-15": {needs: files, try: func(t *trial) {
		c := t.login()
		c.feature("MLST")
		here := c.pwd()
		e := c.mlst("")
		if kind := e.kind(); kind != "" && kind != "dir" && kind != "cdir" {
			t.fail("MLST without an argument tells %q, in which the working directory has the type %s", e.line, kind)
		}
		// A relative name cannot be told from others: "." and the last part of the path are usual.
		if strings.HasPrefix(e.name, "/") && e.name != here {
			t.fail("MLST without an argument tells of %q, but the working directory is %q", e.name, here)
		}
		if named := c.mlst(here); e.facts["unique"] != named.facts["unique"] {
			t.fail("MLST without an argument tells %q, but MLST %s, which is the working directory, %q", e.line, printable(here), named.line)
		}
	}},
	"LST-16": {needs: files, try: func(t *trial) {
		c := t.login()
		c.feature("MLST")
		c.want("MLST missing", 550)
		c.alive()
	}},
	"LST-17": {needs: files, try: func(t *trial) {
		c := t.login()
		c.feature("MLST")
		c.file("f", "one")
		c.file("g", "two")
		tr := c.begin("MLSD")
		b := tr.read()
		tr.data.Close()
		tr.end(226)
		for line := range strings.Lines(string(b)) {
			// Without any fact the space before the name comes first; nobody has turned them off.
			if line[0] == ' ' {
				t.fail("MLSD sends %q, with a space before the facts", line)
			}
		}
		c.listsOnly("MLSD", namesOf(c.entriesOf("MLSD", b)), "f", "g")
	}},
	"LST-18": {needs: files, try: func(t *trial) {
		c := t.login()
		c.feature("MLST")
		c.file("f", "one")
		c.refused("MLSD f", 501)
		// In active mode the server would connect.
		ln, port := c.listen()
		if r := c.ask(port); r.code == 200 {
			_, early := c.tryAccept(ln, time.Second/4)
			c.want("MLSD f", 501)
			// A server that connects at once has broken another rule, and may close again.
			if conn, err := c.tryAccept(ln, time.Second/4); err == nil && early != nil {
				t.fail("MLSD f was answered 501, and yet the server has connected to the data port, from %v", conn.RemoteAddr())
			}
		}
		c.alive()
	}},
	"LST-19": {needs: files, try: func(t *trial) {
		c := t.login()
		c.feature("MLST")
		c.refused("MLSD missing", 550)
		c.alive()
	}},
	"LST-20": {needs: files, try: func(t *trial) {
		c := t.login()
		c.feature("MLST")
		c.file("f", "one")
		c.file("two words", "two")
		c.want("MKD d", 257)
		c.listsOnly("MLSD", namesOf(c.mlsd("")), "f", "two words", "d")
	}},
	"LST-21": {needs: files, try: func(t *trial) {
		c := t.login()
		c.feature("MLST")
		c.file("f", "a line\nand another\n")
		want := withoutParent(c.fetch("MLSD"))
		for _, typ := range []string{"TYPE A", "TYPE E"} {
			if r := c.ask(typ); r.code != 200 {
				if typ == "TYPE A" {
					c.judge(typ, r, 200)
				}
				continue // only TYPE A is demanded
			}
			before := c.fetch("RETR f")
			if got := withoutParent(c.fetch("MLSD")); got != want {
				t.fail("under %s MLSD sends %q, not the octets that it sends under TYPE I, %q", typ, got, want)
			}
			if after := c.fetch("RETR f"); string(after) != string(before) {
				t.fail("under %s a file comes as %s, but after MLSD as %s", typ, brief(before), brief(after))
			}
		}
	}},
	"LST-22": {needs: files, try: func(t *trial) {
		c := t.login()
		c.feature("MLST")
		c.file("f", "one")
		c.want("MLST *", 550)
		if r := c.ask("MKD *"); r.code == 257 {
			if e := c.mlst("*"); !c.tells(e, "*") {
				t.fail("MLST * tells of %q, not of the directory that has this name", e.name)
			}
		}
	}},
	"LST-23": {needs: files, try: func(t *trial) {
		c := t.login()
		c.facts("type")
		c.file("f", "one")
		c.want("MKD d", 257)
		list := c.mlsd("")
		for _, e := range list {
			kind, os := e.kind(), strings.HasPrefix(e.kind(), "os.") && strings.Contains(e.kind(), "=")
			if !os && !slices.Contains([]string{"file", "dir", "cdir", "pdir"}, kind) {
				t.fail("MLSD sends %q; the types are file, dir, cdir, pdir, and OS.name=type", e.line)
			}
		}
		if e := c.find(list, "f"); e.kind() != "file" {
			t.fail("MLSD sends %q of a file", e.line)
		}
		if e := c.find(list, "d"); e.kind() != "dir" {
			t.fail("MLSD sends %q of a directory", e.line)
		}
	}},
	"LST-24": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("f", "one")
		c.want("MKD d", 257)
		c.param("OPTS MLST " + c.otherFact())
		list := c.mlsd("")
		for _, e := range list {
			if _, ok := e.facts["type"]; ok {
				t.fail("MLSD sends %q, though the type was turned off", e.line)
			}
		}
		c.listsOnly("MLSD without types", namesOf(list), "f", "d")
	}},
	"LST-25": {needs: files, try: func(t *trial) {
		c := t.login()
		c.feature("MLST")
		c.want("MKD sub", 257)
		c.file("sub/f", "one")
		c.want("MKD sub/d", 257)
		c.listsOnly("MLSD sub", namesOf(c.mlsd("sub")), "f", "d")
	}},
}

// otherFact is a fact that the server knows, besides type.
func (c *control) otherFact() string {
	for _, name := range []string{"modify", "size", "perm", "unique"} {
		if c.knowsFact(name) {
			return name + ";"
		}
	}
	return ""
}

// withoutParent is a listing of MLSD without the lines of the directory itself and the
// one above, of which what others do there may change the facts.
func withoutParent(listing []byte) string {
	var kept strings.Builder
	for line := range strings.Lines(string(listing)) {
		if e, err := parseEntry(strings.TrimSuffix(line, "\r\n")); err != nil || !e.itself() {
			kept.WriteString(line)
		}
	}
	return kept.String()
}
