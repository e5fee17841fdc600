package ftpclient

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"testing"
	"testing/iotest"
)

// streamConn is a connection of which only what is read counts.
type streamConn struct {
	net.Conn
	r io.Reader
}

func (c streamConn) Read(p []byte) (int, error) { return c.r.Read(p) }

// However records arrive and are asked for, none is handed out together with what
// follows it: so all that stands behind the last one is left for whoever reads next.
func FuzzWire(f *testing.F) {
	f.Add([]byte("\x17\x03\x03\x00\x03abc\x15\x03\x03\x00\x02xy200 OK\r\n"), uint8(7), uint8(2))
	f.Add([]byte("\x17\x03\x03\x00\x00\x15\x03"), uint8(0), uint8(9))
	f.Add([]byte("220 ready\r\n"), uint8(3), uint8(1))
	f.Fuzz(func(t *testing.T, in []byte, size, count uint8) {
		for _, slow := range []bool{false, true} {
			source := io.Reader(bytes.NewReader(in))
			if slow {
				source = iotest.OneByteReader(source)
			}
			w := &wire{Conn: streamConn{r: source}, br: bufio.NewReader(source)}
			p := make([]byte, int(size)+1)
			at := 0
			for range count {
				end := at // of the record that begins here
				if rest := in[at:]; len(rest) >= recordHeader {
					end = min(len(in), at+recordHeader+int(rest[3])<<8+int(rest[4]))
				} else {
					end = len(in)
				}
				for at < end {
					n, err := w.Read(p)
					if err != nil || n == 0 || at+n > end || !bytes.Equal(p[:n], in[at:at+n]) {
						t.Fatalf("%q, %v at %d of %q; the record ends at %d", p[:n], err, at, in, end)
					}
					at += n
				}
			}
			if at == len(in) {
				if n, err := w.Read(p); n != 0 || err != io.EOF || !w.cut.Load() {
					t.Fatalf("behind the end: %d octets, %v, cut %v", n, err, w.cut.Load())
				}
			}
			if rest, err := io.ReadAll(w.br); err != nil || !bytes.Equal(rest, in[at:]) {
				t.Fatalf("behind the records: %q (%v), want %q", rest, err, in[at:])
			}
		}
	})
}
