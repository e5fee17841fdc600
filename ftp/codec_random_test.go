package ftp

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

// combinations calls f with every combination of TYPE, STRU and MODE, of types A
// and E with each profile and code page.
func combinations(f func(c Codec)) {
	for _, stru := range "FRP" {
		for _, mode := range "SBCZ" {
			p := Params{Stru: byte(stru), Mode: byte(mode), Level: 1}
			for _, form := range "NTC" {
				if p.Form = byte(form); form != 'N' && mode != 'S' {
					continue // no mode knows forms
				}
				p.Type = 'A'
				for _, profile := range []CRProfile{CRSmart, CRRaw, CRNVT} {
					f(Codec{Params: p, ASCII: profile})
				}
				p.Type = 'E'
				for _, page := range []CodePage{IBM1047, IBM037, IBM1140} {
					f(Codec{Params: p, Page: page})
				}
			}
			p.Type, p.Form = 'I', 0
			literally(Codec{Params: p}, f)
			p.Type = 'L'
			for p.Bits = range 256 {
				if mode != 'S' && p.Bits > 40 && p.Bits < 250 && p.Bits%8 > 1 {
					continue // no mode knows logical bytes
				}
				literally(Codec{Params: p}, f)
			}
		}
	}
}

func literally(c Codec, f func(c Codec)) {
	if c.Supported() {
		f(c)
	}
	if c.Literal = true; c.Supported() && c.Stru != 'F' {
		f(c)
	}
}

func (c Codec) name() string {
	return fmt.Sprintf("%s %c %c literal=%v profile=%d page=%d", c.TypeString(), c.Stru, c.Mode, c.Literal, c.ASCII, c.Page)
}

// domain makes a file that c can bring across, of about n octets.
func (c Codec) domain(r *rand.Rand, n int) []byte {
	if c.Stru == 'P' && c.Type == 'A' {
		n = min(n, 30000) // which may become twice as many
	}
	if c.Stru == 'P' {
		n = int(min(int64(n), (c.maxPage()+1)*c.pageSize()))
	}
	switch {
	case c.literal() && c.Stru == 'R':
		return literalRecords(r, n)
	case c.literal():
		return literalPages(r, c.Params, n)
	case c.packed():
		return c.words(r, n/c.unit())
	}
	b := octets(r, n/c.unit()*c.unit())
	if c.Type == 'A' && c.ASCII != CRNVT {
		bad := "\r\x00"
		for c.Stru != 'R' && bytes.Contains(b, []byte("\r\n")) || bytes.Contains(b, []byte(bad)) {
			b = bytes.ReplaceAll(bytes.ReplaceAll(b, []byte(bad), nil), []byte("\r\n"), []byte("\n"))
		}
	}
	return b
}

// octets makes n octets in runs, many of them such as a codec has a meaning for.
func octets(r *rand.Rand, n int) []byte {
	special := "\x00\x00\x00\r\n\n \xff\xff\x01\x02\x03\x15\x25\x40\x85\x9f"
	b := make([]byte, 0, n)
	for len(b) < n {
		run := 1
		if r.IntN(8) == 0 {
			run = 1 + r.IntN(1<<r.IntN(12))
		}
		c := special[r.IntN(len(special))]
		if r.IntN(2) == 0 {
			c = byte(r.Uint32())
		}
		b = append(b, bytes.Repeat([]byte{c}, min(run, n-len(b)))...)
	}
	return b
}

// words makes logical bytes, not so many that what fills up the last octet could
// be another.
func (p Params) words(r *rand.Rand, n int) []byte {
	if p.Stru != 'P' {
		for p.Bits < 8 && (8-n*p.Bits%8)%8 >= p.Bits {
			n--
		}
	}
	b := octets(r, max(n, 0)*p.unit())
	for i := range b {
		if use := 8*(i%p.unit()+1) - (p.unit()*8 - p.Bits); use < 8 {
			b[i] &= byte(1)<<max(use, 0) - 1
		}
	}
	return b
}

func literalRecords(r *rand.Rand, n int) []byte {
	var b []byte
	for len(b) < n {
		b = append(b, bytes.ReplaceAll(octets(r, r.IntN(100)), []byte{0xFF}, []byte{0xFF, 0xFF})...)
		b = append(b, 0xFF, 1)
	}
	if r.IntN(2) == 0 {
		b = append(b, 'x')
	}
	return append(b, 0xFF, 2)
}

func literalPages(r *rand.Rand, p Params, n int) []byte {
	k := packer{unit: p.unit(), bits: max(p.Bits, 8)}
	if p.Type == 'L' {
		k.bits = p.Bits
	}
	var b []byte
	page := func(length, index, words, kind int) {
		size := (length + words) * k.unit
		raw := make([]byte, size)
		for i, v := range []int{length, index, words, kind} {
			raw[(i+1)*k.unit-1] = byte(v)
		}
		q := Params{Type: 'L', Bits: k.bits, Stru: 'P'}
		copy(raw[4*k.unit:], q.words(r, length+words-4))
		var err error
		if b, err = k.encode(b, raw); err != nil {
			panic(err)
		}
	}
	most := 1<<min(k.bits, 8) - 1
	for len(b) < n {
		switch r.IntN(3) {
		case 0:
			page(4, r.IntN(most+1), r.IntN(most+1), pageSimple)
		case 1:
			page(4+r.IntN(most-3), r.IntN(most+1), r.IntN(most+1), pageDescriptor)
		default:
			if most >= 5 {
				page(5, r.IntN(most+1), r.IntN(most+1), pageAccess)
			}
		}
	}
	page(4, 0, 0, pageLast)
	b, err := k.flush(b)
	if err != nil {
		panic(err)
	}
	return b
}

// sizes of files worth trying: around those of runs, blocks and buffers.
func size(r *rand.Rand) int {
	n := []int{0, 1, 2, 3, 62, 63, 64, 126, 127, 128, 255, 256, 1000, 4095, 4096, 4097}[r.IntN(16)]
	if r.IntN(200) == 0 {
		n = 60000 + r.IntN(150000)
	}
	return n
}

// Whatever the combination, a file comes back as it was, in whatever pieces it is
// written, comes and is read; and nothing behind it is touched.
func TestCodecProperty(t *testing.T) {
	pieces := []func(io.Reader) io.Reader{whole, iotest.OneByteReader, iotest.HalfReader, iotest.DataErrReader}
	r := rand.New(rand.NewPCG(1, 2))
	n := 0
	combinations(func(c Codec) {
		for range 3 {
			file := c.domain(r, size(r))
			if err := c.Check(form(c), int64(len(file))); err != nil {
				t.Fatalf("%s: Check of %d octets: %v", c.name(), len(file), err)
			}
			c.Every = []int64{0, 1, 7, 500}[r.IntN(4)]
			wire, err := send(c, file, pieces[r.IntN(len(pieces))])
			if err != nil {
				t.Fatalf("%s: %d octets: %v", c.name(), len(file), err)
			}
			got, rest, err := receive(c, wire, pieces[r.IntN(len(pieces))])
			if err != nil || !bytes.Equal(got, file) {
				t.Fatalf("%s: %s came back as %s, %v", c.name(), short(file), short(got), err)
			}
			if rest != c.rest() {
				t.Fatalf("%s: %d octets are left behind the file, want %d", c.name(), rest, c.rest())
			}
			if size, err := c.WireSize(bytes.NewReader(file)); c.Mode != 'Z' && (err != nil || size != int64(len(wire))) {
				t.Fatalf("%s: WireSize = %d, %v, want %d", c.name(), size, err, len(wire))
			}
			n++
		}
	})
	t.Log(n, "files")
}

func form(c Codec) string {
	if c.literal() {
		return string(c.Stru)
	}
	return ""
}

const next = "the next file"

// rest returns how many octets of what follows a file are left when it was read.
func (c Codec) rest() int {
	if c.Mode == 'S' {
		return 0
	}
	return len(next)
}

// receive decodes a file that another one follows, where that is possible.
func receive(c Codec, wire []byte, r func(io.Reader) io.Reader) (file []byte, rest int, err error) {
	if c.rest() > 0 {
		wire = append(bytes.Clone(wire), next...)
	}
	in := bufio.NewReaderSize(r(bytes.NewReader(wire)), 512)
	if file, err = io.ReadAll(r(c.NewReader(in))); err != nil {
		return file, 0, err
	}
	behind, err := io.ReadAll(in)
	return file, len(behind), err
}

func short(b []byte) string {
	if len(b) > 300 {
		return fmt.Sprintf("%x... (%d octets)", b[:300], len(b))
	}
	return fmt.Sprintf("%x", b)
}

// Of a file that is cut anywhere, no mode but stream mode without an end mark says
// that it is whole; and all that was given of it is right.
func TestCodecCut(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	combinations(func(c Codec) {
		if c.Bits > 40 && c.Bits != 255 || r.IntN(4) > 0 {
			return
		}
		file := c.domain(r, 200)
		wire := encode(t, c, file, whole)
		for at := range wire {
			got, err := readAll(c, wire[:at], iotest.HalfReader)
			switch {
			case err == nil && c.Mode == 'S' && c.Stru == 'F':
			case err == nil && c.Mode == 'Z' && at == 0:
			case err != io.ErrUnexpectedEOF && !(err == nil && c.Mode == 'C' && bytes.HasSuffix(wire[:at], []byte{0, 0x40})):
				t.Fatalf("%s: cut at %d of %d: %v", c.name(), at, len(wire), err)
			case !bytes.HasPrefix(file, got):
				t.Fatalf("%s: cut at %d of %d: %s is not the beginning of %s", c.name(), at, len(wire), short(got), short(file))
			}
		}
	})
}

// What a codec cannot bring across, it or Check refuses.
func TestCodecRefuses(t *testing.T) {
	for _, tt := range []struct {
		params string
		form   string
		size   int64
		want   error // or nil: a *CodecError
		page   bool
	}{
		{"I R", "P", 1, ErrForm, false},
		{"A R", "R", 1, ErrForm, false},
		{"E P", "P", 1, ErrForm, false},
		{"I P", "", 256*255 + 1, nil, true},
		{"A P", "", 256*255 + 1, nil, true},
		{"L 8 P", "", 256*255 + 1, nil, true},
		{"L 3 P", "", 8*7 + 1, nil, true},
		{"L 36 F", "", 7, nil, false},
		{"L 16 P", "", 3, nil, false},
		{"L 7 F", "", 7, nil, false},
		{"L 1 R", "", 4, nil, false},
		{"L 2 P", "", 4, nil, false},
	} {
		c := codecOf(t, tt.params)
		err := c.Check(tt.form, tt.size)
		var ce *CodecError
		if tt.want != nil && err != tt.want || tt.want == nil && (!errors.As(err, &ce) || ce.Page != tt.page) {
			t.Errorf("Check of %q: %v", tt.params, err)
		}
	}
	for params, file := range map[string]string{
		"L 9 F":      "\x02\x00",
		"L 36 F":     "\x00\x00\x00\x10\x00\x00\x00\x00",
		"L 12 F":     "\x00\x01\x00",
		"I P":        strings.Repeat("x", 256*255+1),
		"A P":        strings.Repeat("\n", 256*255),
		"L 24 P":     "1234",
		"I R L":      "abc",
		"I R L more": "abc\xff\x02d",
		"I R L code": "abc\xff\x04\xff\x02",
		"I P L":      "\x04\x00\x01\x01",
		"I P L more": "\x04\x00\x00\x00x",
	} {
		if _, err := send(codecOf(t, params), []byte(file), iotest.HalfReader); err == nil {
			t.Errorf("%s: sent %s", params, short([]byte(file)))
		}
	}
}

// codecOf reads "L 36 P": a type, a structure and, for Literal, an L.
func codecOf(t testing.TB, params string) Codec {
	t.Helper()
	f := strings.Fields(params)
	arg := f[0]
	if arg == "L" {
		arg, f = arg+" "+f[1], f[1:]
	}
	p, err := DefaultParams().SetType(arg)
	if err == nil {
		p, err = p.SetStru(f[1])
	}
	if err != nil {
		t.Fatal(err)
	}
	return Codec{Params: p, Literal: len(f) > 2}
}
