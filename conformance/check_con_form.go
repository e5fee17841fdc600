package conformance

import (
	"strings"
)

// conForms are those of the form of replies.
var conForms = map[string]check{
	"CON-03": {needs: files, try: func(t *trial) {
		c := t.login()
		for _, line := range manners {
			c.formed(line, c.one(line))
		}
		for _, step := range []struct{ line, content string }{{"STOR f", "content"}, {"RETR f", ""}, {"LIST", ""}, {"NLST", ""}} {
			tr := c.begin(step.line)
			c.formed(step.line, tr.first)
			if step.content != "" {
				tr.put(step.content)
				tr.close()
			} else {
				tr.read()
				tr.data.Close()
			}
			end := tr.end()
			c.formed(step.line, end)
			c.only(step.line, end)
		}
	}},
	"CON-18": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		r := c.ask("XYZZ")
		if !r.is(500, 502) {
			t.fail("XYZZ, which is no command, was answered %s, not 500 or 502", r)
		}
		c.only("XYZZ", r)
	}},
	"CON-21": {needs: files, try: func(t *trial) {
		c := t.connect()
		// The greeting has been read; a second one can be looked at as it is.
		raw := t.dial()
		if raw.at.Security == Implicit {
			raw.startTLS()
		}
		raw.formed("connecting", raw.reply())
		user, _ := raw.at.credentials()
		raw.formed("USER", raw.ask("USER "+encodeTelnet(user)))
		raw.formed("QUIT", raw.ask("QUIT"))
		c.authenticate()
		if c.at.Security != Clear {
			c.private()
		}
		c.formed("TYPE I", c.want("TYPE I", 200))
		c.enter()
		for _, line := range manners {
			c.formed(line, c.ask(line))
		}
		c.file("f", "content")
		for _, line := range []string{"STAT f", "SIZE f", "MDTM f", "MLST f", "RNFR f", "RNTO g", "DELE g", "RETR g", "PASV"} {
			c.formed(line, c.ask(line))
		}
	}},
	"CON-22": {needs: files, try: func(t *trial) {
		c := t.login()
		c.undivided("HELP", c.want("HELP", 211, 214))
		c.undivided("STAT", c.want("STAT", 211, 212))
		// A listing has lines that the server does not choose.
		for _, code := range []string{"211", "212", "213", "250"} {
			c.file(code+" end", "")
		}
		if r := c.ask("STAT ."); r.code/100 == 2 {
			c.undivided("STAT .", r)
		}
	}},
	"CON-23": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		for i, line := range []string{"HELP", "HELP NOOP", "HELP SITE", "SITE HELP"} {
			r := c.ask(line)
			if i == 0 && !r.is(211, 214) {
				t.fail("HELP was answered %s, not 211 or 214", r)
			}
			lines := strings.Split(strings.TrimSuffix(r.raw, "\n"), "\n")
			for n, text := range lines[1:max(1, len(lines)-1)] {
				if code := digits(text); code != "" && !strings.HasPrefix(text, lines[0][:3]+"-") {
					t.fail("line %d of the reply to %s begins with %s, which might be a reply code: %s", n+2, line, code, printable(strings.TrimRight(text, "\r")))
				}
			}
			c.onlyBefore(line, "PWD", 257)
		}
	}},
}

// manners are commands that any server has to answer in some way.
var manners = []string{
	"NOOP", "SYST", "PWD", "HELP", "HELP NOOP", "STAT", "FEAT", "TYPE A", "TYPE I", "TYPE X", "STRU F", "STRU X",
	"MODE S", "MODE X", "ALLO 100", "ACCT x", "SITE XYZZ", "SITE HELP", "OPTS XYZZ", "XYZZ", "MKD d", "CWD d", "CDUP", "RMD d",
	"RMD d", "CWD d", "DELE d", "RNFR d", "RNTO e", "REST 0", "LANG", "CLNT checker", "PORT 1", "EPRT x",
}

// undivided sees that a reply has ended where it seemed to.
func (c *control) undivided(line string, r reply) {
	c.send("PWD")
	next, err := c.next(c.target.ReplyTime)
	switch {
	case err == nil && next.code == 257:
	case err == nil || err == errNoReply:
		c.fail("the reply to %s seems to end with its line %d, which begins with the code and a blank, but then %s came", line, len(r.lines), next)
	default:
		c.fail("after the reply to %s, there is none to PWD: %s", line, c.cause(err))
	}
}

// digits are the three digits that a line begins with; "" if it does not.
func digits(line string) string {
	if len(line) < 3 || strings.Trim(line[:3], "0123456789") != "" {
		return ""
	}
	return line[:3]
}
