package conformance

import "slices"

// trfRecords are the checks of record structure.
var trfRecords = map[string]check{
	"TRF-28": {needs: files, try: func(t *trial) {
		c := t.login()
		c.param("STRU R")
		c.want("STRU F", 200)
		c.want("TYPE A", 200)
		c.file("text", "a\r\nb\r\n")
		c.want("STRU R", 200)
		c.comesAs("text", "a\xff\x01b\xff\x01\xff\x02", "a\xff\x01b\xff\x03")
	}},
	"TRF-29": {needs: files, try: func(t *trial) {
		c := t.login()
		c.param("STRU R")
		c.want("STRU F", 200)
		for _, v := range []struct{ name, wire, text string }{
			{"DT023", "Hello\xff\x01world\xff\x01\xff\x02", "Hello\r\nworld\r\n"},
			{"DT024", "Hello\xff\x01world\xff\x03", "Hello\r\nworld\r\n"},
			{"DT030", "a\xff\xff\xff\x01\xff\x02", "a\xff\r\n"},
		} {
			c.want("TYPE A", 200)
			c.want("STRU R", 200)
			c.file(v.name, v.wire)
			c.want("STRU F", 200)
			c.holds(v.name, v.text)
		}
		c.want("TYPE I", 200)
		c.want("STRU R", 200)
		conn := c.dialData(c.passive())
		// Records of octets may be more than a server has (RFC 959, 3.1.2).
		if r := c.ask("STOR DT031"); r.is(150, 125) {
			tr := c.opened("STOR DT031", r, conn)
			tr.put("\xff\xff\xff\xff\x01\x02\x03\xff\x01\xff\x02")
			tr.close()
			tr.end()
			c.comesAs("DT031", "\xff\xff\xff\xff\x01\x02\x03\xff\x01\xff\x02", "\xff\xff\xff\xff\x01\x02\x03\xff\x03")
		} else {
			c.judge("STOR in TYPE I and STRU R", r, 504)
		}
		c.alive()
	}},
}

// comesAs sees that RETR in stream mode and record structure sends one of these.
func (c *control) comesAs(name string, wires ...string) {
	f := c.beginFramed("RETR " + name)
	got := f.readEscaped()
	f.complete()
	f.data.Close()
	if !slices.Contains(wires, got) {
		c.fail("for RETR %s in STRU R came %s", name, unlike(got, wires[0]))
	}
}

// readEscaped reads a file in stream mode and record structure (RFC 959, 3.4.1), and
// returns it as it came.
func (f *framed) readEscaped() string {
	var wire []byte
	for len(wire) < mostCoded {
		b := f.octet("more of the file, no control code for its end (FF 02, FF 03) being before it,")
		wire = append(wire, b)
		if b != 0xff {
			continue
		}
		code := f.octet("the second octet of a control code")
		wire = append(wire, code)
		switch code {
		case 1, 0xff:
		case 2, 3:
			return string(wire)
		default:
			f.fail("FF %02X came in STRU R, which is no control code", code)
		}
	}
	f.fail("there is no end: %d octets so far", len(wire))
	return ""
}
