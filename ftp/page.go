package ftp

// Page types (RFC 959, 3.1.2.3).
const (
	pageLast       = 0
	pageSimple     = 1
	pageDescriptor = 2 // information about the file as a whole
	pageAccess     = 3 // a simple page with access control in one more header field
)

// pageWords returns how many logical bytes a page of a plain file holds: the 512
// words of TOPS-20 (RFC 959, appendix I), else what fills 4096 octets, or as many
// as the header, whose fields are logical bytes too, can count.
func (p Params) pageWords() int64 {
	if p.unit() == 1 && p.Type != 'L' {
		return 255
	}
	n := 4096 / int64(p.unit())
	if p.Bits < 13 {
		n = min(n, 1<<p.Bits-1)
	}
	return n
}

// pageSize returns how many octets of a plain file a page holds: the page with
// index k begins k times as far into the file.
func (p Params) pageSize() int64 { return p.pageWords() * int64(p.unit()) }

// maxPage returns the highest index that a header has room for.
func (p Params) maxPage() int64 {
	bits := 8
	if p.Type == 'L' {
		bits = p.Bits
	}
	return 1<<min(bits, 40) - 1
}

func pageError(reason string) error { return &CodecError{Page: true, Reason: reason} }

// pageScanner follows a stream of pages and checks their shape. Its octets are
// logical bytes as they are stored.
type pageScanner struct {
	unit int
	pageHeader
	fields int64    // header fields that have come
	field  [32]byte // the one at hand,
	have   int      // and how many octets of it have come
	left   int64    // octets of the page's data that are still to come
	ended  bool     // the last page has come
}

type pageHeader struct{ length, index, words, kind int64 }

// step reads some of p, at least one octet. It returns how many, and whether they
// are data of the page, else they are of its header.
func (s *pageScanner) step(p []byte) (n int, data bool, err error) {
	if s.ended {
		return 0, false, trailing
	}
	if s.left > 0 {
		n := int(min(s.left, int64(len(p))))
		s.left -= int64(n)
		return n, true, nil
	}
	if s.between() {
		s.fields = 0
	}
	n = copy(s.field[s.have:s.unit], p)
	if s.have += n; s.have < s.unit {
		return n, false, nil
	}
	s.have = 0
	return n, false, s.header()
}

// between reports whether no page is begun.
func (s *pageScanner) between() bool {
	return s.left == 0 && s.have == 0 && (s.fields == 0 || s.complete())
}

// complete reports whether the header of the page has come whole.
func (s *pageScanner) complete() bool { return s.fields >= 4 && s.fields == s.length }

// header takes one field of the header.
func (s *pageScanner) header() error {
	if s.fields++; s.fields <= 4 {
		*[]*int64{&s.length, &s.index, &s.words, &s.kind}[s.fields-1] = s.value()
	}
	if s.fields == 4 {
		if err := s.check(); err != nil {
			return err
		}
	}
	if s.complete() {
		s.left = s.words * int64(s.unit)
		s.ended = s.kind == pageLast
	}
	return nil
}

// maxField keeps what is computed from header fields in range. A field has it that
// is larger, which one that is not heeded may be.
const maxField = 1 << 55

func (s *pageScanner) value() int64 {
	var v int64
	for _, c := range s.field[:s.unit] {
		if v >= maxField>>8 {
			return maxField
		}
		v = v<<8 | int64(c)
	}
	return v
}

// check holds the header against the types of pages. Appendix I gives all pages of
// TOPS-20 a header of five fields, the last one too.
func (s *pageScanner) check() error {
	switch {
	case s.length < 4:
		return pageError("a page header is too short")
	case s.length == maxField || s.words == maxField:
		return pageError("a field of a page header is out of range")
	case s.kind > pageAccess:
		return pageError("a page is of an unknown type")
	case s.kind == pageLast && (s.words != 0 || s.length > 5):
		return pageError("the last page is not empty")
	case s.kind == pageSimple && s.length != 4:
		return pageError("the header of a simple page has more than four fields")
	case s.kind == pageAccess && s.length != 5:
		return pageError("the header of an access controlled page has other than five fields")
	}
	return nil
}
