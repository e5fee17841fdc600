package ftp

import (
	"bufio"
	"io"
)

// A file crosses the layers of a codec as spans (RFC 959, 3.1 and 3.4): octets, the
// ends of records, restart markers, the end of the file. Every mode has its own
// form for them on the wire, every structure its own in the file.
type span struct {
	kind spanKind
	data []byte // octets, or the text of a marker; good until the next span is asked for
}

type spanKind uint8

const (
	spanData spanKind = iota // may be empty
	spanEOR
	spanMark
	spanEOF
)

// A source gives the spans of one file as they come from the wire. After spanEOF it
// is not asked again.
type source interface {
	// next returns the next span. Of data it gives about max octets at most.
	next(max int) (span, error)
	// ready reports whether something has come already that next can begin with.
	ready() bool
}

// A sink takes the spans of one file and puts them on the wire. What data points
// to may change once it has returned.
type sink interface {
	data(p []byte) error
	eor() error
	mark(text string) error
	eof() error   // ends the file and flushes
	flush() error // sends what it has
}

// wire is the data connection, or what is inflated from it, with the number of
// octets taken from it. What it returned stays good until it is asked again.
type wire struct {
	r   *bufio.Reader
	n   int64
	few [maxMarker]byte
}

// look returns what has come, at least one octet and at most max, and leaves it.
func (w *wire) look(max int) ([]byte, error) {
	if _, err := w.r.Peek(1); err != nil {
		return nil, err
	}
	return w.r.Peek(min(w.r.Buffered(), max))
}

// some takes what look returns.
func (w *wire) some(max int) ([]byte, error) {
	p, err := w.look(max)
	w.take(len(p))
	return p, err
}

// all takes exactly n octets, maxMarker at most. If the connection ends before, the
// file is cut.
func (w *wire) all(n int) ([]byte, error) {
	got, err := io.ReadFull(w.r, w.few[:n])
	w.n += int64(got)
	return w.few[:n], cut(err)
}

func (w *wire) take(n int) {
	w.r.Discard(n)
	w.n += int64(n)
}

// ReadByte and Read are for package zlib, which reads no octet too many from what
// is an io.ByteReader.
func (w *wire) ReadByte() (byte, error) {
	b, err := w.r.ReadByte()
	if err == nil {
		w.n++
	}
	return b, err
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	w.n += int64(n)
	return n, err
}

// cut says that the connection ended within a file.
func cut(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// maxMarker is how long a restart marker may be. RFC 959 has no limit; a marker
// comes back in a REST command and a 110 reply, one line each.
const maxMarker = 127

// markerSpan checks a restart marker: printable, no space within (RFC 959, 3.4.2).
func markerSpan(p []byte) (span, error) {
	for _, c := range p {
		if c <= ' ' || c > '~' {
			return span{}, badMarker
		}
	}
	if len(p) == 0 {
		return span{}, badMarker
	}
	return span{kind: spanMark, data: p}, nil
}

var badMarker = &CodecError{Reason: "a restart marker is empty, too long, or not of printable characters"}

// Descriptor codes (RFC 959, 3.4.2).
const (
	codeEOR     = 128
	codeEOF     = 64
	codeSuspect = 32
	codeMark    = 16
)

// The codes of stream mode behind its escape octet (RFC 959, 3.4.1).
const (
	streamEscape = 0xFF
	streamEOR    = 1
	streamEOF    = 2
)
