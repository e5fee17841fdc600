package ftpserver

import (
	"bufio"
	"io"

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

// listBuffer is what a listing is gathered in before it is sent.
const listBuffer = 64 << 10

// sendLines sends the lines that produce gives it.
func sendLines(d *dataConn, c ftp.Codec, block int, produce func(line func(b []byte) error) error) error {
	write := func(w io.Writer) error {
		end := "\n"
		if c.Type == 'I' {
			end = "\r\n"
		}
		out := bufio.NewWriterSize(w, listBuffer)
		err := produce(func(b []byte) error {
			out.Write(b)
			_, err := out.WriteString(end)
			return err
		})
		if err != nil {
			return err
		}
		return out.Flush()
	}
	if c.Identity() {
		return write(d)
	}
	return encode(d, c, block, write)
}
