package ftpserver

import (
	"io"
	"sync"

	"github.com/seed-6092453b/ferry/ftp"
)

// octets is the codec of a file whose octets go over as they are.
var octets = ftp.Codec{Params: ftp.Params{Type: 'I', Stru: 'F', Mode: 'S'}}

// listCodec returns how LIST and NLST go over: as text, whatever TYPE is, in
// EBCDIC if that is the type (RFC 1123, 4.1.2.7), else as STRU and MODE say.
func (s *session) listCodec() ftp.Codec {
	c := s.codec()
	c.Form, c.Bits = 'N', 0
	if c.Type != 'E' {
		c.Type, c.ASCII = 'A', ftp.CRRaw // no line has a CR in it
	}
	if c.Type == 'A' && c.Stru == 'F' && c.Mode == 'S' {
		return octets // lines that end in CR LF to begin with
	}
	return c
}

// factCodec returns how MLSD goes over: octets in stream mode, whatever the
// parameters are (RFC 3659, 7.2). All clients that know MODE Z expect it to be
// compressed, though.
func (s *session) factCodec() ftp.Codec {
	c := octets
	if s.params.Mode == 'Z' {
		c.Mode, c.Level = 'Z', s.params.Level
	}
	return c
}

// listBuffer is what a listing is gathered in before it is sent. Half that takes more
// calls of the system, and twice that no fewer that anybody could measure.
type listBuffer [128 << 10]byte

var listBuffers = sync.Pool{New: func() any { return new(listBuffer) }}

// lineRoom is how much of a listBuffer is left to the line that fills it. A longer one
// is gathered elsewhere.
const lineRoom = 1 << 10

// lineWriter gathers lines until they are worth sending. Whoever makes a line appends it
// to text, and calls end: so it is written where it is sent from.
type lineWriter struct {
	text  []byte
	eol   string
	least int // octets that are worth sending
	send  func(text []byte) error
}

// end ends a line.
func (w *lineWriter) end() error {
	w.text = append(w.text, w.eol...)
	if len(w.text) < w.least {
		return nil
	}
	return w.flush()
}

// flush sends what is there, be it nothing.
func (w *lineWriter) flush() error {
	err := w.send(w.text)
	w.text = w.text[:0]
	return err
}

// sendLines sends the lines that produce writes.
func sendLines(d *dataConn, c ftp.Codec, block int, produce func(out *lineWriter) error) error {
	write := func(w io.Writer) error {
		buf := listBuffers.Get().(*listBuffer)
		defer listBuffers.Put(buf)
		out := &lineWriter{text: buf[:0], eol: "\n", least: len(buf) - lineRoom, send: func(text []byte) error {
			_, err := w.Write(text)
			return err
		}}
		if c.Type == 'I' {
			out.eol = "\r\n"
		}
		if err := produce(out); err != nil {
			return err
		}
		if len(out.text) == 0 {
			return nil
		}
		if c.Identity() {
			d.holdEnd()
		}
		return out.flush()
	}
	if c.Identity() {
		return write(d)
	}
	return encode(d, c, block, write)
}
