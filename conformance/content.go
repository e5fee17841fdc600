package conformance

import "fmt"

// What is in files: fetched and stored whole, and compared.

// fetch runs a command by which the server sends something, to its good end.
func (c *control) fetch(line string) []byte {
	tr := c.begin(line)
	b := tr.read()
	tr.data.Close()
	tr.end()
	return b
}

// store runs a command by which the server is sent something, to its good end.
func (c *control) store(line, content string) reply {
	tr := c.begin(line)
	tr.put(content)
	tr.close()
	return tr.end()
}

// file makes a file of a name and a content.
func (c *control) file(name, content string) { c.store("STOR "+encodeTelnet(name), content) }

// holds sees that a file has a content.
func (c *control) holds(name, content string) {
	if got := string(c.fetch("RETR " + encodeTelnet(name))); got != content {
		c.fail("%s has %s", printable(name), unlike(got, content))
	}
}

// unlike says how what came is not what should have come: "3 octets "abc", not ...".
func unlike(got, want string) string {
	if len(got) <= 80 && len(want) <= 80 {
		return brief([]byte(got)) + ", not " + brief([]byte(want))
	}
	at := 0 // octets are counted from 0, as by REST
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	some := func(s string) string { return s[at:min(len(s), at+20)] }
	if len(got) == len(want) {
		return fmt.Sprintf("%d octets, of which those from octet %d on are %q, not %q", len(got), at, some(got), some(want))
	}
	return fmt.Sprintf("%d octets, not %d; those from octet %d on are %q, not %q", len(got), len(want), at, some(got), some(want))
}

// brief is octets in a few words.
func brief(b []byte) string {
	if len(b) > 80 {
		return fmt.Sprintf("%d octets %q...", len(b), b[:60])
	}
	return fmt.Sprintf("%d octets %q", len(b), b)
}
