package conformance

import (
	"slices"
	"strconv"
	"strings"
)

// lstChecks are those of listings, and of what is asked about single files.
var lstChecks = gather(lstListChecks, lstNamesChecks, lstFormChecks, lstFactChecks, lstTimeChecks, lstSizeChecks, lstChangeChecks, lstHashChecks, lstMoreChecks)

// lstListChecks are about LIST.
var lstListChecks = map[string]check{
	"LST-01": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("TYPE A", 200)
		c.listsLines()
	}},
	"LST-02": {needs: files, try: func(t *trial) { t.login().listsLines() }},
	"LST-03": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("abc", "a")
		c.file("xyz", "b")
		c.param("TYPE E")
		b := string(c.fetch("LIST"))
		c.want("TYPE I", 200)
		const abc, xyz, newLine = "\x81\x82\x83", "\xa7\xa8\xa9", "\x15"
		got, ended := strings.CutSuffix(b, newLine)
		if n := strings.Count(got, newLine); !ended || n != 1 || !strings.Contains(b, abc) || !strings.Contains(b, xyz) {
			t.fail("under TYPE E LIST sends %s: of two files this has to be two lines of EBCDIC, each with NL (x15) at its end", brief([]byte(b)))
		}
	}},
	"LST-04": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("f", "one")
		c.file("g", "two")
		if got := c.lines("LIST f"); len(got) != 1 || !strings.HasSuffix(got[0], "f") {
			t.fail("LIST f sends %q, not one entry of f", got)
		}
	}},
	"LST-05": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("f", "one")
		conn := c.dialData(c.passive())
		r := c.ask("LIST missing")
		if !r.preliminary() {
			conn.Close()
			c.judge("LIST missing", r, 450, 550)
			return
		}
		tr := c.opened("LIST missing", r, conn)
		if b := tr.read(); len(b) > 0 {
			t.fail("LIST missing sends %s, of what is not there", brief(b))
		}
		tr.data.Close()
		tr.end(226, 450, 550)
	}},
	"LST-06": {needs: files, try: func(t *trial) {
		c := t.login()
		got := slices.DeleteFunc(c.lines("LIST"), func(line string) bool {
			// No text forbids what "ls -la" has besides entries: a total, the directory itself and
			// the one above.
			return strings.HasPrefix(line, "total ") || strings.HasSuffix(line, " .") || strings.HasSuffix(line, " ..")
		})
		if len(got) > 0 {
			t.fail("LIST sends %q, of an empty directory", got)
		}
	}},
	"LST-07": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("MKD d", 257)
		c.file("d/within", "one")
		c.file("without", "two")
		has := func(line, name string) {
			if got := c.lines(line); !slices.ContainsFunc(got, func(l string) bool { return strings.HasSuffix(l, " "+name) }) {
				t.fail("%s sends %q, in which there is no %s", line, got, name)
			}
		}
		has("LIST -a", "without")
		has("LIST -la d", "within")
	}},
	"LST-08": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("f", "one")
		c.named("STOR -l")
		if got := c.lines("LIST ./-l"); len(got) != 1 || !strings.HasSuffix(got[0], "-l") || strings.HasSuffix(got[0], "f") {
			t.fail("LIST ./-l sends %q, not one entry of -l", got)
		}
	}},
	"LST-09": {needs: files, try: func(t *trial) {
		c := t.login()
		if r := c.ask("SYST"); r.code == 215 && !strings.HasPrefix(strings.ToUpper(r.text()), "UNIX") {
			t.notOffered("SYST was answered %s: listings need not be as UNIX has them", r)
		}
		c.file("two words", "12345")
		c.want("MKD d", 257)
		seen := make(map[string]bool)
		for _, line := range c.lines("LIST") {
			if strings.HasPrefix(line, "total ") {
				continue
			}
			m := longLine.FindStringSubmatch(line)
			if m == nil {
				t.fail(`LIST sends %q, which is not as "ls -l" has it: permissions, links, owner, group, octets, month, day, time or year, name`, line)
			}
			kind, size, name := m[1][0], m[2], m[4]
			seen[name] = true
			switch {
			case name == "two words" && (kind != '-' || size != strconv.Itoa(5)):
				t.fail("LIST sends %q of a file of 5 octets", line)
			case name == "d" && kind != 'd':
				t.fail("LIST sends %q of a directory", line)
			}
		}
		if !seen["two words"] || !seen["d"] {
			t.fail("LIST does not list both %q and %q by their names", "two words", "d")
		}
	}},
}

// listsLines sees that LIST sends lines, with CR LF, and all that is there.
func (c *control) listsLines() {
	c.file("first", "1")
	c.file("second", "22")
	got := c.lines("LIST")
	for _, name := range []string{"first", "second"} {
		if !slices.ContainsFunc(got, func(line string) bool { return strings.Contains(line, name) }) {
			c.fail("LIST sends %q, in which there is no %s", got, name)
		}
	}
}

// lines are those that a command sends, which have to end with CR LF.
func (c *control) lines(command string) (list []string) {
	for line := range strings.Lines(string(c.fetch(command))) {
		text, ok := strings.CutSuffix(line, "\r\n")
		if !ok {
			c.fail("%s sends %q, which does not end with CR LF", command, line)
		}
		list = append(list, text)
	}
	return list
}
