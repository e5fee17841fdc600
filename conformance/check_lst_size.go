package conformance

import "strings"

// lstSizeChecks are about SIZE, and paths.
var lstSizeChecks = map[string]check{
	"LST-36": {needs: files, try: func(t *trial) {
		c := t.login()
		content := "a line\nand another\r\n\xff\x00"
		c.file("f", content)
		line := "SIZE f"
		if n := c.number(line, c.want(line, 213)); n != uint64(len(content)) {
			t.fail("SIZE tells %d of a file with %d octets", n, len(content))
		}
	}},
	"LST-37": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("f", "a line\nand another\n\nand one more\n")
		c.want("TYPE A", 200)
		c.exactSize("TYPE A")
	}},
	"LST-38": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("MKD d", 257)
		c.want("SIZE d", 550)
		c.want("SIZE missing", 550)
		c.alive()
	}},
	"LST-39": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("f", "a line\nand another\n\nand one more\n")
		c.param("STRU R")
		c.exactSize("STRU R")
		c.want("TYPE A", 200)
		c.exactSize("TYPE A and STRU R")
	}},
	"LST-40": {needs: files, try: func(t *trial) {
		t.feature("TVFS")
		c := t.login()
		here := c.pwd()
		if !strings.HasPrefix(here, "/") {
			t.fail("TVFS is offered, but the working directory is %q, which does not begin with a slash", here)
		}
		c.want("MKD a", 257)
		c.want("MKD a/d", 257)
		c.file("a/b", "the file")
		path := strings.TrimSuffix(here, "/") + "/a/b"
		c.holds(path, "the file")
		c.want("CWD a", 250)
		c.holds(path, "the file")
		c.want("CWD "+encodeTelnet(strings.TrimSuffix(here, "/"))+"/a/d", 250)
		c.stands(strings.TrimSuffix(here, "/")+"/a/d", "CWD with an absolute path")
		c.holds(path, "the file")
		c.file(path, "another content")
		c.want("CWD ..", 250)
		c.holds("b", "another content")
	}},
}

// exactSize sees that SIZE tells what RETR would send, or nothing.
func (c *control) exactSize(under string) {
	line := "SIZE f"
	r := c.want(line, 213, 550)
	if r.code == 550 {
		return
	}
	if n, sent := c.number(line, r), len(c.fetch("RETR f")); n != uint64(sent) {
		c.fail("under %s SIZE tells %d octets, but RETR sends %d", under, n, sent)
	}
}
