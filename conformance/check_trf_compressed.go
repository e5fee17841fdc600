package conformance

import "strings"

// trfCompressed are the checks of compressed mode.
var trfCompressed = map[string]check{
	"TRF-35": {needs: files, try: func(t *trial) {
		c := t.login()
		c.param("MODE C")
		c.want("MODE S", 200)
		runs := "abc" + strings.Repeat("z", 10) + strings.Repeat("y", 63) + strings.Repeat("x", 64) + strings.Repeat("w", 127) +
			allOctets[:128] + strings.Repeat("\x00", 200) + strings.Repeat(" ", 70) + strings.Repeat("\xff", 3) + "end"
		c.file("runs", runs)
		c.file("empty", "")
		c.want("MODE C", 200)
		for _, v := range []struct{ name, content string }{{"runs", runs}, {"empty", ""}} {
			if got := c.fetchCompressed("RETR "+v.name, fillers["I"]).data(); got != v.content {
				t.fail("in MODE C, for RETR %s came what decodes to %s", v.name, unlike(got, v.content))
			}
		}
	}},
	"TRF-36": {needs: files, try: compressedVectors},
	"TRF-37": {needs: files, try: func(t *trial) {
		c := t.login()
		c.param("MODE C")
		ebcdic := c.ask("TYPE E").code == 200
		for _, v := range []struct{ typ, wire, content string }{
			{"I", "\x01a\xc5\x01b\x00\x40\xc0", "a\x00\x00\x00\x00\x00b"},
			{"A", "\x01a\xc5\x03b\r\n\x00\x40\xc0", "a     b\r\n"},
			{"E", "\x01\x81\xc5\x02\x82\x15\x00\x40\xc0", "\x81\x40\x40\x40\x40\x40\x82\x15"},
		} {
			if v.typ == "E" && !ebcdic {
				continue
			}
			c.want("TYPE "+v.typ, 200)
			c.want("MODE C", 200)
			c.file(v.typ, v.wire)
			if got := c.fetchCompressed("RETR "+v.typ, fillers[v.typ]).data(); got != v.content {
				t.fail("in TYPE %s and MODE C, for RETR came what decodes, with the filler %#02x, to %s",
					v.typ, fillers[v.typ], unlike(got, v.content))
			}
			c.want("MODE S", 200)
			c.holds(v.typ, v.content)
		}
	}},
}

// compressedVectors is TRF-36: the vectors DT052 to DT063 with all ways to write the same.
func compressedVectors(t *trial) {
	c := t.login()
	c.param("MODE C")
	allowed := map[string]bool{
		"I F": true, "A F": true,
		"E F": c.ask("TYPE E").code == 200,
		"A R": c.ask("STRU R").code == 200,
	}
	for _, v := range []struct {
		name, how, content string // in stream mode and file structure
		wires              []string
	}{
		{"DT052", "I F", "", []string{"\x00\x40\xc0", "\x00\x40"}},
		{"DT053", "I F", "ABC", []string{
			"\x03ABC\x00\x40\xc0", "\x00\x40\x03ABC", "\x03ABC\x00\x40", "\x01A\x01B\x00\x40\x01C",
		}},
		{"DT054", "I F", allOctets[1:129], []string{"\x7f" + allOctets[1:128] + "\x01" + allOctets[128:129] + "\x00\x40\xc0"}},
		{"DT055", "I F", "zzzzzzzzzz", []string{"\x8az\x00\x40\xc0", "\x00\x40\x8az", "\x0azzzzzzzzzz\x00\x40"}},
		{"DT056", "I F", strings.Repeat("z", 63) + strings.Repeat("y", 64), []string{"\xbfz\xbfy\x01y\x00\x40\xc0"}},
		{"DT057", "I F", "\x00\x00\x00\x00\x00A", []string{"\xc5\x01A\x00\x40\xc0", "\x85\x00\x01A\x00\x40"}},
		{"DT058", "A F", "a     b\r\n", []string{"\x01a\xc5\x03b\r\n\x00\x40\xc0", "\x01a\x85 \x03b\r\n\x00\x40"}},
		{"DT059", "E F", "\x81\x40\x40\x40\x40\x40\x82\x15", []string{"\x01\x81\xc5\x02\x82\x15\x00\x40\xc0"}},
		{"DT061", "I F", strings.Repeat("\x00", 200), []string{"\xff\xff\xff\xcb\x00\x40\xc0"}},
		{"DT062", "A R", "abc\r\nxx\r\n", []string{
			"\x03abc\x00\x80\xc0\x02xx\x00\x80\xc0\x00\x40\xc0", "\x00\x80\x03abc\x00\x80\x02xx\x00\x40", "\x00\x80\x03abc\x00\xc0\x02xx",
		}},
		{"DT063", "A R", "\r\n", []string{"\x00\x80\xc0\x00\x40\xc0", "\x00\xc0\xc0", "\x00\xc0", "\x00\x80\x00\x40"}},
	} {
		if !allowed[v.how] {
			continue
		}
		for _, wire := range v.wires {
			typ, stru, _ := strings.Cut(v.how, " ")
			c.want("TYPE "+typ, 200)
			c.want("STRU "+stru, 200)
			c.want("MODE C", 200)
			c.file(v.name, wire)
			c.want("MODE S", 200)
			c.want("STRU F", 200)
			if got := string(c.fetch("RETR " + v.name)); got != v.content {
				t.fail("%q, stored in TYPE %s, STRU %s and MODE C, has become %s", wire, typ, stru, unlike(got, v.content))
			}
		}
	}
}
