package conformance

import (
	"strconv"
	"strings"
	"time"
)

// lstChangeChecks are about changing facts (draft-somers-ftp-mfxx).
var lstChangeChecks = map[string]check{
	"LST-41": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("f", "one")
		c.changes("MFMT " + oldTime + " f")
	}},
	"LST-42": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("f", "one")
		before := c.ask("MDTM f").text()
		c.want("MFMT 20010229000000 f", 501)
		if after := c.ask("MDTM f").text(); before != after {
			t.fail("MFMT 20010229000000 f was refused, and yet the time of f is no longer %s but %s", before, after)
		}
	}},
	"LST-43": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("MFMT "+oldTime+" missing", 550)
		c.absent("missing", "MFMT was refused")
	}},
	"LST-44": {needs: files, try: func(t *trial) {
		c := t.login()
		offered := strings.ToLower(t.feature("MFF"))
		c.file("f", "one")
		facts := ""
		time, mode := strings.Contains(offered, "modify"), strings.Contains(offered, "unix.mode")
		if time {
			facts = "Modify=" + oldTime + ";"
		}
		if mode {
			facts += "UNIX.mode=600;"
		}
		if facts == "" {
			t.notOffered("MFF changes neither Modify nor UNIX.mode, but %s", offered)
		}
		line := "MFF " + facts + " f"
		var r reply
		if time {
			r = c.changes(line)
		} else {
			r = c.want(line, 213)
		}
		if mode {
			told, _, _ := strings.Cut(strings.ToLower(r.text()), " ")
			_, value, ok := strings.Cut(told, "unix.mode=")
			value, _, ended := strings.Cut(value, ";")
			if n, err := strconv.ParseUint(value, 8, 16); !ok || !ended || err != nil || n != 0o600 {
				t.fail("%s was answered %s, which does not tell UNIX.mode=600;", line, r)
			}
			if bits, ok := c.mode("f"); ok && bits != 0o600 {
				t.fail("%s was answered %s, but the mode of the file is %03o", line, r, bits)
			}
		}
	}},
	"LST-45": {needs: files, try: func(t *trial) {
		c := t.login()
		t.feature("MFF")
		c.file("f", "one")
		c.want("MFF frog=1; f", 504)
		c.alive()
	}},
}

// oldTime is the time that files are given.
const oldTime = "20020717210715"

// changes sends a command that gives f the time oldTime, and sees that it does and tells
// so. A file system may know the minute alone (draft-somers-ftp-mfxx, 3.1).
func (c *control) changes(line string) reply {
	r := c.want(line, 213)
	value, name, ok := modified(r)
	if !ok || !c.tells(entry{name: name}, "f") {
		c.fail("%s was answered %s, and not with Modify=%s; f", line, r, oldTime)
	}
	told := c.timeOf("the time in "+r.String(), value)
	if off := told.Sub(c.timeOf("the time", oldTime)); off.Abs() > time.Minute {
		c.fail("%s was answered %s, with another time", line, r)
	}
	if got := c.mdtm("f"); !got.Equal(told) {
		c.fail("%s was answered %s, but MDTM tells %s", line, r, got.Format("20060102150405"))
	}
	return r
}
