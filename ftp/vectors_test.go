package ftp

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"testing/iotest"
)

// vectors are files and what they are on the wire, worked out by hand and checked
// by another implementation.
type vectors struct {
	Vectors []vector
	Reject  []vector
}

type vector struct {
	ID, Name              string
	Type, Structure, Mode string
	Kind                  string          `json:"input_kind"`
	Input                 json.RawMessage `json:"input_hex"` // a string, of records a list
	Pages                 []vectorPage    `json:"input_pages"`
	Words                 []uint64        `json:"input_words"`
	Wire                  string          `json:"wire_hex"`
	Alt                   []string        `json:"alt_wire_hex"`
	Markers               []struct {
		Offset int `json:"wire_offset"`
		Text   string
	}
	ASCII      string `json:"ascii_cr"`
	CodePage   int
	BlockSize  int  `json:"block_size"`
	MergeEOF   bool `json:"merge_eof"`
	Invertible bool
	Check      string
	Reply      []int
}

type vectorPage struct {
	Header int64 `json:"header_length"`
	Index  int64
	Length int64 `json:"data_length"`
	Type   int64
	Option []uint64 `json:"optional"`
	Data   []uint64
}

func readVectors(t *testing.T) vectors {
	t.Helper()
	text, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	if len(v.Vectors) != 78 || len(v.Reject) != 18 {
		t.Fatalf("%d vectors and %d to be refused", len(v.Vectors), len(v.Reject))
	}
	return v
}

func (v vector) codec(t *testing.T) Codec {
	t.Helper()
	p, err := DefaultParams().SetType(v.Type)
	if err != nil {
		t.Fatal(err)
	}
	p.Stru, p.Mode = v.Structure[0], v.Mode[0]
	c := Codec{Params: p, tune: tuning{block: v.BlockSize, merge: v.MergeEOF}}
	c.ASCII = map[string]CRProfile{"": CRSmart, "smart": CRSmart, "raw": CRRaw, "nvt": CRNVT}[v.ASCII]
	c.Page = map[int]CodePage{0: IBM1047, 1047: IBM1047, 37: IBM037}[v.CodePage]
	c.Literal = v.Kind == "records" || p.Stru == 'P'
	return c
}

// stored returns the vector's file as ferry stores it.
func (v vector) stored(t *testing.T, c Codec) []byte {
	t.Helper()
	var b []byte
	switch v.Kind {
	case "file":
		var s string
		if err := json.Unmarshal(v.Input, &s); err != nil {
			t.Fatal(err)
		}
		return unhex(t, s)
	case "records":
		var records []string
		if err := json.Unmarshal(v.Input, &records); err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			b = append(b, bytes.ReplaceAll(unhex(t, r), []byte{0xFF}, []byte{0xFF, 0xFF})...)
			b = append(b, 0xFF, 1)
		}
		return append(b, 0xFF, 2)
	case "words":
		for _, w := range v.Words {
			for i := c.unit() - 1; i >= 0; i-- {
				b = append(b, byte(w>>(8*i)))
			}
		}
		return b
	}
	bits := ""
	for _, p := range v.Pages {
		for _, w := range append(slices.Concat([]uint64{uint64(p.Header), uint64(p.Index), uint64(p.Length), uint64(p.Type)}, p.Option), p.Data...) {
			bits += fmt.Sprintf("%0*b", max(8, c.Bits), w)
		}
	}
	for len(bits)%8 != 0 {
		bits += "0"
	}
	for ; bits != ""; bits = bits[8:] {
		octet, err := strconv.ParseUint(bits[:8], 2, 8)
		if err != nil {
			t.Fatal(err)
		}
		b = append(b, byte(octet))
	}
	return b
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestVectors(t *testing.T) {
	for _, v := range readVectors(t).Vectors {
		t.Run(v.ID, func(t *testing.T) {
			c := v.codec(t)
			stored, wire := v.stored(t, c), unhex(t, v.Wire)
			for _, r := range []func(io.Reader) io.Reader{whole, iotest.OneByteReader, iotest.HalfReader} {
				var got []byte
				if v.Markers == nil {
					got = encode(t, c, stored, r)
				} else {
					got = v.marked(t, c, stored)
				}
				if v.Check == "decode" { // deflate may say the same in many ways
					got = encode(t, stream(c), stored, r)
					if want := inflate(t, wire); !bytes.Equal(got, want) {
						t.Errorf("%s: deflates %x, want %x", v.Name, got, want)
					}
				} else if !bytes.Equal(got, wire) {
					t.Errorf("%s: sent %x, want %x", v.Name, got, wire)
				}
				if !v.Invertible {
					continue
				}
				for _, wire := range slices.Insert(v.Alt, 0, v.Wire) {
					v.receive(t, c, stored, unhex(t, wire), r)
				}
			}
		})
	}
}

// marked sends the vector's file with its markers, the texts of which are not
// ferry's.
func (v vector) marked(t *testing.T, c Codec, stored []byte) []byte {
	t.Helper()
	body := encode(t, stream(c), stored, whole)
	var wire bytes.Buffer
	s := c.sink(&wire)
	var errs [4]error
	at := 0
	for _, m := range v.Markers {
		errs[0] = s.data(body[at:m.Offset])
		errs[1] = s.mark(m.Text)
		at = m.Offset
	}
	errs[2], errs[3] = s.data(body[at:]), s.eof()
	if err := errors.Join(errs[:]...); err != nil {
		t.Fatal(err)
	}
	return wire.Bytes()
}

// receive decodes wire and compares the file, its markers and its pages.
func (v vector) receive(t *testing.T, c Codec, stored, wire []byte, r func(io.Reader) io.Reader) {
	t.Helper()
	var marks []string
	var places []Marker
	c.Mark = func(peer string, here Marker) error {
		marks, places = append(marks, peer), append(places, here)
		return nil
	}
	got := decode(t, c, wire, r)
	if !bytes.Equal(got, stored) {
		t.Errorf("%s: %x came as %x, want %x", v.Name, wire, got, stored)
	}
	for i, m := range v.Markers {
		before := encode(t, stream(c), stored, whole)[:m.Offset]
		place := Marker{Off: int64(m.Offset)}
		if bytes.HasSuffix(before, []byte("\r")) { // DT050: it is not stored yet
			place = Marker{Off: int64(m.Offset) - 1, CR: true}
		}
		if i >= len(marks) || marks[i] != m.Text || places[i] != place {
			t.Errorf("%s: markers %q at %v, want %q at %v", v.Name, marks, places, m.Text, place)
		}
	}
	if v.Pages != nil {
		if pages := pagesOf(t, c.Params, got); !reflect.DeepEqual(pages, v.Pages) {
			t.Errorf("%s: pages %+v, want %+v", v.Name, pages, v.Pages)
		}
	}
}

// pagesOf takes a stream of pages apart.
func pagesOf(t *testing.T, p Params, stream []byte) []vectorPage {
	t.Helper()
	if p.packed() {
		u := unpacker{unit: p.unit(), bits: p.Bits}
		stream = u.decode(nil, stream)
	}
	word := func() (w uint64) {
		for range p.unit() {
			w, stream = w<<8|uint64(stream[0]), stream[1:]
		}
		return w
	}
	var pages []vectorPage
	for len(stream) > 0 {
		page := vectorPage{Header: int64(word()), Index: int64(word()), Length: int64(word()), Type: int64(word()), Data: []uint64{}}
		for range page.Header - 4 {
			page.Option = append(page.Option, word())
		}
		for range page.Length {
			page.Data = append(page.Data, word())
		}
		pages = append(pages, page)
	}
	return pages
}

func TestVectorsRefused(t *testing.T) {
	for _, v := range readVectors(t).Reject {
		t.Run(v.ID, func(t *testing.T) {
			for _, literal := range []bool{false, true} {
				c := v.codec(t)
				c.Literal = literal
				_, err := readAll(c, unhex(t, v.Wire), whole)
				var ce *CodecError
				switch {
				case errors.As(err, &ce):
					if page := slices.Contains(v.Reply, 551); ce.Page != page {
						t.Errorf("%s: %v, of a page: %v, want %v", v.Name, err, ce.Page, page)
					}
				case err != io.ErrUnexpectedEOF:
					t.Errorf("%s: %v", v.Name, err)
				}
			}
		})
	}
}
