package ftp

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"
)

// fuzzDecode decodes what a peer may send. Whatever that is, the decoder stays
// within bounds and within its file; and what it calls a file is one: sent and
// received again it is the same.
func fuzzDecode(t *testing.T, c Codec, wire []byte) {
	if !c.Supported() {
		return
	}
	c.MaxExpand = 2000
	c.Mark = func(peer string, here Marker) error {
		if again, err := ParseMarker(here.String()); err != nil || again != here {
			t.Errorf("%s: at marker %q the place is %v", c.name(), peer, here)
		}
		return nil
	}
	in := bufio.NewReaderSize(bytes.NewReader(wire), 64)
	file, err := io.ReadAll(io.LimitReader(c.NewReader(in), 2<<20))
	if len(file) == 2<<20 {
		return // zeros between pages, mostly
	}
	slow, err2 := readAll(c, wire, iotest.OneByteReader)
	if err == ErrExpand || err2 == ErrExpand {
		return // measured against what has come by then: the one may reach it where the other does not
	}
	if (err == nil) != (err2 == nil) || err == nil && string(slow) != string(file) {
		t.Fatalf("%s: read at once %s, %v; octet by octet %s, %v", c.name(), short(file), err, short(slow), err2)
	}
	var ce *CodecError
	if err != nil {
		if err != io.ErrUnexpectedEOF && !errors.As(err, &ce) {
			t.Errorf("%s: %v", c.name(), err)
		}
		return
	}
	rest, _ := io.ReadAll(in)
	only := wire[:len(wire)-len(rest)]
	if got, err := readAll(c, only, iotest.HalfReader); err != nil || !bytes.Equal(got, file) {
		t.Fatalf("%s: without what is behind it: %s, %v; want %s", c.name(), short(got), err, short(file))
	}
	fuzzAgain(t, c, file)
}

// fuzzAgain sends a file that was received.
func fuzzAgain(t *testing.T, c Codec, file []byte) {
	c.ASCII = CRNVT // the profile for every file
	if c.Check(form(c), int64(len(file))) != nil {
		return
	}
	c.MaxExpand = 0
	wire, err := send(c, file, iotest.HalfReader)
	var ce *CodecError
	if c.Type == 'A' && c.Stru == 'P' && errors.As(err, &ce) {
		return // it takes more pages
	}
	if err != nil {
		t.Fatalf("%s: cannot be sent: %v", c.name(), err)
	}
	got, rest, err := receive(c, wire, whole)
	if err != nil || !bytes.Equal(got, file) || rest != c.rest() {
		t.Fatalf("%s: %s came back as %s, %d octets were left, %v", c.name(), short(file), short(got), rest, err)
	}
}

// fuzzed returns a combination for each octet how.
func fuzzed(how uint8, mode byte) Codec {
	p := DefaultParams()
	p.Mode, p.Stru = mode, "FRP"[how%3]
	how /= 3
	switch p.Type = "AEIL"[how%4]; p.Type {
	case 'I':
		p.Form = 0
	case 'L':
		p.Form, p.Bits = 0, []int{8, 36, 12, 3}[how/4%4]
	}
	return Codec{Params: p, Literal: how/16 != 0, Page: CodePage(how / 4 % 3)}
}

// seeds adds the vectors of a mode or structure, and the bad ones.
func seeds(f *testing.F, fits func(Params) bool, add func(wire []byte, c Codec)) {
	text := &testing.T{}
	v := readVectors(text)
	for _, v := range append(v.Vectors, v.Reject...) {
		if c := v.codec(text); fits(c.Params) && len(v.Wire) < 2000 {
			add(unhex(text, v.Wire), c)
		}
	}
}

func seedMode(f *testing.F, mode byte) {
	seeds(f, func(p Params) bool { return p.Mode == mode }, func(wire []byte, c Codec) {
		for how := range uint8(3 * 4 * 8) {
			if got := fuzzed(how, mode); got.Type == c.Type && got.Stru == c.Stru {
				f.Add(wire, how)
				return
			}
		}
	})
}

func FuzzEBCDIC(f *testing.F) {
	f.Add([]byte("\xc8\x85\x15"), uint8(0))
	f.Fuzz(func(t *testing.T, wire []byte, page uint8) {
		fuzzDecode(t, Codec{Params: Params{Type: 'E', Form: 'N', Stru: 'F', Mode: 'S'}, Page: CodePage(page % 3)}, wire)
	})
}

func FuzzLocal(f *testing.F) {
	f.Add([]byte("\x12\x34\x56\x78\x9a\xbc\xde\xf0\x12"), uint8(36))
	f.Add([]byte("\x83\x0a\x1c\x48\xb1\xa3\xc8"), uint8(7))
	f.Add([]byte("\xff"), uint8(255))
	f.Fuzz(func(t *testing.T, wire []byte, bits uint8) {
		fuzzDecode(t, Codec{Params: Params{Type: 'L', Bits: int(bits), Stru: 'F', Mode: 'S'}}, wire)
	})
}

func FuzzRecords(f *testing.F) {
	seeds(f, func(p Params) bool { return p.Mode == 'S' && p.Stru == 'R' }, func(wire []byte, c Codec) { f.Add(wire, uint8(1)) })
	f.Fuzz(func(t *testing.T, wire []byte, how uint8) {
		c := fuzzed(how, 'S')
		c.Stru = 'R'
		fuzzDecode(t, c, wire)
	})
}

func FuzzPages(f *testing.F) {
	seeds(f, func(p Params) bool { return p.Mode == 'S' && p.Stru == 'P' }, func(wire []byte, c Codec) { f.Add(wire, uint8(c.Bits), false) })
	f.Fuzz(func(t *testing.T, wire []byte, bits uint8, literal bool) {
		fuzzDecode(t, Codec{Params: Params{Type: 'L', Bits: int(bits), Stru: 'P', Mode: 'S'}, Literal: literal}, wire)
	})
}

func FuzzBlock(f *testing.F) {
	seedMode(f, 'B')
	f.Fuzz(func(t *testing.T, wire []byte, how uint8) { fuzzDecode(t, fuzzed(how, 'B'), wire) })
}

func FuzzCompressed(f *testing.F) {
	seedMode(f, 'C')
	f.Fuzz(func(t *testing.T, wire []byte, how uint8) { fuzzDecode(t, fuzzed(how, 'C'), wire) })
}

func FuzzDeflate(f *testing.F) {
	seedMode(f, 'Z')
	f.Fuzz(func(t *testing.T, wire []byte, how uint8) { fuzzDecode(t, fuzzed(how, 'Z'), wire) })
}
