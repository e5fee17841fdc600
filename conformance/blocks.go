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
	octets  []byte // all of it
	ends    []int  // where in it records end
	markers []restartMarker
}

// restartMarker is one that stood in the data.
type restartMarker struct {
	text   string
	before int // so many octets of data came before it
}

// take adds a string of data with a descriptor.
func (ff *framedFile) take(descriptor byte, data string) {
	if descriptor&mark != 0 {
		ff.markers = append(ff.markers, restartMarker{data, len(ff.octets)})
		data = ""
	}
	ff.octets = append(ff.octets, data...)
	if descriptor&eor != 0 {
		ff.ends = append(ff.ends, len(ff.octets))
	}
}

func (ff *framedFile) data() string { return string(ff.octets) }

// records are those that it has. What comes behind the end of the last one is one, too.
func (ff *framedFile) records() (list []string) {
	begin := 0
	for _, end := range ff.ends {
		list = append(list, string(ff.octets[begin:end]))
		begin = end
	}
	if rest := string(ff.octets[begin:]); rest != "" {
		list = append(list, rest)
	}
	return list
}

// readBlocks reads a file in block mode.
func (f *framed) readBlocks() *framedFile {
	ff := new(framedFile)
	for n := 1; ; n++ {
		header := f.octets(3, fmt.Sprintf("the header of block %d, no block before it having the code 64 for the end of the file,", n))
		if header[0]&^assignedBits != 0 {
			f.fail("block %d has the descriptor %#02x: of its bits, %#02x has no meaning", n, header[0], header[0]&^assignedBits)
		}
		size := int(header[1])<<8 | int(header[2])
		ff.take(header[0], string(f.octets(size, fmt.Sprintf("%d octets of block %d", size, n))))
		if header[0]&eof != 0 {
			return ff
		}
		if len(ff.octets) > mostData {
			f.fail("there is no end: %d octets so far", len(ff.octets))
		}
	}
}

// fetchBlocks runs a command by which the server sends something in block mode, to its
// good end.
func (c *control) fetchBlocks(line string) *framedFile {
	f := c.beginFramed(line)
	ff := f.readBlocks()
	f.complete()
	f.data.Close()
	return ff
}
