package conformance

import (
	"context"
	"strings"
)

// survey finds out what there is to be checked, so that what is missing is said once,
// and not by every item that needs it.
func (r *run) survey(ctx context.Context) {
	ask := func(what string, without need, try func(t *trial)) bool {
		res := r.try(ctx, Item{}, check{try: try})
		if res.Verdict == Passed {
			return true
		}
		if ctx.Err() == nil {
			r.lack(without, what+": "+res.Reason)
		}
		return false
	}
	greeted := ask("The server cannot be used", 0, func(t *trial) {
		defer func() { r.unreached = !t.connected }()
		r.report.Banner = clip(t.connect().greeted, mostReason)
	})
	if !greeted {
		return
	}
	// A server that does not answer these fails the items about them.
	r.try(ctx, Item{}, check{try: func(t *trial) {
		c := t.connect()
		if rep := c.ask("SYST"); rep.code == 215 {
			r.report.System = clip(rep.text(), mostReason)
		}
	}})
	r.try(ctx, Item{}, check{try: func(t *trial) { r.features = parseFeatures(t.connect().ask("FEAT")) }})
	if r.target.Security == Clear {
		ask("There is no TLS", needTLS, func(t *trial) {
			c := t.connect()
			rep := c.ask("AUTH TLS")
			if rep.code != 234 {
				t.fail("AUTH TLS was answered %s", rep)
			}
			c.startTLS()
		})
	}
	if !ask("There is no login", needLogin|needWrite, func(t *trial) {
		c := t.connect()
		c.authenticate()
		if r.target.Security != Clear {
			c.private()
		}
	}) {
		return
	}
	// Some servers say more to those who are logged in.
	r.try(ctx, Item{}, check{try: func(t *trial) {
		c := t.connect()
		c.authenticate()
		if more := parseFeatures(c.ask("FEAT")); len(more) > len(r.features) {
			r.features = more
		}
	}})
	ask("No files can be written", needWrite, func(t *trial) {
		t.check.needs = files
		c := t.login()
		c.file("written", "by ferry check")
		c.holds("written", "by ferry check")
	})
}

// lack notes what the items do without that have a need; 0 is that of every item.
func (r *run) lack(n need, why string) {
	r.lacks = append(r.lacks, lack{n, why})
	note := Note{Text: why, Lack: n.lack()}
	for _, it := range r.plan() {
		c, known := checks[it.ID]
		if known && c.state == Main && r.leavesOut(n, c) && r.report.noteOn(it.ID) < 0 {
			note.LeftOut = append(note.LeftOut, it.ID)
		}
	}
	r.report.Notes = append(r.report.Notes, note)
}

// leavesOut reports whether a check on the main server cannot be made if there is not what
// n says; 0 is that it cannot be used. How a session begins is seen even then, unless there
// is none to be had: a server that nobody reaches breaks no rule.
func (r *run) leavesOut(n need, c check) bool {
	if n == 0 {
		return !c.first || r.unreached
	}
	return c.needs&n != 0
}

// lack is what is missing if n is the need that cannot be met, and all that go with it.
func (n need) lack() Lack {
	switch {
	case n == 0:
		return LackServer
	case n&needLogin != 0:
		return LackLogin
	case n&needTLS != 0:
		return LackTLS
	}
	return LackWrite
}

// parseFeatures reads the answer to FEAT (RFC 2389, 3.2).
func parseFeatures(r reply) map[string]string {
	if r.code != 211 || len(featureLines(r)) == 0 {
		return nil
	}
	features := make(map[string]string)
	for _, line := range featureLines(r) {
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		verb = strings.ToUpper(verb)
		if had, ok := features[verb]; ok { // AUTH TLS, AUTH SSL: one line each
			rest = had + "\n" + rest
		}
		features[verb] = rest
	}
	return features
}

// featureLines are what FEAT lists, line by line (RFC 2389, 3.2).
func featureLines(r reply) []string {
	if len(r.lines) < 3 {
		return nil
	}
	return r.lines[1 : len(r.lines)-1]
}

// feature is what FEAT says of a verb; where it does not list it, the trial ends as not
// offered.
func (t *trial) feature(verb string) string {
	rest, ok := t.features[verb]
	if !ok {
		t.notOffered("FEAT does not list %s", verb)
	}
	return rest
}
