package conformance

import (
	"regexp"
	"strings"
	"time"
)

// lstTimeChecks are about MDTM.
var lstTimeChecks = map[string]check{
	"LST-33": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("f", "one")
		c.utc("MDTM f", c.mdtm("f"))
		c.alive()
	}},
	"LST-34": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("MDTM missing", 550)
		c.alive()
	}},
	"LST-35": {needs: files, try: func(t *trial) {
		c := t.login()
		const name = "19990929043300 file6"
		c.file("file6", "another")
		other := c.mdtm("file6")
		c.file(name, "the one")
		at := c.mdtm(name)
		if at.Equal(time.Date(1999, 9, 29, 4, 33, 0, 0, time.UTC)) {
			t.fail("MDTM %s tells the time that the name of the file begins with, not that of the file", name)
		}
		if now := c.mdtm("file6"); !now.Equal(other) {
			t.fail("MDTM %s, which is the name of a file, has changed the time of file6, to %v", name, now)
		}
		if _, ok := c.features["MLST"]; ok && c.knowsFact("modify") {
			c.facts("modify")
			if e := c.mlst(name); !c.timeOf("the fact modify of "+name, e.facts["modify"]).Equal(at) {
				t.fail("MDTM %s tells %v, but MLST %q", name, at, e.line)
			}
		}
	}},
}

// timeForm is a time as RFC 3659, 2.3, has it.
var timeForm = regexp.MustCompile(`^[0-9]{14}(\.[0-9]+)?$`)

// timeOf reads a time.
func (c *control) timeOf(what, value string) time.Time {
	at, err := time.Parse("20060102150405", value)
	if !timeForm.MatchString(value) || err != nil {
		c.fail("%s is %q, not a time as YYYYMMDDHHMMSS, and a fraction if need be", what, value)
	}
	return at
}

// sameTime reports whether two times are the same. One may be told to the second, and the
// other to a fraction of it.
func sameTime(a, b string) bool {
	if len(a) < 14 || len(b) < 14 || a[:14] != b[:14] {
		return false
	}
	return len(a) == 14 || len(b) == 14 || strings.TrimRight(a, "0") == strings.TrimRight(b, "0")
}

// mdtm is the time of a file.
func (c *control) mdtm(name string) time.Time {
	line := "MDTM " + encodeTelnet(name)
	r := c.want(line, 213)
	if len(r.lines) != 1 {
		c.fail("%s was answered %s, in more than one line", printable(line), r)
	}
	return c.timeOf("the answer to "+printable(line), r.text())
}

const (
	zones     = 15 * time.Hour   // from UTC there are no more
	zoneUnit  = 15 * time.Minute // all are multiples of it
	clockSlop = 2 * time.Minute  // between two clocks that are right
)

// utc sees that the time of a file that was just made is not that of another zone. Where
// it differs from the checker's otherwise, nothing can be said.
func (c *control) utc(what string, at time.Time) {
	off := time.Until(at)
	zone := off.Round(zoneUnit)
	if zone != 0 && zone.Abs() < zones && (off-zone).Abs() < clockSlop {
		c.fail("%s tells %s of a file that was just made: it is %v from UTC, in which times are told", what, at.Format("15:04:05"), zone)
	}
}

// modified is the time that an answer to MFMT or MFF has, and the name behind it.
func modified(r reply) (value, name string, ok bool) {
	facts, name, ok := strings.Cut(r.text(), " ")
	for fact := range strings.SplitSeq(facts, ";") {
		if key, v, _ := strings.Cut(fact, "="); strings.EqualFold(key, "modify") {
			value = v
		}
	}
	return value, name, ok && value != "" && strings.HasSuffix(facts, ";")
}
