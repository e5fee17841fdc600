package conformance

import "strings"

// trfPages are the checks of page structure.
var trfPages = map[string]check{
	"TRF-38": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("TYPE L 8", 200)
		c.param("STRU P")
		c.file("DT067", "\x04\x00\x03\x01ABC\x04\x02\x02\x01DE\x04\x00\x00\x00")
		got := c.fetchPages("RETR DT067")
		for index, data := range map[byte]string{0: "ABC", 2: "DE"} {
			// What ends a page with zeros may be left out, and the other way round.
			if page, ok := got[index]; !ok || strings.TrimRight(page, "\x00") != data {
				t.fail("page %d has %s", index, unlike(page, data))
			}
		}
		if page, ok := got[1]; ok {
			t.fail("page 1, which the file does not have, was sent with %s", brief([]byte(page)))
		}
		if len(got) != 2 {
			t.fail("there are %d pages, not 2", len(got))
		}
	}},
	"TRF-39": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("TYPE L 8", 200)
		c.param("STRU P")
		tr := c.begin("STOR a")
		tr.put("\x04\x00\x01\x09A\x04\x00\x00\x00")
		tr.close()
		tr.end(551)
		c.alive()
	}},
}

// fetchPages runs a command by which the server sends a file in page structure, TYPE L 8
// and stream mode (RFC 959, 3.1.2.3), to its good end, and returns the data of the pages by
// their index.
func (c *control) fetchPages(line string) map[byte]string {
	f := c.beginFramed(line)
	pages := make(map[byte]string)
	for {
		header := f.octets(4, "the header of a page, none being the last before it,")
		length, index, size, kind := header[0], header[1], header[2], header[3]
		if length < 4 {
			f.fail("page %d says that its header has %d octets, which are at least 4", index, length)
		}
		f.octets(int(length)-4, "optional fields of a page")
		data := string(f.octets(int(size), "the data of a page"))
		switch kind {
		case 0:
			if length != 4 || size != 0 {
				f.fail("the last page has a header of %d octets and %d octets of data, not 4 and none", length, size)
			}
			f.complete()
			f.data.Close()
			return pages
		case 1, 3:
			if _, again := pages[index]; again {
				f.fail("page %d comes twice", index)
			}
			pages[index] = data
		case 2: // about the file
		default:
			f.fail("page %d is of the type %d, which there is not", index, kind)
		}
	}
}
