package conformance

import (
	"fmt"
	"slices"
	"strings"
)

// entry is a file as MLST and MLSD tell of it (RFC 3659, 7.2).
type entry struct {
	line  string
	facts map[string]string // by their names in lower case
	name  string
}

// kind is the fact type, in lower case.
func (e entry) kind() string { return strings.ToLower(e.facts["type"]) }

// itself reports whether the entry is of the directory that is listed, or the one above.
func (e entry) itself() bool { return e.kind() == "cdir" || e.kind() == "pdir" }

// parseEntry reads an entry by the letter of the grammar.
func parseEntry(line string) (entry, error) {
	e := entry{line: line, facts: make(map[string]string)}
	facts, name, ok := strings.Cut(line, " ")
	if !ok {
		return e, fmt.Errorf("there is no space between the facts and the name in %q", line)
	}
	e.name = name
	if facts == "" {
		return e, nil
	}
	facts, ok = strings.CutSuffix(facts, ";")
	if !ok {
		return e, fmt.Errorf("the facts in %q do not end with a semicolon", line)
	}
	for fact := range strings.SplitSeq(facts, ";") {
		key, value, ok := strings.Cut(fact, "=")
		lower := strings.ToLower(key)
		_, twice := e.facts[lower]
		switch {
		case !ok || key == "":
			return e, fmt.Errorf("%q in %q is no fact: a name, =, and a value", fact, line)
		case strings.ContainsFunc(fact, notOfFacts):
			return e, fmt.Errorf("%q in %q has a character that facts may not have", fact, line)
		case twice:
			return e, fmt.Errorf("%q has the fact %s twice", line, lower)
		}
		e.facts[lower] = value
	}
	return e, nil
}

// notOfFacts are the characters that are not in RCHAR (RFC 3659, 2.1), nor "=".
func notOfFacts(c rune) bool {
	return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune(`,.:!@#$%^&()-_+?/\'"=`, c))
}

// mlst is what MLST says of a file; "" is the working directory.
func (c *control) mlst(name string) entry {
	c.feature("MLST")
	line := strings.TrimSuffix("MLST "+encodeTelnet(name), " ")
	r := c.want(line, 250)
	raw := strings.SplitAfter(strings.TrimSuffix(r.raw, "\r\n"), "\r\n")
	if len(raw) != 3 || !strings.HasPrefix(raw[0], "250-") || raw[1][0] != ' ' || raw[2] != "250" && !strings.HasPrefix(raw[2], "250 ") {
		c.fail(`%s was answered %q: this has to be "250-" and a text, one space and the entry, and "250" and a text, in three lines`, line, r.raw)
	}
	e, err := parseEntry(strings.TrimSuffix(decodeTelnet(raw[1][1:]), "\r\n"))
	c.must(err, line)
	return e
}

// mlsd is what MLSD lists; "" is the working directory.
func (c *control) mlsd(dir string) []entry {
	c.feature("MLST")
	line := strings.TrimSuffix("MLSD "+encodeTelnet(dir), " ")
	return c.entriesOf(line, c.fetch(line))
}

func (c *control) entriesOf(command string, listing []byte) (list []entry) {
	for line := range strings.Lines(string(listing)) {
		text, ok := strings.CutSuffix(line, "\r\n")
		if !ok {
			c.fail("%s sends %q, which does not end with CR LF", command, line)
		}
		e, err := parseEntry(text)
		c.must(err, command)
		list = append(list, e)
	}
	return list
}

// find is the entry with a name, which has to be there.
func (c *control) find(list []entry, name string) entry {
	for _, e := range list {
		if e.name == name && !e.itself() {
			return e
		}
	}
	c.fail("what is listed is %q, in which there is no %q", namesOf(list), name)
	return entry{}
}

// namesOf are the names but those of the listed directory itself and the one above.
func namesOf(list []entry) (names []string) {
	for _, e := range list {
		if !e.itself() {
			names = append(names, e.name)
		}
	}
	return names
}

// listsOnly sees that a listing has these names alone, in any order.
func (c *control) listsOnly(command string, got []string, want ...string) {
	got = slices.Sorted(slices.Values(got))
	slices.Sort(want)
	if !slices.Equal(got, want) {
		c.fail("%s lists %q, and not %q", command, got, want)
	}
}

// facts has MLST and MLSD tell these facts; where FEAT does not list one of them, the trial
// ends as not offered.
func (c *control) facts(names ...string) {
	for _, name := range names {
		if !c.knowsFact(name) {
			c.notOffered("MLST does not know the fact %s: in FEAT it has %s", name, c.features["MLST"])
		}
	}
	c.param("OPTS MLST " + strings.Join(names, ";") + ";")
}

// knowsFact reports whether FEAT lists a fact; one that is told unasked has an asterisk
// (RFC 3659, 7.8).
func (c *control) knowsFact(name string) bool {
	return slices.ContainsFunc(strings.Split(c.feature("MLST"), ";"), func(fact string) bool {
		return strings.EqualFold(strings.TrimSuffix(fact, "*"), name)
	})
}
