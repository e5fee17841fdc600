package conformance

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// lstFactChecks are about the facts of MLST and MLSD.
var lstFactChecks = map[string]check{
	"LST-26": {needs: files, try: func(t *trial) {
		c := t.login()
		c.facts("unique")
		here := c.pwd()
		c.file("f", "one")
		c.file("g", "two")
		list := c.mlsd("")
		f, g := c.find(list, "f"), c.find(list, "g")
		if f.facts["unique"] == "" {
			t.fail("MLSD sends %q, which lacks the fact unique", f.line)
		}
		if f.facts["unique"] == g.facts["unique"] {
			t.fail("MLSD sends %q and %q: two files, which are to be told from each other by the fact unique", f.line, g.line)
		}
		same := func(name string) {
			if e := c.mlst(name); e.facts["unique"] != f.facts["unique"] {
				t.fail("MLST %s tells %q, but MLSD has sent %q of the same file", printable(name), e.line, f.line)
			}
		}
		same("f")
		if strings.HasPrefix(here, "/") {
			same(strings.TrimSuffix(here, "/") + "/f")
		}
		c.want("RNFR f", 350)
		c.want("RNTO h", 250)
		same("h")
	}},
	"LST-27": {needs: files, try: func(t *trial) {
		c := t.login()
		c.facts("modify")
		c.file("f", "one")
		e := c.mlst("f")
		c.utc("MLST f", c.timeOf("the fact modify of MLST f", e.facts["modify"]))
		if listed := c.find(c.mlsd(""), "f"); listed.facts["modify"] != e.facts["modify"] {
			t.fail("MLST f tells %q, and MLSD %q", e.line, listed.line)
		}
		if r := c.ask("MDTM f"); r.code == 213 && !sameTime(r.text(), e.facts["modify"]) {
			t.fail("MDTM f was answered %s, but MLST f tells modify=%s", r, e.facts["modify"])
		}
	}},
	"LST-28": {needs: files, try: func(t *trial) {
		c := t.login()
		c.facts("perm")
		c.file("f", "one")
		c.want("MKD d", 257)
		for _, e := range append(c.mlsd(""), c.mlst("f"), c.mlst("d")) {
			perm, ok := e.facts["perm"]
			if !ok || strings.Trim(strings.ToLower(perm), "acdeflmprw") != "" {
				t.fail("%q is told, in which the letters of perm may be a, c, d, e, f, l, m, p, r and w", e.line)
			}
		}
	}},
	"LST-29": {needs: files, try: func(t *trial) {
		c := t.login()
		c.facts("perm")
		c.file("f", "one")
		c.want("MKD d", 257)
		list := c.mlsd("")
		agrees := func(name, letter, line string, works bool) {
			e := c.find(list, name)
			switch told := strings.Contains(strings.ToLower(e.facts["perm"]), letter); {
			case told && !works:
				t.fail("%q is told, in which perm has %s, but %s %s is refused", e.line, letter, line, name)
			case works && !told:
				t.fail("%q is told, in which perm has no %s, but %s %s is granted", e.line, letter, line, name)
			}
		}
		agrees("f", "r", "RETR", c.works("RETR f", ""))
		agrees("f", "w", "STOR", c.works("STOR f", "two"))
		agrees("f", "d", "DELE", c.ask("DELE f").code == 250)
		agrees("d", "e", "CWD", c.ask("CWD d").code == 250)
		c.ask("CDUP")
		agrees("d", "d", "RMD", c.ask("RMD d").code == 250)
	}},
	"LST-30": {needs: files, try: func(t *trial) {
		c := t.login()
		c.facts("size")
		c.file("f", "12345")
		c.want("MKD d", 257)
		list := c.mlsd("")
		for _, e := range []entry{c.find(list, "f"), c.mlst("f")} {
			if e.facts["size"] != "5" {
				t.fail("%q is told of a file with 5 octets", e.line)
			}
		}
		if e := c.find(list, "d"); strings.Trim(e.facts["size"], "0123456789") != "" {
			t.fail("%q is told, in which the size is no number", e.line)
		}
	}},
	"LST-32": {needs: files, try: func(t *trial) {
		c := t.login()
		for _, name := range []string{"type", "size"} {
			if !c.knowsFact(name) {
				t.notOffered("MLST does not know the fact %s", name)
			}
		}
		c.file("f", "12345")
		c.want("OPTS MLST tYpE;SiZe;", 200)
		for _, e := range []entry{c.mlst("f"), c.find(c.mlsd(""), "f")} {
			if got := slices.Sorted(maps.Keys(e.facts)); !slices.Equal(got, []string{"size", "type"}) {
				t.fail("after OPTS MLST tYpE;SiZe; %q is told: the facts are not those two", e.line)
			}
		}
		c.want("OPTS MLST", 200)
		if e := c.mlst("f"); len(e.facts) > 0 || !c.tells(e, "f") {
			t.fail("after OPTS MLST without a fact %q is told: there may be none", e.line)
		}
	}},
}

// works reports whether a transfer is granted and ends well.
func (c *control) works(line, content string) bool {
	conn := c.dialData(c.passive())
	r := c.ask(line)
	if !r.preliminary() {
		conn.Close()
		return false
	}
	tr := c.opened(line, r, conn)
	if content != "" {
		tr.put(content)
	} else {
		tr.read()
	}
	tr.close()
	return c.reply().is(226, 250)
}

// number is the one that a reply consists of.
func (c *control) number(line string, r reply) uint64 {
	n, err := strconv.ParseUint(r.text(), 10, 64)
	if err != nil {
		c.fail("%s was answered %s, which is not a number alone", printable(line), r)
	}
	return n
}
