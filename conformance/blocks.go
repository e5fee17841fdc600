package conformance

import (
	"fmt"
	"strings"
)

// The descriptor codes of block and compressed mode (RFC 959, 3.4.2).
const (
	eor          = 128 // the end of the block is the end of a record
	eof          = 64  // ... of the file
	suspect      = 32  // errors are suspected in the block
	mark         = 16  // the block is a restart marker
	assignedBits = eor | eof | suspect | mark
)

// block is a block of RFC 959, 3.4.2.
type block struct {
	descriptor byte
	data       string
}

func (b block) String() string {
	return string([]byte{b.descriptor, byte(len(b.data) >> 8), byte(len(b.data))}) + b.data
}

// blocks are octets in block mode.
func blocks(list ...block) string {
	var s strings.Builder
	for _, b := range list {
		s.WriteString(b.String())
	}
	return s.String()
}

// framedFile is a file as it came in block or compressed mode.
type framedFile struct {
	data    string   // all of it
	records []string // it, where records end
	rest    string   // what comes after the last of them
	markers []restartMarker

	all  []byte // data as it grows, piece by piece
	from int    // where rest begins in it
}

// restartMarker is one that stood in the data.
type restartMarker struct {
	text   string
	before int // so many octets of data came before it
}

// take adds a string of data with a descriptor.
func (ff *framedFile) take(descriptor byte, data string) {
	if descriptor&mark != 0 {
		ff.markers = append(ff.markers, restartMarker{data, len(ff.all)})
		data = ""
	}
	ff.all = append(ff.all, data...)
	if descriptor&eor != 0 {
		ff.records = append(ff.records, string(ff.all[ff.from:]))
		ff.from = len(ff.all)
	}
}

// taken is the file when all of it has been taken.
func (ff framedFile) taken() framedFile {
	ff.data, ff.rest = string(ff.all), string(ff.all[ff.from:])
	return ff
}

// readBlocks reads a file in block mode.
func (f *framed) readBlocks() framedFile {
	var ff framedFile
	for n := 1; ; n++ {
		header := f.octets(3, fmt.Sprintf("the header of block %d, no block before it having the code 64 for the end of the file,", n))
		if header[0]&^assignedBits != 0 {
			f.fail("block %d has the descriptor %#02x: of its bits, %#02x has no meaning", n, header[0], header[0]&^assignedBits)
		}
		size := int(header[1])<<8 | int(header[2])
		ff.take(header[0], string(f.octets(size, fmt.Sprintf("%d octets of block %d", size, n))))
		if header[0]&eof != 0 {
			return ff.taken()
		}
		if len(ff.all) > mostData {
			f.fail("there is no end: %d octets so far", len(ff.all))
		}
	}
}

// fetchBlocks runs a command by which the server sends something in block mode, to its
// good end.
func (c *control) fetchBlocks(line string) framedFile {
	f := c.beginFramed(line)
	ff := f.readBlocks()
	f.complete()
	f.data.Close()
	return ff
}
