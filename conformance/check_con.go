package conformance

// conChecks are those of the control connection.
var conChecks = map[string]check{
	"CON-04": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		for _, line := range []string{"noop", "NoOp", "NOOP"} {
			c.want(line, 200)
		}
	}},
	"CON-05": {needs: needLogin, try: func(t *trial) { t.login().want("type a", 200) }},
}
