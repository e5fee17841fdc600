package ftp

import (
	"bufio"
	"errors"
	"io"
)

// CRProfile is the way line ends and bare CR are sent in ASCII type. All
// profiles receive alike: CR LF becomes LF, CR NUL becomes CR, anything else is
// kept.
type CRProfile uint8

const (
	// CRSmart sends CR before LF unless there is one already, so that files with
	// CR LF do not grow. A file with CR LF does not come back as it was.
	CRSmart CRProfile = iota
	// CRRaw sends CR before every LF, as BSD's ftpd does.
	CRRaw
	// CRNVT sends LF as CR LF and CR as CR NUL (RFC 854): every file comes back
	// as it was.
	CRNVT
)

// Errors of Locate.
var (
	ErrWireOffset = errors.New("ftp: restart offset beyond the end of the file")
	ErrNoPlace    = errors.New("ftp: restart offset inside of what cannot be divided")
)

// Codec turns a file's octets into octets on the data connection and back, as
// the transfer parameters say (RFC 959, 3). Where Params.Identity holds there is
// nothing to do, and callers had better copy directly.
type Codec struct {
	Params
	ASCII CRProfile

	Page CodePage // of type E

	// Start is where a transfer that was cut goes on (RFC 959, 3.5): the state of
	// NewReader's decoder there, or the place from which on the file is written to
	// what NewWriter returns.
	Start Marker

	// Skip is the number of octets on the wire that NewWriter does not send: a
	// restart offset (RFC 3659, 5), in mode Z of what is compressed. The file is
	// then written to it from the start. It has no meaning in modes B and C.
	Skip int64

	// Every is the number of the file's octets between the restart markers that
	// NewWriter sends in modes B and C; 0 sends none. A marker that would stand
	// where nobody can begin again comes at the next place where one can.
	Every int64

	// Mark is called by NewReader in modes B and C at each restart marker, once
	// Read has returned all octets before it: peer is the marker as it was sent,
	// here the same place in the reader's own terms. An error ends the reading. A
	// marker at a place for which Marker has no words is passed over. May be nil.
	Mark func(peer string, here Marker) error

	// Suspect is called by NewReader when the sender says that data are suspected
	// of errors (descriptor 32; RFC 959, 3.4.2). May be nil.
	Suspect func()

	// Await brackets NewReader's waiting, in mode C, for an octet that the sender
	// need not send: whether the octets 00 40 stand before the file's last string
	// or behind it only shows in what follows. While it is on, a timeout
	// (os.ErrDeadlineExceeded) or the end of the connection is the end of the file.
	// If nil, NewReader waits as for any other octet.
	Await func(on bool)

	// Literal says that the stored octets are the octets of stream mode themselves,
	// records or pages and all, and not the file's contents: of a file that was
	// stored in STRU R in types I and L, or in STRU P. They are checked and replayed.
	// It has no meaning in STRU F, nor in types A and E.
	Literal bool
}

// CodePage is the EBCDIC that type E is on the wire. RFC 959 names none.
type CodePage uint8

const (
	IBM1047 CodePage = iota // of z/OS
	IBM037                  // of IBM i, and of older hosts
	IBM1140                 // IBM037 with the euro sign
)

// A CodecError reports octets on the wire, or in a file that is to be sent, that
// the transfer parameters do not allow. Of a file that merely ends too early,
// io.ErrUnexpectedEOF is the error.
type CodecError struct {
	Page   bool   // it is the type or the shape of a page: 551 (RFC 959, 4.2.2)
	Reason string // for people, in English
}

func (e *CodecError) Error() string { return "ftp: " + e.Reason }

// ErrForm is Check's error for a file that was stored in another structure: 555.
var ErrForm = errors.New("ftp: the file was stored in another structure")

// KeepsOpen reports whether the end of a file shows on the data connection, so
// that it need not be closed and can serve the next transfer: in modes B and C
// (RFC 959, 3.4).
func (c Codec) KeepsOpen() bool { return c.Mode == 'B' || c.Mode == 'C' }

// Check reports whether a file can be sent as c says and come back the same. Its
// form is "" for a plain file, "R" and "P" for one that holds the octets of
// STRU R or P (Literal); its size in octets is -1 if unknown. The error is ErrForm,
// or a *CodecError.
func (c Codec) Check(form string, size int64) error {
	if form != "" && form != string(c.Stru) && c.Stru != 'F' {
		return ErrForm
	}
	return nil
}

// Supported reports whether c can be used: types A N, A T, I and L of whole
// octets, file structure, stream mode.
func (c Codec) Supported() bool {
	if c.Stru != 'F' || c.Mode != 'S' {
		return false
	}
	switch c.Type {
	case 'A':
		return c.Form != 'C'
	case 'I':
		return true
	case 'L':
		return c.Bits%8 == 0
	}
	return false
}

// NewWriter returns a writer that takes the file's octets and writes them to w
// as they go over the wire. Close ends the file; it does not close w.
func (c Codec) NewWriter(w io.Writer) io.WriteCloser {
	if c.Skip > 0 {
		w = &skipWriter{w: w, n: c.Skip}
	}
	if c.Type == 'A' {
		return &asciiWriter{w: w, profile: c.ASCII}
	}
	return nopCloser{w}
}

// NewReader returns a reader of the file's octets, decoded from the wire. In
// stream mode the end of r is the end of the file.
func (c Codec) NewReader(r *bufio.Reader) io.Reader {
	if c.Type == 'A' {
		return &asciiReader{r: r, cr: c.Start.CR}
	}
	return r
}

// WireSize reads the file r and returns the number of octets that it takes on
// the wire (SIZE; RFC 3659, 4).
func (c Codec) WireSize(r io.Reader) (int64, error) {
	var n wireCounter
	w := c.NewWriter(&n)
	if _, err := io.Copy(struct{ io.Writer }{w}, r); err != nil {
		return 0, err
	}
	err := w.Close()
	return n.n, err
}

// Locate reads the file r up to the octet that stands at the given offset on the
// wire, and returns that place (REST; RFC 3659, 5), the CR of which tells that the
// octet is the LF of a line end whose CR lies before the offset, or the NUL behind
// a CR. An offset behind the end of the file is ErrWireOffset, one at which only a
// sender, with Skip, can begin, and no receiver, is ErrNoPlace.
func (c Codec) Locate(r io.Reader, wire int64) (Marker, error) {
	if c.Type != 'A' || wire == 0 {
		return Marker{Off: wire}, nil
	}
	br := bufio.NewReaderSize(r, 64<<10)
	var n wireCounter
	w := &asciiWriter{w: &n, profile: c.ASCII}
	var m Marker
	for n.n < wire {
		b, err := br.ReadByte()
		if err == io.EOF {
			return Marker{}, ErrWireOffset
		} else if err != nil {
			return Marker{}, err
		}
		if _, err := w.Write([]byte{b}); err != nil {
			return Marker{}, err
		}
		m.Off++
	}
	if n.n > wire { // one octet of the file is two on the wire, and the offset is between them
		return Marker{Off: m.Off - 1, CR: true}, nil
	}
	return m, nil
}

type wireCounter struct{ n int64 }

func (c *wireCounter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// skipWriter drops the first n octets.
type skipWriter struct {
	w io.Writer
	n int64
}

func (s *skipWriter) Write(p []byte) (int, error) {
	drop := int(min(s.n, int64(len(p))))
	s.n -= int64(drop)
	if drop == len(p) {
		return drop, nil
	}
	n, err := s.w.Write(p[drop:])
	return drop + n, err
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }
