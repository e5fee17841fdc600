package conformance

import (
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// enter makes a folder for the trial and goes there.
func (c *control) enter() {
	home := c.home(c)
	dir := home + "/" + c.item.folder()
	made := reply{code: 257}
	if !c.made[c.at] {
		// A connection more of the same item comes to the same folder.
		if c.made == nil {
			c.trial.made = make(map[Endpoint]bool)
		}
		c.made[c.at] = true
		made = c.ask("MKD " + encodeTelnet(dir))
	}
	// Endpoints may share a folder.
	if r := c.ask("CWD " + encodeTelnet(dir)); !made.is(257, 250) && !r.is(250, 200) {
		c.fail("a folder for the item cannot be made: %s", made)
	} else if !r.is(250, 200) {
		c.fail("the folder of the item, which was just made, cannot be entered: %s", r)
	}
}

// unlisted notes that there may be a file in the folder of the item which listings leave
// out, so that it is removed however the item ends.
func (c *control) unlisted(name string) {
	path := c.home(c) + "/" + c.item.folder() + "/" + name
	c.turn <- struct{}{}
	c.run.hidden = append(c.run.hidden, path)
	<-c.turn
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
	select {
	case r.turn <- struct{}{}:
	case <-c.ctx.Done():
		c.fail("%s", c.cause(c.ctx.Err()))
	}
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
	// Whether it has been made is not known if there is no answer.
	r.begun[c.at] = home
	// Endpoints may share a folder.
	made, there := c.ask("MKD "+encodeTelnet(home)), c.ask("CWD "+encodeTelnet(home))
	if !made.is(257, 250) && !there.is(250, 200) {
		c.fail("a folder to work in cannot be made: %s", made)
	}
	// Where CWD leads nowhere, items would write over what is not theirs.
	if rep := c.ask("PWD"); !there.is(250, 200) || !strings.Contains(strings.ToLower(rep.text()), r.work) {
		if c.ask("RMD " + encodeTelnet(home)).is(250) {
			delete(r.begun, c.at)
		}
		c.fail("a folder to work in was made, but CWD to it was answered %s, and then PWD %s", there, rep)
	}
	r.homes[c.at] = home
	return home
}
