package conformance

import "strings"

// dirOutsideChecks are about what an account may not see. They never write there, nor
// do they read what is there: they see whether it is refused.
var dirOutsideChecks = map[string]check{
	"DIR-28": {needs: files, try: func(t *trial) {
		c := t.login()
		here := c.pwd()
		c.want("MKD d", 257)
		root := c.toRoot()
		for _, way := range []string{up, "/" + up, "d/" + up, "..\x00/" + up, up + "\x00", `..\..\..\..\..\..\..\..\`} {
			c.want("CWD "+encodeTelnet(here), 250)
			line := "CWD " + way
			if r := c.ask(line); r.code == 250 {
				c.inside(here, root, line)
			} else {
				c.judge(line, r, refusals(way)...)
			}
		}
		c.want("CWD "+encodeTelnet(here), 250)
		for _, file := range []string{"etc/passwd", "windows/win.ini"} {
			if c.opens("/" + file) {
				continue // the account may see it
			}
			for _, way := range []string{up, "/" + up, "d/" + up, "/../" + up} {
				for _, end := range []string{"", "\x00", "\x00.txt"} {
					if name := way + file + end; c.opens(name) {
						t.fail("RETR %s is granted, though the account may not see /%s", printable(name), file)
					}
				}
			}
		}
		c.alive()
	}},
	"DIR-29": {needs: needLogin, try: func(t *trial) {
		e, ok := t.target.At[Linked]
		if !ok {
			e = t.target.Endpoint
		}
		c := t.loginTo(e)
		link := t.target.Outside
		if link == "" {
			link = c.linkOut()
		} else if e.Dir != "" {
			c.want("CWD "+encodeTelnet(e.Dir), 250)
		}
		here := c.pwd()
		if c.opens(encodeTelnet(link)) {
			t.fail("RETR %s is granted, though it is a link that leads out of what the account may see", printable(link))
		}
		c.want("CWD "+encodeTelnet(link), 550)
		c.stands(here, "CWD "+link+", which was refused,")
	}},
}

// up leads further up than there are directories.
var up = strings.Repeat("../", 40)

// inside sees that the working directory, to which line has led, is between root and here:
// both by its name and by what is there.
func (c *control) inside(here, root, line string) {
	at := c.pwd()
	rest, above := strings.CutPrefix(here+"/", strings.TrimSuffix(at, "/")+"/")
	if !above || !strings.HasPrefix(at, root) {
		c.fail("%s leads to %q, which is outside of %q", printable(line), printable(at), root)
	}
	if rest = strings.TrimSuffix(rest, "/"); rest == "" {
		return
	}
	if r := c.ask("CWD " + encodeTelnet(rest)); r.code != 250 {
		c.fail("%s leads, as PWD says, to %q, and yet CWD %s was answered %s there", printable(line), at, rest, r)
	}
	c.stands(here, line+" and CWD "+rest)
}

// refusals are the codes by which a path is refused: 550, or 553 for its name, and those
// of a syntax error for one with a NUL.
func refusals(path string) []int {
	if strings.Contains(path, "\x00") {
		return []int{550, 501, 553, 500}
	}
	return []int{550, 553}
}

// opens reports whether a file is sent; if not, it must be refused. What is in it is not
// read.
func (c *control) opens(path string) bool {
	conn := c.dialData(c.passive())
	line := "RETR " + path
	r := c.ask(line)
	conn.Close()
	if r.preliminary() {
		c.reply() // whatever became of it
		return true
	}
	c.judge(line, r, refusals(path)...)
	return false
}

// outer is a file outside of what an account sees that is kept in its folder. Whatever
// a server does with it, it can do no harm.
const outer = "/proc/version"

// linkOut tries to make a symbolic link that leads out.
func (c *control) linkOut() string {
	missing := func(line string, r reply) {
		c.notRun("this needs a symbolic link that leads out of what the account may see; none was given, and %s was answered %s", line, r)
	}
	if r := c.ask("SITE SYMLINK"); r.is(500, 502, 504, 202) {
		missing("SITE SYMLINK", r)
	}
	c.enter()
	if c.opens(outer) {
		c.notRun("this needs a symbolic link that leads out of what the account may see, which is the whole machine")
	}
	line := "SITE SYMLINK " + outer + " out"
	if r := c.ask(line); r.code/100 != 2 {
		missing(line, r)
	}
	return "out"
}
