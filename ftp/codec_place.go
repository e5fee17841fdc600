package ftp

import (
	"errors"
	"io"
)

// Errors of Locate and of Check.
var (
	ErrWireOffset = errors.New("ftp: restart offset beyond the end of the file")
	ErrNoPlace    = errors.New("ftp: restart offset inside of what cannot be divided")
	ErrForm       = errors.New("ftp: the file was stored in another structure")
)

// Check reports whether a file can be sent as c says, from c.Start on, and come
// back the same. Its form is "" for a plain file, "R" and "P" for one that
// holds the octets of STRU R or P and is to be sent with Literal; its size in octets
// is -1 if unknown. Any form can be sent in STRU F: its octets as they are stored.
//
// The error is ErrForm (555), ErrWireOffset or ErrNoPlace if c.Start is none of
// the file's places (554), or a *CodecError (551 if Page, else 550). What cannot be
// seen without reading the file, WireSize finds: a logical byte with too many bits,
// a text that takes more pages than type A can number, pages or records that are
// none.
func (c Codec) Check(form string, size int64) error {
	if form != "" && c.Stru != 'F' && (form != string(c.Stru) || c.text()) {
		return ErrForm
	}
	if !c.Supported() {
		return &CodecError{Reason: "there is no such combination of TYPE and STRU"}
	}
	if size >= 0 && c.Start.Off > size {
		return ErrWireOffset
	}
	if form != "" && c.Stru != 'F' {
		return nil // nothing can be said without looking at it
	}
	unit := int64(c.unit())
	switch {
	case c.Stru == 'P':
		if c.Start.Off > 0 && (c.Type == 'A' || c.Start.Off%c.pageSize() != 0) {
			return ErrNoPlace
		}
		if size > (c.maxPage()+1)*c.pageSize() {
			return pageError("the file has more pages than TYPE can number")
		}
	case c.packed():
		if c.Start.Off%c.grain() != 0 {
			return ErrNoPlace
		}
		if fill := -size / unit * int64(c.Bits) & 7; size > 0 && fill >= int64(c.Bits) {
			return &CodecError{Reason: "what fills up the last octet would look like another logical byte"}
		}
	default:
		return nil
	}
	if size > 0 && size%unit != 0 {
		return &CodecError{Reason: "the file is not of whole logical bytes"}
	}
	return nil
}

// WireSize reads the file r and returns the number of octets that it takes on
// the wire (SIZE; RFC 3659, 4), in mode Z those of the stream mode that is deflated.
func (c Codec) WireSize(r io.Reader) (int64, error) {
	if c.Mode == 'Z' {
		c.Mode = 'S'
	}
	var n wireCounter
	w := c.NewWriter(&n)
	if _, err := io.Copy(struct{ io.Writer }{w}, r); err != nil {
		return 0, err
	}
	err := w.Close()
	return n.n, err
}

type wireCounter struct{ n int64 }

func (c *wireCounter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// Locate reads the file r up to the octet that stands at the given offset on the
// wire, in stream mode or in what mode Z deflates, and returns that place for a
// receiver (REST before STOR; RFC 3659, 5). Its CR tells that the octet is the LF
// of a line end whose CR lies before the offset, or the NUL behind a CR. An offset
// behind the end of the file is ErrWireOffset, one at which only a sender, with
// Skip, can begin, and no receiver, is ErrNoPlace, as is any but 0 in modes B and C.
func (c Codec) Locate(r io.Reader, wire int64) (Marker, error) {
	c.Skip, c.Start, c.Every, c.tune = 0, Marker{}, 0, tuning{}
	switch {
	case wire == 0:
		return Marker{}, nil
	case c.KeepsOpen():
		return Marker{}, ErrNoPlace
	case !c.text() && !c.packed() && c.Stru == 'F':
		return Marker{Off: wire}, nil
	}
	c.Mode = 'S'
	l := locator{Codec: c, want: wire}
	return l.locate(r)
}

// locateStep is how much of a file is read at once.
const locateStep = 32 << 10

// locator counts through a file.
type locator struct {
	Codec
	want int64
}

// locate encodes the file piece by piece, and then the piece on the wire of which
// the offset lies once again, octet by octet.
func (l *locator) locate(r io.Reader) (Marker, error) {
	enc, top, out := l.start(Marker{})
	var from Marker  // the last place where one could begin,
	var base int64   // its offset on the wire,
	var piece []byte // and what has come since
	off := int64(0)
	buf := make([]byte, l.step())
	for {
		n, eof := io.ReadFull(r, buf)
		for p := buf[:n]; len(p) > 0; {
			used, err := enc.encode(p)
			if err != nil {
				return Marker{}, err
			}
			piece, p = append(piece, p[:used]...), p[used:]
			off += int64(used)
			here := Marker{Off: off}
			ok := enc.place(&here)
			switch count := out.count(); {
			case count > l.want:
				return l.within(from, l.want-base, piece)
			case count == l.want && ok:
				return Marker{Off: off, Records: here.Records}, nil
			case ok || l.Stru == 'P': // pages have nothing within to be found
				from, base, piece = here, count, piece[:0]
			}
		}
		if eof == io.EOF || eof == io.ErrUnexpectedEOF {
			return Marker{}, l.behind(enc, top, out)
		}
		if eof != nil {
			return Marker{}, eof
		}
	}
}

// step returns how much of the file to read at once.
func (l *locator) step() int64 {
	if l.packed() {
		return locateStep / 64 * l.grain()
	}
	return locateStep
}

func (l *locator) start(m Marker) (enc encoder, top sink, out *streamSink) {
	c := l.Codec
	c.Start = m
	out = c.sink(io.Discard).(*streamSink)
	enc, top = c.encoder(out)
	return enc, top, out
}

// within looks for the offset in what a piece of the file becomes on the wire.
func (l *locator) within(from Marker, want int64, piece []byte) (Marker, error) {
	if l.Stru == 'P' {
		return Marker{}, ErrNoPlace
	}
	enc, _, out := l.start(from)
	grain := 1
	if l.packed() && !l.literal() {
		grain = int(l.grain())
	}
	for i := 0; i < len(piece); i += grain {
		octets := piece[i:min(len(piece), i+grain)]
		before := out.count()
		if err := encodeAll(enc, octets); err != nil {
			return Marker{}, err
		}
		here := Marker{Off: from.Off + int64(i+len(octets))}
		ok := enc.place(&here)
		switch n := out.count(); {
		case n == want && ok:
			return Marker{Off: here.Off, Records: here.Records}, nil
		case n > want && before+1 == want && l.pair(octets[0]):
			return Marker{Off: here.Off - 1, CR: true, Records: here.Records}, nil
		case n > want:
			return Marker{}, ErrNoPlace
		}
	}
	return Marker{}, ErrNoPlace
}

func encodeAll(enc encoder, p []byte) error {
	for len(p) > 0 {
		n, err := enc.encode(p)
		if err != nil {
			return err
		}
		p = p[n:]
	}
	return nil
}

// pair reports whether the octet c of the file is two octets on the wire the first
// of which a decoder holds back.
func (l *locator) pair(c byte) bool {
	return l.Type == 'A' && (c == '\n' && l.Stru == 'F' || c == '\r' && l.ASCII == CRNVT)
}

// behind tells of an offset that lies behind all of the file's octets whether it
// lies within the mark of its end.
func (l *locator) behind(enc encoder, top sink, out *streamSink) error {
	err := enc.finish()
	if err == nil {
		err = top.eof()
	}
	switch {
	case err != nil:
		return err
	case out.n < l.want:
		return ErrWireOffset
	}
	return ErrNoPlace
}
