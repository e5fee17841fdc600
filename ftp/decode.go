package ftp

import "io"

// decoder gives the stored octets of what comes from a source, in the type and
// structure of a Codec.
type decoder struct {
	kind    byte // the type, of which only A and E change octets
	ascii   asciiDecoder
	table   *charTable
	lines   bool // records are lines
	literal bool // records are stored in the form of stream mode
}

// data appends what the octets p are in the file.
func (d *decoder) data(b, p []byte) []byte {
	switch {
	case d.literal:
		for _, c := range p {
			if c == streamEscape {
				b = append(b, c)
			}
			b = append(b, c)
		}
		return b
	case d.kind == 'A':
		return d.ascii.decode(b, p)
	case d.kind == 'E':
		return d.table.append(b, p)
	}
	return append(b, p...)
}

// record appends what the end of a record is in the file: of types I and L, whose
// records could hold any octet, nothing.
func (d *decoder) record(b []byte) []byte {
	switch {
	case d.literal:
		return append(b, streamEscape, streamEOR)
	case d.lines:
		return append(d.ascii.flush(b), '\n')
	}
	return b
}

// finish appends what the end of the file is in the file.
func (d *decoder) finish(b []byte) []byte {
	if d.literal {
		return append(b, streamEscape, streamEOF)
	}
	return d.ascii.flush(b)
}

// reader is what NewReader returns.
type reader struct {
	src  source
	wire *wire
	dec  decoder
	mark func(string, Marker) error
	here Marker // behind the last octet that Read returned
	base int64  // where it began
	most int64  // MaxExpand
	free int64  // FreeExpand
	buf  []byte // to decode into what does not fit into what the caller gave
	out  []byte // of buf, not returned yet
	text string // a marker that came behind out
	err  error  // what comes behind out and text
}

// Read gives what it has without waiting for more, but as much as there is: records
// and runs are short, and each Read may become a write to a disk.
func (r *reader) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		switch {
		case len(r.out) > 0:
			m := copy(p[n:], r.out)
			r.out, n = r.out[m:], n+m
			r.here.Off += int64(m)
			continue
		case n > 0 && (r.text != "" || r.err != nil || !r.src.ready()):
			return n, nil
		case r.text != "":
			r.marked()
			continue
		case r.err != nil:
			return 0, r.err
		}
		n += r.fill(p[n:])
	}
	return n, nil
}

// smallRead is below what it does not pay to decode into what the caller gave.
const smallRead = 64

// fill decodes one span, into p itself if it fits, and returns how much of p has
// come to be used.
func (r *reader) fill(p []byte) int {
	if len(p) < smallRead {
		r.buf, r.err = r.step(r.buf[:0], smallRead)
		r.out = r.buf
		return 0
	}
	b, err := r.step(p[:0:len(p)], len(p)-1)
	r.err = err
	if len(b) > len(p) { // append has moved it
		r.out = b
		return 0
	}
	r.here.Off += int64(len(b))
	return len(b)
}

// marked tells of a marker, all octets before which have been returned.
func (r *reader) marked() {
	text := r.text
	r.text = ""
	if r.mark == nil {
		return
	}
	here := r.here
	here.CR = r.dec.ascii.cr
	if err := r.mark(text, here); err != nil {
		r.err = err
	}
}

// expanded reports whether a file of size octets is more than what came for it on
// the wire may become.
func (r *reader) expanded(size int64) bool {
	return r.most > 0 && size > max(r.free, 0) && (size-1)/r.most >= r.wire.n
}

// step appends what the next span is in the file.
func (r *reader) step(b []byte, max int) ([]byte, error) {
	sp, err := r.src.next(max)
	if err != nil {
		return b, err
	}
	switch sp.kind {
	case spanData:
		b = r.dec.data(b, sp.data)
		if r.expanded(r.here.Off + int64(len(b)) - r.base) {
			err = ErrExpand
		}
	case spanEOR:
		r.here.Records++
		b = r.dec.record(b)
	case spanMark:
		r.text = string(sp.data)
	case spanEOF:
		b, err = r.dec.finish(b), io.EOF
	}
	return b, err
}
