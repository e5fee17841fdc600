package ftp

import "io"

// end is asked at the end of the data.
func (s *pageScanner) end() error {
	if !s.ended {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// A pageWatch checks pages that are passed on as they are. Where logical bytes are
// not octets, it unpacks them for itself.
type pageWatch struct {
	scan   pageScanner
	packed bool
	u      unpacker
	buf    []byte
}

func newPageWatch(p Params) pageWatch {
	return pageWatch{
		scan:   pageScanner{unit: p.unit()},
		packed: p.packed(),
		u:      unpacker{unit: p.unit(), bits: p.Bits},
	}
}

// watch checks p up to the end of a page and returns how much of it that is.
func (w *pageWatch) watch(p []byte) (int, error) {
	if !w.packed {
		return w.steps(p)
	}
	for n := range p {
		if w.scan.ended {
			return n, trailing
		}
		w.buf = w.u.decode(w.buf[:0], p[n:n+1])
		for b := w.buf; len(b) > 0 && !w.scan.ended; {
			used, err := w.steps(b)
			if err != nil {
				return n, err
			}
			b = b[used:]
		}
		if w.between() {
			return n + 1, nil
		}
	}
	return len(p), nil
}

func (w *pageWatch) steps(p []byte) (int, error) {
	for n := 0; n < len(p); {
		used, _, err := w.scan.step(p[n:])
		if err != nil {
			return n, err
		}
		if n += used; w.scan.between() {
			return n, nil
		}
	}
	return len(p), nil
}

// between reports whether no page is begun, and none will begin within an octet.
func (w *pageWatch) between() bool { return w.u.at == 0 && w.scan.between() }

// place reports whether others can begin here: between pages, but not behind the
// last, where they would wait for another last page.
func (w *pageWatch) place() bool { return w.between() && !w.scan.ended }

// literalPageEncoder sends a file that holds pages.
type literalPageEncoder struct {
	out   sink
	watch pageWatch
}

func (e *literalPageEncoder) encode(p []byte) (int, error) {
	n, err := e.watch.watch(p)
	if err != nil {
		return 0, err
	}
	return n, e.out.data(p[:n])
}

func (e *literalPageEncoder) finish() error {
	if e.watch.scan.end() != nil {
		return &CodecError{Reason: "the file has no last page"}
	}
	return nil
}

func (e *literalPageEncoder) place(*Marker) bool { return e.watch.place() }

// literalPageSource reads pages and gives them as they are.
type literalPageSource struct {
	source
	watch pageWatch
}

func (s *literalPageSource) next(max int) (span, error) {
	for {
		sp, err := s.source.next(max)
		if err != nil {
			return sp, err
		}
		switch sp.kind {
		case spanData:
			for p := sp.data; len(p) > 0 && err == nil; {
				var n int
				n, err = s.watch.watch(p)
				p = p[n:]
			}
		case spanMark:
			if !s.watch.place() {
				continue
			}
		case spanEOF:
			err = s.watch.scan.end()
		}
		return sp, err
	}
}
