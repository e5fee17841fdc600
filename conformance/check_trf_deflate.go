package conformance

import (
	"bytes"
	"compress/zlib"
	"io"
	"strings"
)

// trfDeflate are the checks of MODE Z (draft-preston-ftpext-deflate).
var trfDeflate = map[string]check{
	"TRF-40": {needs: files, try: func(t *trial) {
		c := t.login()
		c.param("MODE Z")
		c.want("MODE S", 200)
		long := strings.Repeat("over and over again; ", 5000) + bigContent()[:50_000]
		c.file("long", long)
		c.file("empty", "")
		c.want("MODE Z", 200)
		for _, v := range []struct{ name, content string }{{"long", long}, {"empty", ""}} {
			if got := c.inflated("RETR " + v.name); got != v.content {
				t.fail("in MODE Z, for RETR %s came what inflates to %s", v.name, unlike(got, v.content))
			}
		}
		c.alive()
	}},
	"TRF-41": {needs: files, try: func(t *trial) {
		c := t.login()
		c.param("MODE Z")
		whole := deflated(bigContent()[:4000])
		tr := c.begin("STOR whole")
		tr.put(whole)
		tr.close()
		tr.end()
		for _, wire := range []string{whole[:len(whole)/2], whole[:len(whole)-2]} {
			tr := c.begin("STOR torn")
			tr.put(wire)
			tr.close()
			tr.end(426, 451)
		}
		c.want("MODE S", 200)
		c.holds("whole", bigContent()[:4000])
	}},
	"TRF-42": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("a-name-to-be-found", "")
		c.param("MODE Z")
		if got := c.inflated("LIST"); !strings.Contains(got, "a-name-to-be-found") {
			t.fail("in MODE Z, for LIST came what inflates to %s, in which a-name-to-be-found is missing", brief([]byte(got)))
		}
		c.alive()
	}},
}

// inflated runs a command by which the server sends something in MODE Z, to its good end.
func (c *control) inflated(line string) string {
	f := c.beginFramed(line)
	z, err := zlib.NewReader(f.r)
	c.must(err, "in MODE Z, reading the beginning of a zlib stream")
	content, err := io.ReadAll(io.LimitReader(z, mostData))
	c.must(err, "in MODE Z, inflating what came")
	f.complete()
	f.closes()
	f.data.Close()
	return string(content)
}

// deflated is octets as a zlib stream.
func deflated(s string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	io.WriteString(z, s) // a Buffer takes all
	z.Close()
	return b.String()
}
