package conformance

import "slices"

// trfBlocks are the checks of block mode.
var trfBlocks = map[string]check{
	"TRF-30": {needs: files, try: func(t *trial) {
		c := t.login()
		c.param("MODE B")
		c.want("MODE S", 200)
		long := bigContent()[:100_000] // more than a block can be
		c.file("long", long)
		c.file("octets", allOctets)
		c.file("empty", "")
		c.want("MODE B", 200)
		for _, v := range []struct{ name, content string }{{"long", long}, {"octets", allOctets}, {"empty", ""}} {
			f := c.beginFramed("RETR " + v.name)
			got := f.readBlocks().data()
			f.complete()
			f.closes()
			f.data.Close()
			if got != v.content {
				t.fail("the blocks have %s", unlike(got, v.content))
			}
		}
	}},
	"TRF-31": {needs: files, try: func(t *trial) {
		c := t.login()
		c.param("MODE B")
		// The data connection is closed by the checker only when the server has answered.
		for _, v := range []struct{ name, wire, content string }{
			{"a", blocks(block{eof, "hello"}), "hello"},
			{"b", blocks(block{0, "he"}, block{0, ""}, block{eof, "llo"}), "hello"},
			{"c", blocks(block{suspect, "he"}, block{suspect | eof, "llo"}), "hello"},
			{"d", blocks(block{0, "\xff\xff\x01"}, block{eof, ""}), "\xff\xff\x01"},
		} {
			c.want("MODE B", 200)
			f := c.beginFramed("STOR " + v.name)
			f.put(v.wire)
			f.complete()
			f.data.Close()
			c.want("MODE S", 200)
			c.holds(v.name, v.content)
		}
	}},
	"TRF-32": {needs: files, try: func(t *trial) {
		c := t.login()
		c.param("MODE B")
		for _, wire := range []string{
			blocks(block{0, "hello"}),
			blocks(block{eof, "hello"})[:6], // within the last block
		} {
			tr := c.begin("STOR torn")
			tr.put(wire)
			tr.close()
			tr.end(426, 451)
		}
		c.alive()
	}},
	"TRF-33": {needs: files, try: blockRecords},
	"TRF-34": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("a", "the first")
		c.file("b", "the second")
		c.param("MODE B")
		f := c.beginFramed("RETR a")
		f.has("a", "the first")
		if f.complete(); f.closes() {
			f.data.Close()
			f = c.beginFramed("RETR b")
		} else {
			f.another("RETR b", 125)
		}
		f.has("b", "the second")
		f.complete()
		f.data.Close()
		c.alive()
	}},
}

// has sees that a file comes in block mode.
func (f *framed) has(name, content string) {
	if got := f.readBlocks().data(); got != content {
		f.fail("for RETR %s came %s", name, unlike(got, content))
	}
}

// blockVector is a file of records in block mode: the vectors DT042 to DT047.
type blockVector struct {
	name, typ string
	wires     []string // which all are this file
	records   []string
	ended     bool   // the last of them, too
	text      string // the file in TYPE A and STRU F
}

var blockVectors = []blockVector{
	{"DT042", "A", []string{
		"\x80\x00\x05Hello\x80\x00\x05world\x40\x00\x00",
		"\x80\x00\x05Hello\xc0\x00\x05world",
	}, []string{"Hello", "world"}, true, "Hello\r\nworld\r\n"},
	{"DT043", "A", []string{
		"\x00\x00\x04abcd\x80\x00\x02ef\x40\x00\x00",
		"\x00\x00\x04abcd\xc0\x00\x02ef",
		"\x00\x00\x06abcdef\x80\x00\x00\x40\x00\x00",
	}, []string{"abcdef"}, true, "abcdef\r\n"},
	{"DT044", "A", []string{"\x80\x00\x00\x40\x00\x00", "\xc0\x00\x00"}, []string{""}, true, "\r\n"},
	{"DT045", "A", []string{"\x40\x00\x00"}, nil, true, ""},
	{"DT046", "A", []string{"\x80\x00\x01a\x00\x00\x01b\x40\x00\x00", "\x80\x00\x01a\x40\x00\x01b"}, []string{"a", "b"}, false, "a\r\nb"},
	{"DT047", "E", []string{"\x80\x00\x03\xc1\x40\xf1\x40\x00\x00", "\xc0\x00\x03\xc1\x40\xf1"}, []string{"\xc1\x40\xf1"}, true, "A 1\r\n"},
}

// blockRecords is TRF-33.
func blockRecords(t *trial) {
	c := t.login()
	c.param("MODE B")
	c.param("STRU R")
	ebcdic := c.ask("TYPE E").code == 200
	for _, v := range blockVectors {
		if v.typ == "E" && !ebcdic {
			continue
		}
		for _, wire := range v.wires {
			c.want("TYPE "+v.typ, 200)
			c.want("STRU R", 200)
			c.want("MODE B", 200)
			f := c.beginFramed("STOR " + v.name)
			f.put(wire)
			f.complete()
			f.data.Close()
			ff := c.fetchBlocks("RETR " + v.name)
			if got := ff.records(); !slices.Equal(got, v.records) {
				t.fail("of %s, stored in MODE B and STRU R as %q, RETR sends the records %q, not %q", v.name, wire, got, v.records)
			}
			// One that was not ended may be sent as one that is.
			if v.ended && len(ff.ends) != len(v.records) {
				t.fail("of %s, stored in MODE B and STRU R as %q, RETR sends the last record without the code 128 for its end", v.name, wire)
			}
			c.want("MODE S", 200)
			c.want("STRU F", 200)
			c.want("TYPE A", 200)
			if text := string(c.fetch("RETR " + v.name)); text != v.text && (v.ended || text != v.text+"\r\n") {
				t.fail("%s, stored in MODE B and STRU R as %q, is the text %s", v.name, wire, unlike(text, v.text))
			}
		}
	}
}
