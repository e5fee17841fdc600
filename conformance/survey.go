package conformance

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// survey finds out what there is to be checked, so that what is missing is said once,
// and not by every item that needs it.
func (r *run) survey(ctx context.Context) {
	ask := func(what string, without need, try func(t *trial)) bool {
		res := r.try(ctx, Item{}, check{try: try})
		if res.Verdict == Passed {
			return true
		}
		r.lack(without, what+": "+res.Reason)
		return false
	}
	greeted := ask("The server cannot be used", 0, func(t *trial) {
		c := t.connect()
		r.report.Banner = c.greeted
		if rep := c.ask("SYST"); rep.code == 215 {
			r.report.System = rep.text()
		}
		r.features = parseFeatures(c.ask("FEAT"))
	})
	if !greeted {
		return
	}
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
		// Some servers say more to those who are logged in.
		if more := parseFeatures(c.ask("FEAT")); len(more) > len(r.features) {
			r.features = more
		}
		if r.target.Security != Clear {
			c.private()
		}
	}) {
		return
	}
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
		c := checks[it.ID]
		if c.state == Main && (n == 0 && !c.first || c.needs&n != 0) && r.report.noteOn(it.ID) < 0 {
			note.LeftOut = append(note.LeftOut, it.ID)
		}
	}
	r.report.Notes = append(r.report.Notes, note)
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
	if r.code != 211 || len(r.lines) < 3 {
		return nil
	}
	features := make(map[string]string)
	for _, line := range r.lines[1 : len(r.lines)-1] {
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		verb = strings.ToUpper(verb)
		if had, ok := features[verb]; ok { // AUTH TLS, AUTH SSL: one line each
			rest = had + "\n" + rest
		}
		features[verb] = rest
	}
	return features
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

// enter makes a folder for the trial and goes there.
func (c *control) enter() {
	home := c.home(c)
	dir := home + "/" + c.item.folder()
	if !c.made {
		// A connection more of the same item comes to the same folder.
		c.made = true
		if r := c.ask("MKD " + encodeTelnet(dir)); !r.is(257, 250) {
			c.fail("a folder for the item cannot be made: %s", r)
		}
	}
	c.want("CWD "+encodeTelnet(dir), 250, 200)
}

func (it Item) folder() string {
	if it.ID == "" {
		return "survey"
	}
	return it.ID
}

// home is the folder of work at the endpoint of a connection that is logged in, as an
// absolute path. It is made where there is none yet.
func (r *run) home(c *control) string {
	r.turn <- struct{}{}
	defer func() { <-r.turn }()
	if home := r.homes[c.at]; home != "" {
		return home
	}
	if c.at.Dir != "" {
		c.want("CWD "+encodeTelnet(c.at.Dir), 250, 200)
	}
	rep := c.want("PWD", 257)
	dir, ok := ftp.UnquotePath(rep.text())
	if !ok {
		c.fail("PWD was answered %s, in which there is no path", rep)
	}
	home := strings.TrimSuffix(dir, "/") + "/" + r.work
	// Endpoints may share a folder.
	made, there := c.ask("MKD "+encodeTelnet(home)), c.ask("CWD "+encodeTelnet(home))
	if !made.is(257, 250) && !there.is(250, 200) {
		c.fail("a folder to work in cannot be made: %s", made)
	}
	// Where CWD leads nowhere, items would write over what is not theirs.
	if rep := c.ask("PWD"); !there.is(250, 200) || !strings.Contains(strings.ToLower(rep.text()), r.work) {
		c.ask("RMD " + encodeTelnet(home))
		c.fail("a folder to work in was made, but CWD to it was answered %s, and then PWD %s", there, rep)
	}
	r.homes[c.at] = home
	return home
}

// clean removes what was made. What it cannot remove it notes. Where endpoints share a
// folder, the first of them has removed it.
func (r *run) clean(ctx context.Context) {
	for e, home := range r.homes {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanTime)
		defer cancel()
		res := r.try(ctx, Item{}, check{long: cleanTime, try: func(t *trial) {
			c := t.loginTo(e)
			if c.ask("CWD "+encodeTelnet(home)).code == 550 {
				return
			}
			if err := c.remove(home, 0); err != nil {
				t.fail("%v", err)
			}
		}})
		if res.Verdict != Passed {
			r.report.Notes = append(r.report.Notes, Note{Text: fmt.Sprintf("%s at %s could not be removed: %s", home, e.Addr, res.Reason)})
		}
	}
}

const (
	cleanTime = 2 * time.Minute
	mostDeep  = 40 // folders within folders, which no item makes
)

// remove removes a folder with all in it.
func (c *control) remove(dir string, depth int) error {
	if depth > mostDeep {
		return errors.New("the folders in it have no end")
	}
	entries, err := c.entries(dir)
	if err != nil {
		return err
	}
	for _, name := range entries {
		path := dir + "/" + name
		if c.ask("DELE "+encodeTelnet(path)).code/100 == 2 {
			continue
		}
		if err := c.remove(path, depth+1); err != nil {
			return err
		}
	}
	if r := c.ask("RMD " + encodeTelnet(dir)); r.code/100 != 2 {
		return fmt.Errorf("RMD %s was answered %s", printable(dir), r)
	}
	return nil
}

// entries are the names in a folder, by MLSD, or NLST where that is not known.
func (c *control) entries(dir string) (names []string, err error) {
	if r := c.ask("CWD " + encodeTelnet(dir)); r.code/100 != 2 {
		return nil, fmt.Errorf("CWD %s was answered %s", printable(dir), r)
	}
	list := func(command string) (string, bool) {
		conn, err := c.tryData(c.passive(), c.local())
		if err != nil {
			return "", false
		}
		defer conn.Close()
		r := c.ask(command)
		if !r.preliminary() {
			return "", r.is(450, 550) // nothing is there
		}
		tr := c.opened(command, r, conn)
		b := tr.read()
		tr.data.Close()
		return string(b), c.reply().code/100 == 2
	}
	listed, ok := "", false
	if _, has := c.features["MLST"]; has {
		if listed, ok = list("MLSD"); ok {
			return namesOfFacts(listed), nil
		}
	}
	if listed, ok = list("NLST -a"); !ok || listed == "" {
		if listed, ok = list("NLST"); !ok {
			return nil, fmt.Errorf("%s cannot be listed", printable(dir))
		}
	}
	for line := range strings.Lines(listed) {
		name := strings.TrimRight(line, "\r\n")
		if i := strings.LastIndexByte(name, '/'); i >= 0 {
			name = name[i+1:]
		}
		if name != "" && name != "." && name != ".." {
			names = append(names, name)
		}
	}
	return names, nil
}

func namesOfFacts(listing string) (names []string) {
	for line := range strings.Lines(listing) {
		facts, name, ok := strings.Cut(strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), " ")
		lower := strings.ToLower(facts)
		if !ok || strings.Contains(lower, "type=cdir;") || strings.Contains(lower, "type=pdir;") {
			continue
		}
		names = append(names, name)
	}
	return names
}
