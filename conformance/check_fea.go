package conformance

import (
	"maps"
	"slices"
	"strings"
)

// feaChecks are those of FEAT and OPTS.
var feaChecks = gather(listChecks, promiseChecks, factsChecks, map[string]check{
	"FEA-06": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		for _, known := range []struct{ feature, line string }{
			{"MLST", "OPTS MLST type;size;"},
			{"UTF8", "OPTS UTF8 ON"},
			{"HASH", "OPTS HASH"},
			{"MLST", "OPTS MLST"},
		} {
			if _, ok := c.feat()[known.feature]; !ok {
				continue
			}
			if r := c.ask(known.line); r.is(500, 502) {
				t.fail("%s was answered %s, while FEAT is known, and lists %s", known.line, r, known.feature)
			}
			return
		}
		// OPTS itself is there, whatever else is.
		if r := c.ask("OPTS NOSUCH"); r.is(500, 502) {
			t.fail("OPTS was answered %s, while FEAT is known", r)
		}
	}},
	"FEA-07": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.feat()
		c.strictly("OPTS NOSUCH", 501, 500, 502, 504)
		c.alive()
	}},
	"FEA-08": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.feat()
		c.strictly("OPTS", 501)
		c.alive()
	}},
	"FEA-23": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		t.feature("UTF8")
		c.strictly("OPTS UTF8 ON", 200)
		c.alive()
	}},
	"FEA-24": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		t.feature("UTF8")
		c.strictly("OPTS utf8 on", 200)
		c.strictly("OPTS UTF-8 ON", 200)
		c.alive()
	}},
})

// listChecks are those of the answer to FEAT as such.
var listChecks = map[string]check{
	"FEA-01": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		r := c.want("FEAT", 211)
		if len(r.lines) == 1 {
			t.notOffered("FEAT was answered %s: there are no extensions", r)
		}
		c.listing(r)
	}},
	"FEA-02": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.feat()
		c.strictly("FEAT x", 501)
		c.alive()
	}},
	"FEA-03": {needs: needLogin, try: func(t *trial) {
		for verb := range t.login().feat() {
			if verb == "FEAT" || verb == "OPTS" {
				t.fail("FEAT lists %s, which is no extension beside FEAT", verb)
			}
		}
	}},
	"FEA-04": {try: noFeatures},
	"FEA-05": {try: func(t *trial) {
		c := t.connect()
		if len(t.features) == 0 {
			c.want("FEAT", 211)
			return
		}
		// The survey has seen that FEAT is known.
		if r := c.strictly("FEAT", 211); len(parseFeatures(r)) == 0 {
			t.fail("FEAT before login was answered %s, while there are extensions after it", r)
		}
	}},
}

// feat asks what the server offers now, by verbs in upper case. Where FEAT is not known,
// the trial ends as not offered.
func (c *control) feat() map[string]string {
	list := parseFeatures(c.want("FEAT", 211))
	if list == nil {
		list = make(map[string]string)
	}
	return list
}

// listing sees that a multi-line answer to FEAT has the exact form of RFC 2389, 3.2.
func (c *control) listing(r reply) {
	lines := strings.SplitAfter(r.raw, "\n")
	lines = lines[:len(lines)-1]
	for i, line := range lines {
		text, ok := strings.CutSuffix(line, "\r\n")
		label, _, _ := strings.Cut(strings.TrimPrefix(text, " "), " ")
		switch {
		case !ok:
			c.fail("the line %q of the answer to FEAT does not end with CR LF", printable(line))
		case i == 0 && !strings.HasPrefix(text, "211-"):
			c.fail("the answer to FEAT begins with %q, not with 211-", printable(text))
		case i == 0:
		case i == len(lines)-1:
			if !strings.EqualFold(text, "211 End") {
				c.fail("the answer to FEAT ends with %q, not with \"211 End\"", printable(text))
			}
		case !strings.HasPrefix(text, " "):
			c.fail("the line %q of the answer to FEAT does not begin with a space", printable(text))
		case strings.HasPrefix(text, "  "):
			c.fail("the line %q of the answer to FEAT begins with more than one space", printable(text))
		case label == "" || strings.ContainsFunc(label, func(r rune) bool { return r <= ' ' || r > '~' }):
			c.fail("the line %q of the answer to FEAT does not begin with the name of a feature", printable(text))
		case text != strings.TrimRight(text, " "):
			c.fail("the line %q of the answer to FEAT ends with a space", printable(text))
		}
	}
	if len(lines) < 3 {
		c.fail("the answer to FEAT lists nothing, in %d lines; without extensions it has one", len(lines))
	}
}

// noFeatures: who has no extensions says so in one line (RFC 2389, 3.2). Most servers have
// some; of one that can do without, the state Bare tells.
func noFeatures(t *trial) {
	e, given := t.target.At[Bare]
	if !given {
		e = t.target.Endpoint
	}
	c := t.connectWith(e)
	r := c.ask("FEAT")
	if r.is(530) {
		c.authenticate()
		r = c.ask("FEAT")
	}
	list := parseFeatures(r)
	switch {
	case r.is(500, 502):
	case !r.is(211):
		t.fail("FEAT was answered %s, not 211, 500 or 502", r)
	case len(r.lines) == 1:
	case len(list) == 0:
		t.fail("FEAT lists no feature, in %d lines; who has none answers with one line", len(r.lines))
	case given:
		t.fail("FEAT lists %s, by a server that was said to have no extensions", strings.Join(slices.Sorted(maps.Keys(list)), ", "))
	default:
		t.notOffered("this is about servers without any extension, and this one lists %d", len(list))
	}
}
