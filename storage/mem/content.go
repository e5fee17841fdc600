package mem

import (
	"io"
	"slices"
)

// chunkSize is the largest piece in which contents are allocated: a file never
// needs one large slice, nor a copy of itself to grow.
const chunkSize = 64 << 10

// content is the octets of a file. Snapshots share chunks with it; a chunk is
// copied when it is written after a snapshot.
type content struct {
	chunks []*chunk
	size   int64
	gen    uint64 // how many snapshots were taken
	lent   bool   // the slice chunks is a snapshot's too
	gone   bool   // belongs to nothing in the FS and is not counted
}

// chunk is chunkSize octets, but for the last of a file. It may be written
// while its gen is that of the content; a later snapshot shares it otherwise.
type chunk struct {
	gen uint64
	b   []byte
}

// snapshot returns the octets as they are now.
func (c *content) snapshot() *content {
	c.gen++
	c.lent = true
	return &content{chunks: c.chunks, size: c.size}
}

// fork returns the octets as they are now, to be written on their own. It is
// counted by nobody yet.
func (c *content) fork() *content {
	c.gen++
	c.lent = true
	return &content{chunks: c.chunks, size: c.size, gen: c.gen, lent: true, gone: true}
}

// own returns chunk i, free to be written.
func (c *content) own(i int) *chunk {
	if c.lent {
		c.chunks = slices.Clone(c.chunks)
		c.lent = false
	}
	if i == len(c.chunks) {
		c.chunks = append(c.chunks, &chunk{gen: c.gen})
	}
	ch := c.chunks[i]
	if ch.gen != c.gen {
		ch = &chunk{gen: c.gen, b: slices.Clone(ch.b)}
		c.chunks[i] = ch
	}
	return ch
}

// writeAt writes p at off, which is not beyond the end.
func (c *content) writeAt(p []byte, off int64) {
	for len(p) > 0 {
		ch := c.own(int(off / chunkSize))
		at := int(off % chunkSize)
		n := min(len(p), chunkSize-at)
		ch.extend(at + n)
		copy(ch.b[at:], p[:n])
		p = p[n:]
		off += int64(n)
		c.size = max(c.size, off)
	}
}

// fill makes the contents at least n octets long, with zeros.
func (c *content) fill(n int64) {
	var zeros [chunkSize]byte
	for c.size < n {
		c.writeAt(zeros[:min(n-c.size, chunkSize)], c.size)
	}
}

// extend makes the chunk at least n octets long, n being at most chunkSize.
func (ch *chunk) extend(n int) {
	if n > cap(ch.b) {
		b := make([]byte, len(ch.b), min(max(n, 2*cap(ch.b)), chunkSize))
		copy(b, ch.b)
		ch.b = b
	}
	if n > len(ch.b) {
		ch.b = ch.b[:n]
	}
}

// truncate cuts off what lies behind the first n octets.
func (c *content) truncate(n int64) {
	if n >= c.size {
		return
	}
	full, rest := int(n/chunkSize), int(n%chunkSize)
	if rest > 0 {
		ch := c.own(full)
		ch.b = ch.b[:rest]
		full++
	}
	c.chunks = slices.Clone(c.chunks[:full])
	c.lent = false
	c.size = n
}

// readAt reads into p from off.
func (c *content) readAt(p []byte, off int64) (int, error) {
	total := 0
	for total < len(p) && off < c.size {
		n := copy(p[total:], c.chunks[off/chunkSize].b[off%chunkSize:])
		total += n
		off += int64(n)
	}
	if total == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return total, nil
}

// grow counts n octets more for c.
func (f *FS) grow(c *content, n int64) {
	if !c.gone {
		f.used += n
	}
}

// drop no longer counts c, which has left the FS.
func (f *FS) drop(c *content) {
	if !c.gone {
		f.used -= c.size
		c.gone = true
	}
}

// adopt counts c, which is in the FS (again).
func (f *FS) adopt(c *content) {
	if c.gone {
		f.used += c.size
		c.gone = false
	}
}
