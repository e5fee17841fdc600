package conformance

// dirMakeChecks are about making and removing.
var dirMakeChecks = map[string]check{
	"DIR-09": {needs: files, try: func(t *trial) {
		c := t.login()
		path := c.folder("new")
		c.want("MKD other", 257)
		c.want("CWD other", 250)
		if r := c.ask("CWD " + encodeTelnet(path)); r.code != 250 {
			t.fail("MKD new told the path %q, but from another directory CWD %s was answered %s", path, printable(path), r)
		}
		c.stands(path, "CWD with the path that MKD has told")
	}},
	"DIR-10": {needs: files, try: func(t *trial) {
		c := t.login()
		line := `MKD foo"bar`
		r := c.ask(line)
		if r.is(550, 553) {
			t.notOffered("%s was answered %s: there can be no such name", line, r)
		}
		path := c.quoted(line, c.judge(line, r, 257))
		c.want(`CWD foo"bar`, 250)
		c.stands(path, `MKD foo"bar and CWD foo"bar`)
	}},
	"DIR-11": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("MKD d", 257)
		c.file("d/f", "kept")
		c.want("MKD d", 550, 521)
		c.holds("d/f", "kept")
	}},
	"DIR-12": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("MKD d", 257)
		c.want("RMD d", 250)
		c.noFolder("d", "RMD d was answered 250")
	}},
	"DIR-13": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("MKD d", 257)
		c.file("d/f", "kept")
		c.want("RMD d", 550)
		c.holds("d/f", "kept")
		c.file("f", "kept, too")
		c.want("RMD f", 550)
		c.holds("f", "kept, too")
		c.want("RMD missing", 550)
	}},
	"DIR-14": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("f", "to be deleted")
		c.file("g", "kept")
		c.want("DELE f", 250)
		c.absent("f", "DELE f was answered 250")
		c.holds("g", "kept")
	}},
	"DIR-15": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("MKD d", 257)
		c.want("DELE d", 550, 450)
		if r := c.ask("CWD d"); r.code != 250 {
			t.fail("DELE d was refused, as d is a directory, and yet CWD d was answered %s", r)
		}
		c.want("DELE missing", 550, 450)
	}},
	"DIR-22": {needs: files, try: func(t *trial) {
		c := t.login()
		here := c.pwd()
		unknown, known := "", 0
		// try reports whether the server has a command.
		try := func(line string, codes ...int) (reply, bool) {
			r := c.ask(line)
			if r.is(500, 502) {
				unknown = line + " was answered " + r.String()
				return r, false
			}
			known++
			return c.judge(line, r, codes...), true
		}
		if r, ok := try("XPWD", 257); ok {
			if got := c.quoted("XPWD", r); got != here {
				t.fail("XPWD tells %q, and PWD %q", got, here)
			}
		}
		if r, ok := try("XMKD d", 257); ok {
			c.quoted("XMKD d", r)
		} else {
			c.want("MKD d", 257)
		}
		if _, ok := try("XCWD d", 250); !ok {
			c.want("CWD d", 250)
		}
		if c.pwd() == here {
			t.fail("after XMKD d and XCWD d the working directory is still %q", here)
		}
		if _, ok := try("XCUP", 250, 200); !ok {
			c.want("CDUP", 250, 200)
		}
		c.stands(here, "XCUP")
		if _, ok := try("XRMD d", 250); ok {
			c.noFolder("d", "XRMD d was answered 250")
		}
		if unknown != "" && known == 0 {
			t.notOffered("%s", unknown)
		}
		if unknown != "" {
			t.fail("%s, though others of XPWD, XCWD, XCUP, XMKD and XRMD are known", unknown)
		}
	}},
}
