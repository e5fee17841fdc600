package conformance

// dirRenameChecks are about RNFR and RNTO.
var dirRenameChecks = map[string]check{
	"DIR-16": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("old", "moves")
		c.want("RNFR old", 350)
		c.want("RNTO new", 250)
		c.holds("new", "moves")
		c.absent("old", "RNTO new was answered 250")
	}},
	"DIR-17": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("RNFR missing", 550, 450)
		c.alive()
	}},
	"DIR-18": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("RNTO new", 503)
		c.alive()
	}},
	"DIR-19": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("old", "moves or not")
		c.want("RNFR old", 350)
		c.want("NOOP", 200)
		if r := c.want("RNTO new", 503, 250); r.code == 250 {
			c.holds("new", "moves or not")
			c.absent("old", "RNTO new was answered 250")
		} else {
			c.holds("old", "moves or not")
			c.absent("new", "RNTO new was answered 503")
		}
	}},
	"DIR-20": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("old", "stays")
		c.want("RNFR old", 350)
		c.want("RNTO missing/new", 550, 553)
		c.want("RNTO new", 503)
		c.holds("old", "stays")
		c.absent("new", "RNTO new was answered 503")
	}},
	"DIR-21": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("a", "what a has")
		c.file("b", "what b has had")
		c.want("RNFR a", 350)
		if r := c.want("RNTO b", 250, 553, 550); r.code == 250 {
			c.holds("b", "what a has")
			c.absent("a", "RNTO b was answered 250")
		} else {
			c.holds("a", "what a has")
			c.holds("b", "what b has had")
		}
	}},
}
