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
	out  []byte // decoded, but not returned yet
	buf  []byte // for out
	err  error  // what comes behind out
}

// Read decodes into p itself where p is not too small for that.
func (r *reader) Read(p []byte) (int, error) {
	for len(p) > 0 {
		if len(r.out) > 0 {
			return r.give(p), nil
		}
		if r.err != nil {
			return 0, r.err
		}
		dst := p[:0:len(p)]
		if len(p) < smallRead {
			dst = r.buf[:0]
		}
		b, err := r.step(dst, max(len(p)-1, smallRead))
		r.err = err
		if len(p) < smallRead {
			r.buf = b
		}
		if len(p) >= smallRead && len(b) <= len(p) {
			if len(b) > 0 {
				return r.gave(len(b)), nil
			}
			continue
		}
		r.out = b // it did not fit, and append has moved it
	}
	return 0, nil
}

// smallRead is below what it does not pay to decode into what the caller gave.
const smallRead = 64

func (r *reader) give(p []byte) int {
	n := copy(p, r.out)
	r.out = r.out[n:]
	return r.gave(n)
}

func (r *reader) gave(n int) int {
	r.here.Off += int64(n)
	return n
}

// step appends what the next span is in the file. Everything before it has been
// returned.
func (r *reader) step(b []byte, max int) ([]byte, error) {
	sp, err := r.src.next(max)
	if err != nil {
		return b, err
	}
	switch sp.kind {
	case spanData:
		b = r.dec.data(b, sp.data)
		if r.most > 0 && r.here.Off+int64(len(b))-r.base > r.most*r.wire.n+expandFree {
			err = ErrExpand
		}
	case spanEOR:
		r.here.Records++
		b = r.dec.record(b)
	case spanMark:
		if r.mark != nil {
			here := r.here
			here.CR = r.dec.ascii.cr
			err = r.mark(string(sp.data), here)
		}
	case spanEOF:
		b, err = r.dec.finish(b), io.EOF
	}
	return b, err
}
