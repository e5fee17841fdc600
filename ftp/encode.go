package ftp

import (
	"bytes"
	"errors"
)

// An encoder gives the octets of a file to a sink, in the type and structure of a
// Codec.
type encoder interface {
	// encode takes the next octets of the file: p or the beginning of it, at least
	// one octet.
	encode(p []byte) (int, error)
	// finish gives what was held back; the end of the file is the sink's.
	finish() error
	// place reports whether a transfer can begin here, and says in m what its offset
	// does not tell.
	place(m *Marker) bool
}

// textEncoder knows types A and E; other types' octets it leaves as they are.
type textEncoder struct {
	kind  byte
	ascii asciiEncoder
	table *charTable
	buf   []byte
}

func (t *textEncoder) octets(p []byte) []byte {
	switch t.kind {
	case 'A':
		if t.buf == nil {
			t.buf = make([]byte, 0, len(p)+len(p)/8+2)
		}
		t.buf = t.ascii.encode(t.buf[:0], p)
		return t.buf
	case 'E':
		t.buf = t.table.append(t.buf[:0], p)
		return t.buf
	}
	return p
}

// fileEncoder sends file structure, and plain files of types I and L in record
// structure: they are one record, which only the end of the file ends.
type fileEncoder struct {
	text textEncoder
	out  sink
	pack *packSink // if it is what out is
}

func (e *fileEncoder) encode(p []byte) (int, error) {
	if e.text.kind == 'A' || e.text.kind == 'E' {
		p = p[:min(len(p), gathered)]
	}
	return len(p), e.out.data(e.text.octets(p))
}

func (e *fileEncoder) finish() error { return nil }

func (e *fileEncoder) place(m *Marker) bool {
	m.CR = e.text.kind == 'A' && e.text.ascii.place()
	return e.pack == nil || e.pack.k.whole()
}

// lineEncoder sends the lines of a text as records. Their line ends do not go with
// them; what follows the last line end is a record that only the end of the file
// ends.
type lineEncoder struct {
	text    textEncoder
	out     sink
	records int64
}

func (e *lineEncoder) encode(p []byte) (int, error) {
	i := bytes.IndexByte(p, '\n')
	if i < 0 {
		return len(p), e.data(p)
	}
	if i > 0 {
		if err := e.data(p[:i]); err != nil {
			return 0, err
		}
	}
	e.records++
	return i + 1, e.out.eor()
}

func (e *lineEncoder) data(p []byte) error {
	if e.text.kind == 'A' && e.text.ascii.profile != CRNVT {
		return e.out.data(p) // without line ends it stays as it is
	}
	return e.out.data(e.text.octets(p))
}

func (e *lineEncoder) finish() error { return nil }

func (e *lineEncoder) place(m *Marker) bool {
	m.Records = e.records
	return true
}

// literalRecordEncoder sends a file that holds records in the form of stream mode.
type literalRecordEncoder struct {
	out     sink
	escape  bool // an escape octet has come
	ended   bool
	records int64
}

func (e *literalRecordEncoder) encode(p []byte) (int, error) {
	switch {
	case e.ended:
		return 0, trailing
	case e.escape:
		e.escape = false
		return 1, e.code(p[0])
	}
	switch i := bytes.IndexByte(p, streamEscape); i {
	case -1:
		return len(p), e.out.data(p)
	case 0:
		e.escape = true
		return 1, nil
	default:
		return i, e.out.data(p[:i])
	}
}

func (e *literalRecordEncoder) code(c byte) error {
	if c == streamEscape {
		return e.out.data([]byte{c})
	}
	if c == 0 || c > streamEOR|streamEOF {
		return &CodecError{Reason: "the file holds no records"}
	}
	e.ended = c&streamEOF != 0
	if c&streamEOR == 0 {
		return nil
	}
	e.records++
	return e.out.eor()
}

func (e *literalRecordEncoder) finish() error {
	if !e.ended {
		return &CodecError{Reason: "the file has no end of its records"}
	}
	return nil
}

func (e *literalRecordEncoder) place(m *Marker) bool {
	m.Records = e.records
	return !e.escape && !e.ended
}

// writer is what NewWriter returns.
type writer struct {
	enc   encoder
	out   sink
	err   error // what every further call returns
	off   int64 // of the file's octets taken
	every int64 // between markers; 0 none
	next  int64 // where the next marker is due
	grain int64 // markers are due at multiples of it; 0: wherever the encoder stops
}

var errClosed = errors.New("ftp: write behind the end of the file")

func (w *writer) Write(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if w.err != nil {
			return n, w.err
		}
		q := p[n:]
		if w.every > 0 && w.grain > 0 {
			q = q[:min(int64(len(q)), w.next-w.off)]
		}
		used, err := w.enc.encode(q)
		n += used
		w.off += int64(used)
		if err == nil && w.every > 0 && w.off >= w.next {
			err = w.mark()
		}
		w.err = err
	}
	return n, w.err
}

func (w *writer) mark() error {
	m := Marker{Off: w.off}
	if !w.enc.place(&m) {
		w.next = w.off + max(1, w.grain)
		return nil
	}
	w.due()
	return w.out.mark(m.String())
}

// due sets where the next marker is due.
func (w *writer) due() {
	w.next = w.off + w.every
	if w.grain > 1 {
		w.next += w.grain - 1
		w.next -= w.next % w.grain
	}
}

// Close ends the file.
func (w *writer) Close() error {
	if w.err == errClosed {
		return nil
	}
	if w.err != nil {
		return w.err
	}
	err := w.enc.finish()
	if err == nil {
		err = w.out.eof()
	}
	if w.err = err; err == nil {
		w.err = errClosed
	}
	return err
}

// Flush sends what was held back to send more at once.
func (w *writer) Flush() error {
	if w.err != nil {
		return w.err
	}
	w.err = w.out.flush()
	return w.err
}
