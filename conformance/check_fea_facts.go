package conformance

import (
	"slices"
	"strings"
)

// factsChecks are those of the facts of MLST and MLSD, as FEAT lists and OPTS chooses
// them (RFC 3659, 7.8 and 7.9).
var factsChecks = map[string]check{
	"FEA-18": {needs: files, try: func(t *trial) {
		c, has := t.facts()
		chosen := c.choose("size;type;")
		c.choiceFormed("OPTS MLST size;type;")
		for _, f := range chosen {
			if f != "size" && f != "type" {
				t.fail("OPTS MLST size;type; chose %s, too", f)
			}
		}
		for _, f := range []string{"size", "type"} {
			if slices.Contains(has, f) && !slices.Contains(chosen, f) {
				t.fail("OPTS MLST size;type; did not choose %s, which FEAT lists", f)
			}
		}
		c.shows(chosen)
	}},
	"FEA-19": {needs: files, try: func(t *trial) {
		c, _ := t.facts()
		c.choiceFormed("OPTS MLST")
		if chosen := c.choose(""); len(chosen) > 0 {
			t.fail("OPTS MLST without facts chose %s", strings.Join(chosen, ", "))
		}
		listed := string(c.fetch("MLSD"))
		if !strings.Contains(listed, " file\r\n") {
			t.fail("MLSD without facts brought %q, not a line of a space and the name of the file", printable(listed))
		}
		for line := range strings.Lines(listed) {
			if line[0] != ' ' {
				t.fail("after OPTS MLST without facts, MLSD has the line %q, which does not begin with a space", printable(strings.TrimRight(line, "\r\n")))
			}
		}
	}},
	"FEA-20": {needs: files, try: func(t *trial) {
		c, has := t.facts()
		chosen := c.choose("size;frogs;")
		for _, f := range chosen {
			if f != "size" {
				t.fail("OPTS MLST size;frogs; chose %s, too", f)
			}
		}
		if slices.Contains(has, "size") && !slices.Contains(chosen, "size") {
			t.fail("OPTS MLST size;frogs; did not choose size, which FEAT lists")
		}
		c.shows(chosen)
	}},
	"FEA-21": {needs: needLogin, try: func(t *trial) {
		c, _ := t.facts()
		c.choose("type;")
		before := c.feat()["MLST"]
		c.strictly("OPTS MLST unique type;", 501)
		if after := c.feat()["MLST"]; after != before {
			t.fail("after OPTS MLST was refused, FEAT lists %q, not %q as before", printable(after), printable(before))
		}
	}},
	"FEA-22": {needs: needLogin, try: func(t *trial) {
		c, has := t.facts()
		for _, want := range []string{"type", "size"} {
			if !slices.Contains(has, want) {
				continue
			}
			chosen := c.choose(want + ";")
			_, starred := c.listedFacts()
			if !slices.Equal(starred, []string{want}) || !slices.Equal(chosen, starred) {
				t.fail("after OPTS MLST %s; FEAT has the asterisk at %s: %q", want, orNone(starred), printable(c.feat()["MLST"]))
			}
		}
	}},
}

func orNone(facts []string) string {
	if len(facts) == 0 {
		return "none"
	}
	return strings.Join(facts, ", ")
}

// facts logs in to a server that has MLST, with a file if the item may write, and tells
// which facts it has.
func (t *trial) facts() (c *control, has []string) {
	t.feature("MLST")
	c = t.login()
	if t.check.needs&needWrite != 0 {
		c.file("file", "content")
	}
	has, _ = c.listedFacts()
	return c, has
}

// listedFacts are the facts in the line MLST of FEAT, and those with an asterisk, in lower
// case. What is wrong with the line is for FEA-15.
func (c *control) listedFacts() (has, starred []string) {
	for f := range strings.SplitSeq(strings.ToLower(c.feat()["MLST"]), ";") {
		name, star := strings.CutSuffix(strings.TrimSpace(f), "*")
		if name != "" {
			has = append(has, name)
		}
		if star {
			starred = append(starred, name)
		}
	}
	return has, starred
}

// choose chooses facts; it returns those that the answer lists, in lower case. What is
// wrong with the form of the answer is for choiceFormed.
func (c *control) choose(list string) (facts []string) {
	r := c.strictly(strings.TrimSpace("OPTS MLST "+list), 200)
	_, named, _ := strings.Cut(strings.ToLower(r.text()), "mlst opts")
	for f := range strings.SplitSeq(named, ";") {
		if f = strings.Trim(f, " *"); f != "" {
			facts = append(facts, f)
		}
	}
	return facts
}

// choiceFormed chooses facts, and sees that the answer has the form of RFC 3659, 7.9.1.
func (c *control) choiceFormed(line string) {
	r := c.strictly(line, 200)
	words, rest := r.text(), ""
	if len(words) > len("MLST OPTS") {
		words, rest = words[:len("MLST OPTS")], words[len("MLST OPTS"):]
	}
	list, ok := strings.CutSuffix(rest, ";")
	switch {
	case !strings.EqualFold(words, "MLST OPTS") || len(r.lines) > 1:
		c.fail("%s was answered %s, not with MLST OPTS and the facts that are chosen", line, r)
	case rest == "", rest == " ": // a space without facts behind it does no harm
	case !ok || rest[0] != ' ' || strings.ContainsAny(list[1:], " *="):
		c.fail("%s was answered %s, whose facts are not each followed by a semicolon, without blanks", line, r)
	}
}

// shows sees that MLST of the file has these facts, and no others.
func (c *control) shows(chosen []string) {
	r := c.want("MLST file", 250)
	if len(r.lines) != 3 {
		c.fail("MLST was answered with %d lines, not three", len(r.lines))
	}
	facts, _, ok := strings.Cut(strings.TrimPrefix(r.lines[1], " "), " ")
	if !ok {
		c.fail("MLST brought %q, in which no name is", printable(r.lines[1]))
	}
	var shown []string
	for f := range strings.SplitSeq(strings.TrimSuffix(facts, ";"), ";") {
		name, _, _ := strings.Cut(strings.ToLower(f), "=")
		if shown = append(shown, name); name != "" && !slices.Contains(chosen, name) {
			c.fail("MLST shows %s, which OPTS MLST did not choose: %q", printable(name), printable(r.lines[1]))
		}
	}
	for _, f := range []string{"type", "size"} { // each file has these
		if slices.Contains(chosen, f) && !slices.Contains(shown, f) {
			c.fail("MLST does not show %s, which OPTS MLST chose: %q", f, printable(r.lines[1]))
		}
	}
}

// mlstFeature: one line has the facts, and there is none for MLSD (RFC 3659, 7.8).
func mlstFeature(t *trial) {
	c := t.login()
	c.file("file", "content")
	list := c.feat()
	rest, listed := list["MLST"]
	if !listed {
		if r := c.ask("MLST file"); r.is(250) {
			t.fail("MLST works, being answered %s, and FEAT does not list it", r)
		}
		t.notOffered("FEAT does not list MLST")
	}
	if _, ok := list["MLSD"]; ok {
		t.fail("FEAT has a line MLSD; that of MLST is for both")
	}
	if strings.Contains(rest, "\n") {
		t.fail("FEAT has more than one line MLST")
	}
	if rest == "" {
		return // no facts
	}
	facts, ok := strings.CutSuffix(rest, ";")
	for f := range strings.SplitSeq(facts, ";") {
		name := strings.TrimSuffix(f, "*")
		if !ok || name == "" || strings.ContainsAny(name, " *=\t") {
			t.fail("FEAT has the line %q, which is not a fact, perhaps an asterisk, and a semicolon each", printable("MLST "+rest))
		}
	}
	c.want("MLST file", 250)
}
