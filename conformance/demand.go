package conformance

// strictly is want for a command that the server has shown to know: 500 and 502, which
// say that it does not, are failures as all else.
func (c *control) strictly(line string, codes ...int) reply {
	r := c.ask(line)
	if !r.is(codes...) {
		c.fail("%s was answered %s, not %s", printable(hidden(line)), r, anyOf(codes))
	}
	return r
}

// forbidden sends a command that must be answered 5yz.
func (c *control) forbidden(line, because string) reply {
	r := c.ask(line)
	if r.code/100 != 5 {
		c.fail("%s was answered %s, not 5yz: %s", printable(hidden(line)), r, because)
	}
	return r
}

// choice sends a TYPE, STRU or MODE that a server may leave out, with 504 and no other
// code. Where it does, the trial ends as not offered.
func (c *control) choice(line string) {
	r := c.ask(line)
	switch {
	case r.is(504):
		c.notOffered("%s was answered %s", line, r)
	case !r.is(200):
		c.fail("%s was answered %s, not 200, nor 504, which says that it is known and not offered", line, r)
	}
}
