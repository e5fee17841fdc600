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

// ErrWireOffset reports a restart offset beyond the end of the file.
var ErrWireOffset = errors.New("ftp: restart offset beyond the end of the file")

// Codec turns a file's octets into octets on the data connection and back, as
// the transfer parameters say (RFC 959, 3). Where Params.Identity holds there is
// nothing to do, and callers had better copy directly.
type Codec struct {
	Params
	ASCII CRProfile

	// AfterCR tells NewReader that the octet before the first was a CR: a
	// transfer that is resumed between the two octets of a line end.
	AfterCR bool

	// Skip is the number of octets on the wire that NewWriter does not send: a
	// restart offset (RFC 3659, 5). The file is then written to it from the start.
	Skip int64
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
		return &asciiReader{r: r, cr: c.AfterCR}
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
// wire, and returns its offset in the file (REST; RFC 3659, 5). afterCR tells
// that the octet is the LF of a line end whose CR lies before the offset, or
// the NUL behind a CR. An offset behind the end of the file is ErrWireOffset.
func (c Codec) Locate(r io.Reader, wire int64) (stored int64, afterCR bool, err error) {
	if c.Type != 'A' {
		return wire, false, nil
	}
	if wire == 0 {
		return 0, false, nil
	}
	br := bufio.NewReaderSize(r, 64<<10)
	var n wireCounter
	w := &asciiWriter{w: &n, profile: c.ASCII}
	var one [1]byte
	for n.n < wire {
		if one[0], err = br.ReadByte(); err == io.EOF {
			return 0, false, ErrWireOffset
		} else if err != nil {
			return 0, false, err
		}
		if _, err := w.Write(one[:]); err != nil {
			return 0, false, err
		}
		stored++
	}
	if n.n > wire { // one octet of the file is two on the wire, and the offset is between them
		return stored - 1, true, nil
	}
	return stored, false, nil
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
