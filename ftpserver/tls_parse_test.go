package ftpserver

import (
	"bytes"
	"io"
	"testing"
	"testing/iotest"
	"time"
)

// However records arrive, and whether they are read ahead or not, none is handed out
// together with what follows it; and one that is said to be there is.
func FuzzDataRecords(f *testing.F) {
	f.Add([]byte("\x17\x03\x03\x00\x03abc\x15\x03\x03\x00\x02xy"), uint8(7), true)
	f.Add([]byte("\x17\x03\x03\x00\x00\x17\x03\x03\x00\x01a"), uint8(0), true)
	f.Add([]byte("\x16\x03\x01\x40\x00half"), uint8(255), false)
	f.Fuzz(func(t *testing.T, records []byte, size uint8, ahead bool) {
		records = whole(records)
		for _, slow := range []bool{false, true} {
			source := io.Reader(bytes.NewReader(records))
			if slow {
				source = iotest.OneByteReader(source)
			}
			var r recordReader
			if ahead {
				r.readAhead()
			}
			arrived := 0
			receive := func(p []byte) (int, error) {
				n, err := source.Read(p)
				arrived += n
				return n, err
			}
			var got []byte
			p := make([]byte, int(size)+1)
			for {
				if waits, is := r.waits(), wholeAt(records[:arrived], len(got)); waits && !is {
					t.Fatalf("a record at %d of %x is there, with %d octets", len(got), records, arrived)
				}
				n, err := r.read(p, receive)
				if from := len(got); crosses(records, from, from+n) {
					t.Fatalf("octets %d to %d of %x are of two records", from, from+n, records)
				}
				got = append(got, p[:n]...)
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if r.release(); r.many != nil || r.ahead.any() || !bytes.Equal(got, records) {
				t.Fatalf("got %x of %x, and something is left: %v", got, records, r.many != nil)
			}
		}
	})
}

// wholeAt reports whether a whole record begins at a place of b.
func wholeAt(b []byte, at int) bool {
	b = b[at:]
	return len(b) >= recordHeader && len(b) >= recordHeader+recordLength(b)
}

// What is in a ticket and no stamp of ours is taken for none, and ours come back.
func FuzzStamp(f *testing.F) {
	f.Add(stamp{nonce: [16]byte{1, 2}, issued: time.Unix(1<<31, 0), name: "ftp.example.com"}.encode())
	f.Add([]byte("ferry 1 short"))
	f.Add([]byte("ferry 1 000000000000000000000000")) // a time too short
	f.Add([]byte("ferry 2 "))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, ok := decodeStamp(b)
		if ok != (bytes.HasPrefix(b, stampKind) && len(b) >= len(stampKind)+16+8+8) {
			t.Fatalf("%x: %v", b, ok)
		}
		if ok && !bytes.Equal(s.encode(), b) {
			t.Fatalf("%x comes back as %x", b, s.encode())
		}
	})
}
