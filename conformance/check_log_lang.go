package conformance

import (
	"regexp"
	"strings"
)

// logLanguages are those of LANG (RFC 2640).
var logLanguages = map[string]check{
	"LOG-40": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.want("LANG", 200)
		if usual, others := c.languages(); usual != "" && len(others) > 0 {
			c.want("LANG "+others[0], 200)
			c.want("LANG", 200)
			c.backTo(usual, "LANG")
		}
	}},
	"LOG-41": {needs: needLogin, try: func(t *trial) { t.login().want("LANG xx-nonexist", 504) }},
	"LOG-42": {needs: needLogin, try: func(t *trial) { t.login().want("LANG @@", 501) }},
	"LOG-43": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.want("LANG", 200)
		c.languages()
	}},
	"LOG-44": {needs: needLogin, try: func(t *trial) {
		c := t.connect()
		c.want("LANG", 200)
		if !strings.Contains(c.languageList(), ";") {
			t.notOffered("there is one language")
		}
		usual, others := c.languages()
		if usual == "" {
			t.notRun("FEAT does not show which language is in use, which it need not")
		}
		c.want("LANG "+others[0], 200)
		if now, _ := c.languages(); !strings.EqualFold(now, others[0]) {
			t.fail("LANG %s was answered 200, but FEAT has the asterisk at %q", others[0], now)
		}
		// Each of the two begins anew.
		host := t.target.Hosts[0]
		if host != "" && c.ask("HOST "+host).code == 220 {
			c.backTo(usual, "HOST")
			if c.conn != c.raw {
				return
			}
			c.want("LANG "+others[0], 200)
		}
		c.rein()
		c.backTo(usual, "REIN")
	}},
}

// backTo sees that the language is the usual one.
func (c *control) backTo(usual, by string) {
	if now, _ := c.languages(); !strings.EqualFold(now, usual) {
		c.fail("after %s the language is not the default, %s, again: FEAT has the asterisk at %q", by, usual, now)
	}
}

// languageFact is a lang-fact (RFC 2640, 4.3).
var languageFact = regexp.MustCompile(`^[A-Za-z]{1,8}(-[A-Za-z]{1,8})*\*?(;[A-Za-z]{1,8}(-[A-Za-z]{1,8})*\*?)*$`)

// languages are what FEAT lists: the one that is in use, "" if none is marked, and the
// others.
func (c *control) languages() (used string, others []string) {
	fact := c.languageList()
	if !languageFact.MatchString(fact) {
		c.fail("FEAT has %q for LANG, which is no list of languages as EN*;FR", fact)
	}
	if strings.Count(fact, "*") > 1 {
		c.fail("FEAT has %q for LANG, with more than one language in use", fact)
	}
	for tag := range strings.SplitSeq(fact, ";") {
		if name, is := strings.CutSuffix(tag, "*"); is {
			used = name
		} else {
			others = append(others, tag)
		}
	}
	return used, others
}

// languageList is what FEAT has behind LANG, whatever its form.
func (c *control) languageList() string {
	fact, found := "", false
	for _, line := range featureLines(c.want("FEAT", 211)) {
		if len(line) > 6 && strings.EqualFold(line[:6], " LANG ") {
			if found {
				c.fail("FEAT has more than one line of LANG")
			}
			fact, found = line[6:], true
		}
	}
	if !found {
		c.fail("LANG works, but FEAT has no line that begins with a blank, LANG and a blank")
	}
	return fact
}
