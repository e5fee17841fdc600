package ftp

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/charmap"
)

func TestSuspect(t *testing.T) {
	for mode, wire := range map[byte]string{
		'B': "\x20\x00\x01a\x00\x00\x01b\x60\x00\x00",
		'C': "\x00\x20\x01a\x01b\x00\x60\xc0",
	} {
		n := 0
		c := codecOf(t, "I F")
		c.Mode, c.Suspect = mode, func() { n++ }
		if got := decode(t, c, []byte(wire), whole); string(got) != "ab" || n != 2 {
			t.Errorf("mode %c: %q, %d times suspect", mode, got, n)
		}
		c.Suspect = nil
		decode(t, c, []byte(wire), whole)
	}
}

// A sender that writes its escapes behind the strings, and leaves the connection
// open, sends nothing behind the last.
func TestAwait(t *testing.T) {
	for _, tt := range []struct {
		wire   string
		waits  int
		err    error // of the connection, behind wire
		want   error
		behind string
	}{
		{"\x01a\x00\x40", 1, os.ErrDeadlineExceeded, nil, ""},
		{"\x01a\x00\x40", 1, io.EOF, nil, ""},
		{"\x01a\x00\x40", 1, io.ErrClosedPipe, io.ErrClosedPipe, ""},
		{"\x01a\x00\x40\xc0", 0, os.ErrDeadlineExceeded, nil, ""},
		{"\x01a\x00\x40\x00\x10", 0, os.ErrDeadlineExceeded, nil, "\x00\x10"},
		{"\x01a", 0, os.ErrDeadlineExceeded, os.ErrDeadlineExceeded, ""},
		{"\x01a\x00\x80", 0, os.ErrDeadlineExceeded, os.ErrDeadlineExceeded, ""},
	} {
		waits, on := 0, false
		c := codecOf(t, "I R")
		c.Mode = 'C'
		c.Await = func(now bool) {
			if now == on {
				t.Errorf("%q: awaits %v twice", tt.wire, now)
			}
			if on = now; on {
				waits++
			}
		}
		in := bufio.NewReader(io.MultiReader(strings.NewReader(tt.wire), iotest.ErrReader(tt.err)))
		got, err := io.ReadAll(c.NewReader(in))
		behind := make([]byte, in.Buffered())
		in.Read(behind)
		if string(got) != "a" || err != tt.want || waits != tt.waits || on || string(behind) != tt.behind {
			t.Errorf("%q and %v: %q, %v, %d waits, %q behind", tt.wire, tt.err, got, err, waits, behind)
		}
	}
}

// What is flushed can be read, and so can what comes after it.
func TestFlush(t *testing.T) {
	combinations(func(c Codec) {
		if c.Stru == 'P' || c.literal() || c.packed() || c.Form == 'T' {
			return
		}
		var wire bytes.Buffer
		w := c.NewWriter(&wire)
		part := []byte(strings.Repeat("a line\n", c.unit()))
		for n := 1; n <= 3; n++ {
			if _, err := w.Write(part); err != nil {
				t.Fatal(err)
			}
			if err := w.(interface{ Flush() error }).Flush(); err != nil {
				t.Fatal(err)
			}
			got, _ := readAll(c, wire.Bytes(), whole)
			if want := bytes.Repeat(part, n); !bytes.Equal(got, want) {
				t.Fatalf("%s: flushed %d times: %q, want %q", c.name(), n, got, want)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if got, err := readAll(c, wire.Bytes(), whole); err != nil || !bytes.Equal(got, bytes.Repeat(part, 3)) {
			t.Fatalf("%s: %q, %v", c.name(), got, err)
		}
	})
}

func TestMaxExpand(t *testing.T) {
	zeros := make([]byte, 8<<20)
	for _, tt := range []struct {
		params string
		mode   byte
		most   int64
		want   error
	}{
		{"I F", 'Z', 100, ErrExpand},
		{"I F", 'Z', 1100, nil},
		{"I F", 'C', 10, ErrExpand},
		{"I F", 'C', 64, nil},
		{"I F", 'S', 1, nil},
		{"L 32 P", 'S', 100, ErrExpand},
		{"L 32 P", 'S', 0, nil},
		{"I F", 'Z', math.MaxInt64, nil},
		{"I F", 'C', math.MaxInt64, nil},
	} {
		c := codecOf(t, tt.params)
		c.Mode, c.Level, c.MaxExpand, c.FreeExpand = tt.mode, 9, tt.most, 1<<20
		got, err := readAll(c, encode(t, c, zeros, whole), whole)
		if err != tt.want || err == nil && len(got) != len(zeros) {
			t.Errorf("%s %c, at most %d: %d octets, %v", tt.params, tt.mode, tt.most, len(got), err)
		}
	}
}

// What is free is free whatever the wire holds, and not one octet more.
func TestFreeExpand(t *testing.T) {
	c := codecOf(t, "I F")
	c.Mode, c.MaxExpand, c.FreeExpand = 'C', 2, 2*63
	for n, want := range map[int]error{2 * 63: nil, 3 * 63: ErrExpand} {
		if got, err := readAll(c, encode(t, c, make([]byte, n), whole), whole); err != want || err == nil && len(got) != n {
			t.Errorf("%d zeros: %d octets, %v", n, len(got), err)
		}
	}
}

// A page far behind the others costs no memory, and one that is nowhere is refused.
func TestHole(t *testing.T) {
	c := codecOf(t, "L 64 P")
	word := func(n ...byte) string { return strings.Repeat("\x00", 8-len(n)) + string(n) }
	page := word(4) + word(0x10, 0, 0, 0, 0) + word(1) + word(1) + word(7) + word(4) + word(0) + word(0) + word(0)
	r := c.NewReader(bufio.NewReader(strings.NewReader(page)))
	if n, err := io.CopyN(io.Discard, r, 1<<30); n != 1<<30 || err != nil {
		t.Errorf("%d octets, %v", n, err)
	}
	for _, bad := range []string{
		word(4) + word(0x80, 0, 0, 0, 0, 0, 0, 0) + word(1) + word(1),
		word(4) + word(0x7F, 0, 0, 0, 0, 0, 0) + word(1) + word(1),
		word(4) + word(0) + word(0xFF, 0, 0, 0, 0, 0, 0) + word(1),
		word(4) + word(5) + word(0) + word(1) + word(4) + word(4) + word(1) + word(1) + word(0),
		word(4) + word(0) + word(2, 1) + word(1) + strings.Repeat("x", 513*8),
	} {
		var ce *CodecError
		if got, err := readAll(c, []byte(bad), whole); !errors.As(err, &ce) || !ce.Page {
			t.Errorf("%q: %d octets, %v", bad, len(got), err)
		}
	}
}

// Each code page is one to one, has its line end and space in their places, and
// knows digits and letters.
func TestEBCDIC(t *testing.T) {
	for page := range ebcdicEncode {
		var seen [256]bool
		for c := range 256 {
			e := ebcdicEncode[page][c]
			if seen[e] || ebcdicDecode[page][e] != byte(c) {
				t.Fatalf("page %d: %#x is %#x, and that is %#x", page, c, e, ebcdicDecode[page][e])
			}
			seen[e] = true
		}
		got := ebcdicEncode[page].append(nil, []byte("\n\x85 0AZaz"))
		if want := "\x15\x25\x40\xf0\xc1\xe9\x81\xa9"; string(got) != want {
			t.Errorf("page %d: %x, want %x", page, got, want)
		}
	}
}

// The tables are those of IBM, but for NL and LF, which are changed about, and for
// the euro sign, which stands where Latin-9 has it.
func TestEBCDICTables(t *testing.T) {
	special := map[byte]rune{0x15: '\n', 0x25: 0x85}
	for page, ibm := range map[CodePage]*charmap.Charmap{
		IBM1047: charmap.CodePage1047, IBM037: charmap.CodePage037, IBM1140: charmap.CodePage1140,
	} {
		for e := range 256 {
			want, ok := special[byte(e)]
			if !ok {
				want = ibm.DecodeByte(byte(e))
			}
			if want == '€' {
				want = 0xA4
			}
			if got := ebcdicDecode[page][e]; rune(got) != want {
				t.Errorf("page %d: %#x is %#x, want %#x", page, e, got, want)
			}
		}
	}
}

type failing struct{ n int }

func (f *failing) Write(p []byte) (int, error) {
	if f.n -= len(p); f.n < 0 {
		return 0, io.ErrClosedPipe
	}
	return len(p), nil
}

// A connection that breaks is told of by Write, or by Close at last, and a writer
// that failed or ended takes nothing more.
func TestWriterFails(t *testing.T) {
	file := bytes.Repeat([]byte("line\n\xff\x00\x00\x00"), 30000)
	for _, mode := range "SBCZ" {
		for _, params := range []string{"A F", "A R", "I R", "E F", "L 24 P"} {
			c := codecOf(t, params)
			c.Mode = byte(mode)
			w := c.NewWriter(&failing{n: 40})
			_, err := w.Write(file[:len(file)/3*3])
			if err == nil {
				err = w.Close()
			}
			if err != io.ErrClosedPipe || w.Close() != io.ErrClosedPipe {
				t.Errorf("%s %c: %v", params, mode, err)
			}
			w = c.NewWriter(io.Discard)
			if err := errors.Join(w.Close(), w.Close()); err != nil {
				t.Errorf("%s %c: closed: %v", params, mode, err)
			}
			if _, err := w.Write(file); err == nil {
				t.Errorf("%s %c: written behind the end", params, mode)
			}
		}
	}
}
