package conformance

import (
	"fmt"
	"strings"
)

// trfStore are the checks of STOR and APPE.
var trfStore = map[string]check{
	"TRF-06": {needs: files, try: func(t *trial) {
		c := t.login()
		c.absent("new", "nothing was stored yet")
		c.file("new", "Some content.\n")
		c.holds("new", "Some content.\n")
	}},
	"TRF-07": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("a", "A long content, and more of it.\n")
		c.file("a", "Short.\n")
		c.holds("a", "Short.\n")
	}},
	"TRF-08": {needs: files, try: func(t *trial) {
		c := t.login()
		c.refused("STOR missing/a", 550, 553)
		if r := c.ask("CWD missing"); r.is(250, 200) {
			t.fail("STOR missing/a was refused, and has made the folder: CWD missing was answered %s", r)
		}
		c.alive()
	}},
	"TRF-09": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("MKD d", 257, 250)
		c.refused("STOR d", 550, 553)
		c.want("CWD d", 250, 200)
		c.alive()
	}},
	"TRF-10": {needs: needLogin, state: ReadOnly, try: func(t *trial) {
		c := t.login()
		if dir := c.at.Dir; dir != "" {
			c.want("CWD "+encodeTelnet(dir), 250, 200)
		}
		name := t.work + "-" + t.item.ID
		t.finally(func() { c.send("DELE " + name) }) // where the server takes it in spite of all
		c.refused("STOR "+name, 550, 553, 532)
		c.absent(name, "STOR was refused")
		c.alive()
	}},
	"TRF-11": {needs: files, try: func(t *trial) {
		c := t.login()
		c.absent("empty", "nothing was stored yet")
		c.file("empty", "")
		c.holds("empty", "")
		if r := c.ask("SIZE empty"); r.code == 213 && strings.TrimSpace(r.text()) != "0" {
			t.fail("SIZE of the empty file was answered %s", r)
		}
	}},
	"TRF-12": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("a", "The beginning, ")
		c.store("APPE a", "and the end.\n")
		c.holds("a", "The beginning, and the end.\n")
	}},
	"TRF-13": {needs: files, try: func(t *trial) {
		c := t.login()
		c.absent("new", "nothing was stored yet")
		c.store("APPE new", "Some content.\n")
		c.holds("new", "Some content.\n")
	}},
	"TRF-17": {needs: files, state: Full, try: func(t *trial) {
		c := t.login()
		conn := c.dialData(c.passive())
		c.send("STOR big")
		r := c.reply()
		if r.is(150, 125) {
			tr := c.opened("STOR big", r, conn)
			// The server may close at any moment of it; the reply tells.
			_ = tr.tryPut(bigContent()[:1<<20])
			tr.close()
			r = c.reply()
		}
		if r.is(226, 250) {
			t.fail("STOR of 1 MiB was answered %s, where no room is left", r)
		}
		c.judge("STOR, for which there is no room,", r, 452, 552)
		c.alive()
	}},
}

// trfUnique are the checks of STOU.
var trfUnique = map[string]check{
	"TRF-14": {needs: files, try: func(t *trial) {
		c := t.login()
		tr := c.begin("STOU")
		name, ok := strings.CutPrefix(tr.first.text(), "FILE: ")
		if !ok || name == "" || len(tr.first.lines) != 1 {
			t.fail("STOU was answered %s, not %d FILE: and the name", tr.first, tr.first.code)
		}
		tr.put("Some content.\n")
		tr.close()
		tr.end()
		c.holds(name, "Some content.\n")
	}},
	"TRF-15": {needs: files, try: func(t *trial) {
		c := t.login()
		for _, content := range []string{"the first", "the second"} {
			c.store("STOU", content)
		}
		c.haveUnique("the first", "the second")
	}},
	"TRF-16": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("hint", "what was there")
		conn := c.dialData(c.passive())
		c.send("STOU hint")
		r := c.expect("STOU hint", 150, 125, 501)
		if r.code == 501 {
			c.alive()
			c.holds("hint", "what was there")
			return
		}
		tr := c.opened("STOU hint", r, conn)
		tr.put("what is new")
		tr.close()
		tr.end()
		c.holds("hint", "what was there")
		c.haveUnique("what was there", "what is new")
	}},
}

// haveUnique sees that the folder of the item has files with these contents, one each, and
// no others. It goes by the listing: a STOU that does not name the file as it should is
// another item's.
func (c *control) haveUnique(contents ...string) {
	var names, found []string
	for line := range strings.Lines(string(c.fetch("NLST"))) {
		// Some servers list these two.
		if name := strings.TrimRight(line, "\r\n"); name != "" && name != "." && name != ".." {
			names = append(names, name)
			found = append(found, string(c.fetch("RETR "+encodeTelnet(name))))
		}
	}
	missing := fmt.Sprintf("the folder has %d files, %q, not %d", len(names), names, len(contents))
	for _, want := range contents {
		n := 0
		for _, got := range found {
			if got == want {
				n++
			}
		}
		if n != 1 {
			c.fail("%s; %d of them have %q, not one", missing, n, want)
		}
	}
	if len(names) != len(contents) {
		c.fail("%s", missing)
	}
}
