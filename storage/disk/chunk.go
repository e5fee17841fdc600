package disk

import "strings"

// chunkSize is how many octets of strings are made at once: enough for some dozens of
// entries, and little to be kept for one of them.
const chunkSize = 4 << 10

// chunk makes strings of octets, many of them in one piece of memory. Who keeps one keeps
// the piece. nil makes each by itself.
type chunk struct{ b *strings.Builder }

func (c *chunk) string(octets []byte) string {
	if c == nil {
		return string(octets)
	}
	if c.b == nil || c.b.Cap()-c.b.Len() < len(octets) {
		c.b = new(strings.Builder)
		c.b.Grow(max(chunkSize, len(octets)))
	}
	begun := c.b.Len()
	c.b.Write(octets)
	return c.b.String()[begun:]
}
