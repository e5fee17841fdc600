package conformance

// dirChecks are those of directories, names, and what a server says about itself.
var dirChecks = gather(dirMoveChecks, dirMakeChecks, dirRenameChecks, dirNameChecks, dirOutsideChecks, dirInfoChecks, dirSiteChecks)

// dirMoveChecks are about the working directory.
var dirMoveChecks = map[string]check{
	"DIR-01": {needs: files, try: func(t *trial) {
		c := t.login()
		here := c.pwd()
		c.want("MKD d", 257)
		c.file("d/f", "within d")
		c.want("CWD d", 250)
		if c.pwd() == here {
			t.fail("after CWD d the working directory is still %q", here)
		}
		c.holds("f", "within d")
	}},
	"DIR-02": {needs: files, try: func(t *trial) {
		c := t.login()
		here := c.pwd()
		c.want("CWD missing", 550)
		c.stands(here, "CWD missing, which was refused,")
		c.file("f", "a file")
		c.want("CWD f", 550)
		c.stands(here, "CWD f, which was refused,")
	}},
	"DIR-03": {needs: files, try: func(t *trial) {
		first := t.connect()
		first.authenticate()
		home := first.pwd()
		c := t.login()
		here := c.pwd()
		if r := c.want("CWD", 501, 250); r.code == 250 {
			c.stands(home, "CWD without an argument, which was answered 250,")
		} else {
			c.stands(here, "CWD without an argument, which was refused,")
		}
	}},
	"DIR-04": {needs: files, try: func(t *trial) {
		c := t.login()
		here := c.pwd()
		c.want("MKD d", 257)
		c.want("CWD d", 250)
		c.want("CDUP", 250, 200)
		c.stands(here, "CDUP")
	}},
	"DIR-05": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.toRoot()
		c.alive()
	}},
	"DIR-06": {needs: files, try: func(t *trial) {
		c := t.login()
		here := c.pwd()
		c.want("MKD d", 257)
		c.want("MKD d/x", 257)
		c.want("MKD x", 257)
		c.want("CWD d", 250)
		below := c.pwd()
		if r := c.want("CDUP x", 501, 250, 200); r.code == 501 {
			c.stands(below, "CDUP x, which was refused,")
		} else {
			c.stands(here, "CDUP x, which was not refused,")
		}
	}},
	"DIR-07": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("MKD d", 257)
		c.want("MKD d/e", 257)
		c.want("CWD d", 250)
		path := c.pwd()
		c.want("CWD e", 250)
		c.want("CWD "+encodeTelnet(path), 250)
		c.stands(path, "CWD with the path that PWD has told")
	}},
	"DIR-08": {needs: files, try: func(t *trial) {
		c := t.login()
		here := c.pwd()
		c.named(`MKD a"b`)
		c.want(`CWD a"b`, 250)
		path := c.pwd()
		if path == here || len(path) < 3 || path[len(path)-3:] != `a"b` {
			t.fail(`in the directory a"b PWD tells %q`, path)
		}
		c.want("CDUP", 250, 200)
		c.want("CWD "+encodeTelnet(path), 250)
		c.stands(path, "CWD with the path that PWD has told")
	}},
}

// mostUp is how many directories there can be above one another.
const mostUp = 100

// toRoot goes up until there is nothing above, and returns where that is.
func (c *control) toRoot() string {
	here := c.pwd()
	for range mostUp {
		r := c.want("CDUP", 250, 200, 550)
		up := c.pwd()
		switch {
		case up == here:
			return here
		case r.code == 550:
			c.fail("CDUP was refused in %q, and yet the working directory is now %q", here, up)
		case len(up) >= len(here):
			c.fail("CDUP in %q leads to %q", here, up)
		}
		here = up
	}
	c.fail("after %d times CDUP there is still no directory that has none above it", mostUp)
	return ""
}
