package ftp

import (
	"errors"
	"io"
	"os"
)

// The first octet of a string of compressed mode (RFC 959, 3.4.3): its two high
// bits say what it is, the low six, or seven of a literal string, how long.
const (
	stringEscape = 0x00 // what follows is a descriptor, for the string after it
	stringRun    = 0x80 // one octet follows, to be repeated
	stringFiller = 0xC0 // nothing follows; the filler is repeated
	maxRun       = 63
	maxLiteral   = 127
)

// filler is the octet that compressed mode has the shortest form for.
func (p Params) filler() byte {
	switch p.Type {
	case 'A':
		return ' '
	case 'E':
		return ebcdicSpace
	}
	return 0
}

// compressedSource reads compressed mode. An escape stands before the string that
// its codes apply to, by the letter of RFC 959; some senders write it behind, as
// in block mode. So one that is followed by another escape, or by nothing, applied
// to an empty string.
type compressedSource struct {
	w       *wire
	records bool // in other structures the ends of records have no meaning
	filler  byte
	suspect func()
	await   func(bool)

	escaped bool // an escape has come whose string has not begun
	ahead   byte // its codes; while a string is read, those of that string
	due     byte // ends of a record and of the file, now to be told
	inside  bool // a string is being read
	left    int  // octets of it that are still to come
	run     bool // it is one octet repeated
	octets  [maxRun]byte
}

func (s *compressedSource) ready() bool { return s.w.r.Buffered() > 0 || s.left > 0 && s.run }

func (s *compressedSource) next(max int) (span, error) {
	for {
		switch {
		case s.left > 0 && s.ahead&codeMark != 0:
			return s.marker()
		case s.left > 0 && s.run:
			n := min(s.left, max)
			s.left -= n
			return span{data: s.octets[:n]}, nil
		case s.left > 0:
			p, err := s.w.some(min(max, s.left))
			s.left -= len(p)
			return span{data: p}, cut(err)
		case s.inside:
			s.inside = false
			s.told()
		case s.due&codeEOR != 0:
			s.due &^= codeEOR
			return span{kind: spanEOR}, nil
		case s.due&codeEOF != 0:
			return span{kind: spanEOF}, nil
		default:
			if err := s.begin(); err != nil {
				return span{}, err
			}
		}
	}
}

// told makes the codes of a string that has ended due.
func (s *compressedSource) told() {
	s.due, s.ahead, s.escaped = s.ahead, 0, false
	if !s.records {
		s.due &^= codeEOR
	}
}

func (s *compressedSource) marker() (span, error) {
	n := s.left
	s.left, s.ahead = 0, s.ahead&^codeMark
	if s.run {
		return markerSpan(s.octets[:n])
	}
	p, err := s.w.all(n)
	if err != nil {
		return span{}, err
	}
	return markerSpan(p)
}

// begin reads what introduces a string, or an escape.
func (s *compressedSource) begin() error {
	h, err := s.first()
	if err != nil {
		return err
	}
	if s.escaped && h == stringEscape {
		if s.ahead&codeMark != 0 {
			return badMarker
		}
		s.told() // and the octet stays where it is: it may be of the next file
		return nil
	}
	if h == stringEscape {
		p, err := s.w.all(2)
		if err != nil {
			return err
		}
		s.escaped, s.ahead = true, p[1]
		if s.ahead&codeSuspect != 0 && s.suspect != nil {
			s.suspect()
		}
		return nil
	}
	return s.string(h)
}

func (s *compressedSource) string(h byte) error {
	s.inside, s.run = true, h >= stringRun
	if !s.run {
		s.left = int(h)
		s.w.take(1)
		return nil
	}
	s.left = int(h & maxRun)
	octet := s.filler
	if h < stringFiller {
		p, err := s.w.all(2)
		if err != nil {
			return err
		}
		octet = p[1]
	} else {
		s.w.take(1)
	}
	for i := range s.left {
		s.octets[i] = octet
	}
	if s.left == 0 && s.ahead&codeMark != 0 {
		return badMarker
	}
	return nil
}

// first returns the octet that comes next, and leaves it. Where the file may be at
// its end without one, the end of the connection, or a long wait, stands for an
// escape.
func (s *compressedSource) first() (byte, error) {
	last := s.escaped && s.ahead&codeEOF != 0
	wait := last && s.await != nil && s.w.r.Buffered() == 0
	if wait {
		s.await(true)
	}
	p, err := s.w.r.Peek(1)
	if wait {
		s.await(false)
	}
	if last && (err == io.EOF || wait && errors.Is(err, os.ErrDeadlineExceeded)) {
		return stringEscape, nil
	}
	if err != nil {
		return 0, cut(err)
	}
	return p[0], nil
}

// compressedSink writes compressed mode. The codes of an escape are given to an
// empty filler string, so that they are in the right place whether the reader
// takes them for the string before or behind.
type compressedSink struct {
	w      io.Writer
	filler byte
	buf    []byte // what is complete
	lit    [maxLiteral]byte
	nlit   int  // octets that are to be sent as they are
	run    int  // octets since which there has been but
	octet  byte // this one
}

func (s *compressedSink) data(p []byte) error {
	for len(p) > 0 {
		if s.run > 0 && p[0] == s.octet && s.run < maxRun {
			n := 1
			for n < len(p) && s.run+n < maxRun && p[n] == s.octet {
				n++
			}
			s.run, p = s.run+n, p[n:]
			continue
		}
		if err := s.endRun(); err != nil {
			return err
		}
		n := 0
		for n < len(p)-2 && (p[n] != p[n+1] || p[n] != p[n+2] && p[n] != s.filler) {
			n++ // no run begins here that is shorter than its octets
		}
		if err := s.literal(p[:n]); err != nil {
			return err
		}
		s.octet, s.run, p = p[n], 1, p[n+1:]
	}
	return nil
}

// endRun writes what has come of one octet as a run, if that is shorter than to
// send it as it is.
func (s *compressedSink) endRun() error {
	n := s.run
	s.run = 0
	switch {
	case s.octet == s.filler && n >= 2:
		if err := s.endLiteral(); err != nil {
			return err
		}
		s.buf = append(s.buf, stringFiller|byte(n))
		return nil
	case n >= 3:
		if err := s.endLiteral(); err != nil {
			return err
		}
		s.buf = append(s.buf, stringRun|byte(n), s.octet)
		return nil
	}
	two := [2]byte{s.octet, s.octet}
	return s.literal(two[:n])
}

func (s *compressedSink) literal(p []byte) error {
	for len(p) > 0 {
		if s.nlit == 0 && len(p) >= maxLiteral {
			if err := s.room(); err != nil {
				return err
			}
			s.buf = append(append(s.buf, maxLiteral), p[:maxLiteral]...)
			p = p[maxLiteral:]
			continue
		}
		n := copy(s.lit[s.nlit:], p)
		s.nlit, p = s.nlit+n, p[n:]
		if s.nlit == maxLiteral {
			if err := s.endLiteral(); err != nil {
				return err
			}
		}
	}
	return nil
}

// endLiteral writes the octets that are to be sent as they are, and sees that there
// is room for a run.
func (s *compressedSink) endLiteral() error {
	if err := s.room(); err != nil || s.nlit == 0 {
		return err
	}
	s.buf = append(append(s.buf, byte(s.nlit)), s.lit[:s.nlit]...)
	s.nlit = 0
	return nil
}

// room sees that the longest string and a run behind it fit in the buffer.
func (s *compressedSink) room() error {
	if s.buf == nil {
		s.buf = buffers.Get().(*[gathered]byte)[:0]
	}
	if cap(s.buf)-len(s.buf) < 1+maxLiteral+8 {
		return s.drain()
	}
	return nil
}

func (s *compressedSink) settle() error {
	if err := s.endRun(); err != nil {
		return err
	}
	return s.endLiteral()
}

func (s *compressedSink) code(c byte) error {
	if err := s.settle(); err != nil {
		return err
	}
	s.buf = append(s.buf, stringEscape, c, stringFiller)
	return nil
}

func (s *compressedSink) eor() error { return s.code(codeEOR) }

func (s *compressedSink) mark(text string) error {
	if err := s.settle(); err != nil {
		return err
	}
	s.buf = append(s.buf, stringEscape, codeMark)
	s.nlit = copy(s.lit[:], text)
	return s.endLiteral()
}

func (s *compressedSink) eof() error {
	if err := s.code(codeEOF); err != nil {
		return err
	}
	err := s.drain()
	buffers.Put((*[gathered]byte)(s.buf[:gathered]))
	s.buf = nil
	return err
}

func (s *compressedSink) flush() error {
	if err := s.settle(); err != nil {
		return err
	}
	return s.drain()
}

func (s *compressedSink) drain() error {
	_, err := s.w.Write(s.buf)
	s.buf = s.buf[:0]
	return err
}
