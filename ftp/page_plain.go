package ftp

import (
	"encoding/binary"
	"slices"
)

// pageEncoder sends a plain file as simple pages (RFC 959, 3.1.2.3). Pages of
// zeros are holes, and not sent; but the one that ends the file is, so that its
// size comes across.
type pageEncoder struct {
	Params
	text  textEncoder
	out   sink
	pack  *packSink // what packs for out, if anything does
	index int64     // of the page at hand
	page  []byte
	size  int
	head  [4 * 32]byte
}

// encode takes p up to the end of a page, or all of it where octets of the file are
// not octets of the page.
func (e *pageEncoder) encode(p []byte) (int, error) {
	if e.Type == 'A' {
		p = p[:min(len(p), gathered)]
		for q := e.text.octets(p); len(q) > 0; {
			n, err := e.fill(q)
			if err != nil {
				return 0, err
			}
			q = q[n:]
		}
		return len(p), nil
	}
	if len(e.page) == e.size {
		e.next()
	}
	return e.fill(e.text.octets(p[:min(len(p), e.size-len(e.page))]))
}

func (e *pageEncoder) next() { e.index, e.page = e.index+1, e.page[:0] }

// fill takes p up to the end of the page, and sends it.
func (e *pageEncoder) fill(p []byte) (int, error) {
	if len(e.page) == e.size { // it is of zeros, and was not the last
		e.next()
	}
	n := min(len(p), e.size-len(e.page))
	e.page = append(e.page, p[:n]...)
	if len(e.page) < e.size || !slices.ContainsFunc(e.page, func(c byte) bool { return c != 0 }) {
		return n, nil
	}
	return n, e.send()
}

func (e *pageEncoder) send() error {
	unit := e.unit()
	if len(e.page)%unit != 0 {
		return &CodecError{Reason: "the file ends within a logical byte"}
	}
	if e.index > e.maxPage() {
		return pageError("the file has more pages than TYPE can number")
	}
	if err := e.header(e.index, int64(len(e.page)/unit), pageSimple); err != nil {
		return err
	}
	err := e.out.data(e.page)
	e.next()
	return err
}

func (e *pageEncoder) header(index, words, kind int64) error {
	unit := e.unit()
	for i, v := range [...]int64{4, index, words, kind} {
		var octets [32]byte
		binary.BigEndian.PutUint64(octets[24:], uint64(v))
		copy(e.head[i*unit:], octets[32-unit:])
	}
	return e.out.data(e.head[:4*unit])
}

func (e *pageEncoder) finish() error {
	if len(e.page) > 0 {
		if err := e.send(); err != nil {
			return err
		}
	}
	return e.header(0, 0, pageLast)
}

// place is between two pages, but not behind a hole, which may yet turn out to be
// the end of the file; nor in text, where the pages do not begin where lines do.
func (e *pageEncoder) place(*Marker) bool {
	return len(e.page) == 0 && e.Type != 'A' && (e.pack == nil || e.pack.k.whole())
}

// pageSource reads the pages of a file and gives the file: each page where its
// index says, zeros in between. What pages say about the file or themselves, in
// descriptors and access control fields, is dropped. The pages have to be in order.
type pageSource struct {
	source
	scan  pageScanner
	size  int64  // octets of a page
	text  bool   // type A: no octet of the file has a place of its own here
	spare int    // logical bytes behind the last page that may be what filled up its last octet
	off   int64  // octets given
	zeros int64  // octets of zero to be given
	in    []byte // of the last span
}

var hole [4096]byte

func (s *pageSource) ready() bool { return s.zeros > 0 || len(s.in) > 0 || s.source.ready() }

func (s *pageSource) next(max int) (span, error) {
	for {
		if s.zeros > 0 {
			p := hole[:min(int64(max), s.zeros, int64(len(hole)))]
			s.zeros -= int64(len(p))
			s.off += int64(len(p))
			return span{data: p}, nil
		}
		if len(s.in) == 0 {
			sp, err := s.source.next(max)
			switch {
			case err != nil, sp.kind == spanMark && s.scan.between() && !s.scan.ended && !s.text:
				return sp, err
			case sp.kind == spanEOF:
				return sp, s.scan.end()
			case sp.kind == spanData:
				s.in = sp.data
			}
			continue
		}
		if s.scan.ended && s.spare > 0 {
			s.in, s.spare = s.in[s.scan.unit:], s.spare-1
			continue
		}
		n, data, err := s.scan.step(s.in)
		if err != nil {
			return span{}, err
		}
		p := s.in[:n]
		s.in = s.in[n:]
		if data && s.scan.kind != pageDescriptor {
			s.off += int64(n)
			return span{data: p}, nil
		}
		if !data && s.scan.complete() {
			if err := s.arrange(); err != nil {
				return span{}, err
			}
		}
	}
}

// arrange puts the zeros before a page.
func (s *pageSource) arrange() error {
	h := s.scan.pageHeader
	if h.kind == pageLast || h.kind == pageDescriptor {
		return nil
	}
	if s.scan.left > s.size {
		return pageError("a page is larger than a page of a file is here")
	}
	if h.index >= maxField/s.size {
		return pageError("a page index is out of range")
	}
	if s.zeros = h.index*s.size - s.off; s.zeros < 0 {
		return pageError("the pages are not in order")
	}
	return nil
}
