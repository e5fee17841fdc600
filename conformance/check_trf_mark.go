package conformance

import "strings"

// trfMarkers are the checks of restart markers (RFC 1123, 4.1.3.4).
var trfMarkers = map[string]check{
	"TRF-53": {needs: files, try: func(t *trial) {
		c := t.login()
		c.param("MODE B")
		f := c.beginFramed("STOR a")
		f.put(blocks(block{0, "abc"}, block{mark, "first"}, block{0, "def"}, block{mark, "2nd;42"}, block{eof, "gh"}))
		f.marked("first", "2nd;42")
		f.complete()
		f.data.Close()
		c.want("MODE S", 200)
		c.holds("a", "abcdefgh")
	}},
	"TRF-54": {needs: files, try: func(t *trial) {
		c := t.login()
		c.param("MODE B")
		tr := c.begin("STOR a")
		tr.put(blocks(block{0, "The first half, "}, block{mark, "here"}, block{0, "and what is lo"}))
		at := tr.marked("here")
		tr.close()
		tr.end(426, 451)
		again := c.beginAt(at, "STOR a").framed()
		again.put(blocks(block{eof, "and the second half."}))
		again.complete()
		again.data.Close()
		c.want("MODE S", 200)
		c.holds("a", "The first half, and the second half.")
	}},
	"TRF-55": {needs: files, try: func(t *trial) {
		c := t.login()
		c.param("MODE B")
		c.want("MODE S", 200)
		content := bigContent()
		c.file("big", content)
		c.want("MODE B", 200)
		whole := c.fetchBlocks("RETR big")
		if whole.data() != content {
			t.fail("the blocks have %s", unlike(whole.data(), content))
		}
		if len(whole.markers) == 0 {
			t.notOffered("no restart marker is in a file of %d octets", len(content))
		}
		for _, m := range whole.markers {
			if !isMarker(m.text) {
				t.fail("%q is no restart marker: it has to be of printable characters, without a space", m.text)
			}
		}
		for _, m := range []restartMarker{whole.markers[0], whole.markers[len(whole.markers)/2]} {
			f := c.beginAt(m.text, "RETR big").framed()
			got := f.readBlocks().data()
			f.complete()
			f.data.Close()
			if want := content[m.before:]; got != want {
				t.fail("after REST %s came not what is behind that marker: %s", m.text, unlike(got, want))
			}
		}
	}},
	"TRF-56": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("a", "0123456789")
		c.param("MODE B")
		conn := c.dialData(c.passive())
		if c.want("REST ~no~marker~", 350, 501).code == 350 {
			c.want("RETR a", 554)
		}
		conn.Close()
		c.alive()
		if got := c.fetchBlocks("RETR a").data(); got != "0123456789" {
			t.fail("after that, for RETR came %s", unlike(got, "0123456789"))
		}
	}},
	"TRF-57": {needs: files, try: func(t *trial) {
		c := t.login()
		const before = "\x00\x01\x02 octets"
		appended := func(more string) {
			c.file("a", before)
			parameters := []string{"TYPE A"}
			if more != "" {
				parameters = append(parameters, more)
			}
			for _, p := range parameters {
				c.want(p, 200)
			}
			conn := c.dialData(c.passive())
			c.send("APPE a")
			r := c.expect("APPE a", 150, 125, 555)
			wire := "more\r\n"
			if more != "" {
				wire = "more\xff\x01\xff\x02"
			}
			if r.code != 555 {
				tr := c.opened("APPE a", r, conn)
				tr.put(wire)
				tr.close()
				r = tr.end(226, 250, 555)
			}
			conn.Close()
			for _, p := range []string{"STRU F", "TYPE I"} {
				c.want(p, 200)
			}
			got := string(c.fetch("RETR a"))
			if r.code == 555 && got != before {
				t.fail("APPE was refused, but the file has now %s", unlike(got, before))
			}
			if r.code != 555 && !strings.HasPrefix(got, before+"more") {
				t.fail("after APPE of more the file has %s, not what begins with %s", brief([]byte(got)), brief([]byte(before+"more")))
			}
		}
		appended("")
		if c.ask("STRU R").code == 200 {
			c.want("STRU F", 200)
			appended("STRU R")
		}
	}},
}

// marked reads the 110 replies to restart markers, which have a fixed text, and returns
// the server's own marker for the last. Where none comes, the trial ends as not offered.
func (tr *transfer) marked(markers ...string) (own string) {
	for i, m := range markers {
		r, err := tr.next(4 * soon)
		if i == 0 && (r.is(226, 250) || isTimeout(err) && r.raw == "") {
			tr.notOffered("a restart marker is not answered with 110")
		}
		tr.must(err, "waiting for the 110 to the marker "+m)
		var ok bool
		own, ok = strings.CutPrefix(r.raw, "110 MARK "+m+" = ")
		if own = strings.TrimSuffix(own, "\r\n"); !ok || !isMarker(own) {
			tr.fail("the restart marker %s was answered %s, not 110 MARK %s = and a marker of the server's", m, r, m)
		}
	}
	return own
}

// isMarker reports whether text may be a restart marker (RFC 959, 3.4.2).
func isMarker(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r < 33 || r > 126 })
}
