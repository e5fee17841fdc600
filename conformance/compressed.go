package conformance

import (
	"bytes"
	"fmt"
	"io"
)

// The filler of compressed mode (RFC 959, 3.4.3) by the type.
var fillers = map[string]byte{"A": ' ', "E": 0x40, "I": 0, "L": 0}

// readCompressed reads a file in compressed mode. An escape sequence stands before the
// string that it is about; some servers have it behind, at the end of the file with nothing
// after it. Both are understood.
func (f *framed) readCompressed(filler byte) *framedFile {
	ff := new(framedFile)
	var descriptor byte
	for {
		h, err := f.header(descriptor)
		if err != nil {
			ff.take(descriptor, "")
			return ff
		}
		if h == 0 {
			if descriptor != 0 { // that of an empty string
				if ff.take(descriptor, ""); descriptor&eof != 0 {
					f.fail("there is an escape sequence after that for the end of the file")
				}
			}
			if descriptor = f.octet("the second octet of an escape sequence"); descriptor&^assignedBits != 0 {
				f.fail("an escape sequence has the descriptor %#02x: of its bits, %#02x has no meaning", descriptor, descriptor&^assignedBits)
			}
			continue
		}
		ff.take(descriptor, f.compressedString(h, filler))
		if descriptor&eof != 0 {
			return ff
		}
		if descriptor = 0; len(ff.octets) > mostCoded {
			f.fail("there is no end: %d octets so far", len(ff.octets))
		}
	}
}

// header reads the octet by which a string or an escape sequence begins. The error says
// that there is none, which is right after an escape sequence for the end of the file.
func (f *framed) header(descriptor byte) (byte, error) {
	if descriptor&eof == 0 {
		return f.octet("a string or an escape sequence, none before having the code 64 for the end of the file,"), nil
	}
	if f.r.Buffered() == 0 {
		f.data.SetReadDeadline(f.patience(soon))
		var b [1]byte
		if _, err := io.ReadFull(f.data, b[:]); err != nil {
			return 0, err
		}
		return b[0], nil
	}
	return f.octet("a string"), nil
}

// compressedString reads what comes after the first octet of a string.
func (f *framed) compressedString(h, filler byte) string {
	switch n := int(h & 0x3f); h >> 6 {
	case 3:
		return string(bytes.Repeat([]byte{filler}, n))
	case 2:
		return string(bytes.Repeat([]byte{f.octet("the octet that is repeated")}, n))
	default:
		return string(f.octets(int(h), fmt.Sprintf("a string of %d octets", h)))
	}
}

// fetchCompressed runs a command by which the server sends something in compressed mode,
// to its good end.
func (c *control) fetchCompressed(line string, filler byte) *framedFile {
	f := c.beginFramed(line)
	ff := f.readCompressed(filler)
	f.complete()
	f.data.Close()
	return ff
}
