package ftpserver

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
)

// streamConn is a connection of which only what is read counts.
type streamConn struct {
	net.Conn
	r io.Reader
}

func (c streamConn) Read(p []byte) (int, error) { return c.r.Read(p) }

// However records arrive and are asked for, none is handed out together with what
// follows it, and what follows the last is untouched.
func FuzzRecords(f *testing.F) {
	f.Add([]byte("\x17\x03\x03\x00\x03abc\x15\x03\x03\x00\x02xy"), []byte("NOOP\r\n"), uint8(7))
	f.Add([]byte("\x17\x03\x03\x00\x00"), []byte("\xff\xf4\xffABOR\r\n"), uint8(1))
	f.Add([]byte{}, []byte{}, uint8(0))
	f.Fuzz(func(t *testing.T, records, clear []byte, size uint8) {
		records = whole(records)
		if len(clear) > 0 && isRecord(clear[0]) {
			clear[0] = 'X'
		}
		for _, slow := range []bool{false, true} {
			wire := io.Reader(bytes.NewReader(append(bytes.Clone(records), clear...)))
			if slow {
				wire = iotest.OneByteReader(wire)
			}
			c := &recordConn{Conn: streamConn{r: wire}, parting: true}
			var got []byte
			p := make([]byte, int(size)+1)
			for at := 0; ; {
				n, err := c.Read(p)
				got = append(got, p[:n]...)
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				if at += n; crosses(records, at-n, at) {
					t.Fatalf("octets %d to %d of %x are of two records", at-n, at, records)
				}
			}
			if !bytes.Equal(got, records) {
				t.Fatalf("records %x, want %x", got, records)
			}
			rest, err := io.ReadAll(&controlReader{records: c})
			if err != nil || !bytes.Equal(rest, clear) {
				t.Fatalf("behind them %q (%v), want %q", rest, err, clear)
			}
		}
	})
}

// whole makes records of b.
func whole(b []byte) []byte {
	b = bytes.Clone(b)
	for at := 0; at < len(b); {
		if len(b)-at < recordHeader {
			return b[:at]
		}
		b[at] = 20 + b[at]%4
		n := min(int(b[at+3])<<8|int(b[at+4]), len(b)-at-recordHeader)
		b[at+3], b[at+4] = byte(n>>8), byte(n)
		at += recordHeader + n
	}
	return b
}

// crosses reports whether the octets from one place to another are of two records.
func crosses(records []byte, from, to int) bool {
	for at := 0; at < to; {
		end := at + recordHeader + int(records[at+3])<<8 + int(records[at+4])
		if from < end && end < to {
			return true
		}
		at = end
	}
	return false
}

// crypto/tls writes while it reads, as to answer a KeyUpdate: then the deadline of
// the last reply does not count, and the client has as much time as ever.
func TestRecordWriteDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		defer near.Close()
		defer far.Close()
		c := &recordConn{Conn: near}
		near.SetWriteDeadline(time.Now().Add(-time.Hour))
		go func() {
			time.Sleep(writeTime - time.Second)
			io.ReadFull(far, make([]byte, 5))
		}()
		if _, err := c.Write([]byte("hello")); err != nil {
			t.Error(err)
		}
		start := time.Now()
		c.SetWriteDeadline(start.Add(10 * time.Second))
		if _, err := c.Write([]byte("hello")); err == nil || time.Since(start) != 10*time.Second {
			t.Errorf("a write with a deadline has lasted %v: %v", time.Since(start), err)
		}
		c.ending = true
		if n, err := c.Write([]byte("hello")); n != 5 || err != nil {
			t.Errorf("what is written behind the end: %d, %v", n, err)
		}
	})
}
