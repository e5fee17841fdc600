package conformance

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// What the checks of directories and listings see of a server's files.

// pwd is the working directory.
func (c *control) pwd() string { return c.quoted("PWD", c.want("PWD", 257)) }

// workingDir is pwd for items that are not about the form of its reply.
func (c *control) workingDir() string {
	r := c.want("PWD", 257)
	dir, ok := ftp.UnquotePath(r.text())
	if !ok {
		c.fail("PWD was answered %s, in which there is no path", r)
	}
	return dir
}

// quoted is the path in a 257, which stands at the beginning in quotes, with those in it
// doubled (RFC 959, appendix II).
func (c *control) quoted(line string, r reply) string {
	path, ok := splitQuoted(r.text())
	if !ok || len(r.lines) != 1 {
		c.fail("%s was answered %s: behind the code there has to be a path in quotes, with the quotes in it doubled", printable(line), r)
	}
	return path
}

func splitQuoted(text string) (path string, ok bool) {
	rest, ok := strings.CutPrefix(text, `"`)
	for ok {
		i := strings.IndexByte(rest, '"')
		if i < 0 {
			return "", false
		}
		path += rest[:i]
		if rest = rest[i+1:]; !strings.HasPrefix(rest, `"`) {
			return path, path != "" && (rest == "" || rest[0] == ' ')
		}
		path, rest = path+`"`, rest[1:]
	}
	return "", false
}

// stands sees that the working directory is dir.
func (c *control) stands(dir, after string) {
	if got := c.pwd(); got != dir {
		c.fail("after %s the working directory is %q, not %q", printable(after), printable(got), printable(dir))
	}
}

// folder makes a directory and returns its path, as the server tells it.
func (c *control) folder(name string) string {
	line := "MKD " + encodeTelnet(name)
	return c.quoted(line, c.want(line, 257))
}

// named makes a file or a directory of a name that a file system may not have: then the
// trial ends as not offered.
func (c *control) named(line string) {
	verb, _, _ := strings.Cut(line, " ")
	if verb != "STOR" {
		if r := c.ask(line); r.is(550, 553) {
			c.notOffered("%s was answered %s: there can be no such name", printable(line), r)
		} else {
			c.judge(line, r, 257)
		}
		return
	}
	conn := c.dialData(c.passive())
	r := c.ask(line)
	if r.is(550, 553) {
		c.notOffered("%s was answered %s: there can be no such name", printable(line), r)
	}
	tr := c.opened(line, c.judge(line, r, 150, 125), conn)
	tr.put(namedContent)
	tr.close()
	if r := c.reply(); r.is(550, 553) {
		c.notOffered("the end of %s was answered %s: there can be no such name", printable(line), r)
	} else {
		c.judge("the end of "+line, r, 226, 250)
	}
}

// namedContent is what a file has that named makes.
const namedContent = "by its name"

// absent sees that there is no file of a name.
func (c *control) absent(name, why string) {
	conn := c.dialData(c.passive())
	defer conn.Close()
	line := "RETR " + encodeTelnet(name)
	if r := c.ask(line); !r.is(550, 450) {
		c.fail("%s: there may be no %s now, but %s was answered %s", why, printable(name), printable(line), r)
	}
}

// noFolder sees that there is no directory of a name.
func (c *control) noFolder(name, why string) {
	line := "CWD " + encodeTelnet(name)
	if r := c.ask(line); r.code != 550 {
		c.fail("%s: there may be no directory %s now, but %s was answered %s", why, printable(name), printable(line), r)
	}
}

// names are those in the working directory, by MLSD or else by NLST.
func (c *control) names() []string {
	if _, ok := c.features["MLST"]; ok {
		return namesOfFacts(string(c.fetch("MLSD")))
	}
	conn := c.dialData(c.passive())
	defer conn.Close()
	r := c.ask("NLST")
	if r.is(450, 550) {
		return nil
	}
	tr := c.opened("NLST", c.judge("NLST", r, 150, 125), conn)
	listing := tr.read()
	tr.data.Close()
	tr.end(226, 250, 450, 550)
	var names []string
	for line := range strings.Lines(string(listing)) {
		name := strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if name != "." && name != ".." {
			// A CR in a name is padded where text goes as Telnet has it (RFC 854).
			names = append(names, strings.ReplaceAll(name, "\r\x00", "\r"))
		}
	}
	return names
}

// mode is the permissions of a file as 9 bits, of the fact UNIX.mode or else of LIST; ok
// is whether there are any.
func (c *control) mode(name string) (bits uint64, ok bool) {
	if strings.Contains(strings.ToLower(c.features["MLST"]), "unix.mode") {
		c.param("OPTS MLST UNIX.mode;")
		e := c.mlst(name)
		bits, err := strconv.ParseUint(e.facts["unix.mode"], 8, 16)
		return bits & 0o777, err == nil
	}
	m := longLine.FindStringSubmatch(strings.TrimRight(string(c.fetch("LIST "+name)), "\r\n"))
	if m == nil {
		return 0, false
	}
	for _, letter := range m[1][1:] {
		bits <<= 1
		if !strings.ContainsRune("-ST", letter) {
			bits |= 1
		}
	}
	return bits, true
}

// longLine is a line as "ls -l" has it: permissions, links, owner, group, octets (or the two
// numbers of a device), date, name.
var longLine = regexp.MustCompile(`^([-bcdlpsD][-r][-w][-xsS][-r][-w][-xsS][-r][-w][-xtT])[.+@]? +\d+ +\S+ +\S+ +(?:\d+, *)?(\d+) +` +
	`((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2} +(?:\d{1,2}:\d\d|\d{4})) (.+)$`)
