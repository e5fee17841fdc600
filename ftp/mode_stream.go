package ftp

import (
	"bytes"
	"errors"
	"io"
	"os"
)

// streamSource reads stream mode (RFC 959, 3.4.1). Only in record structure does
// the end of the file show in the data.
type streamSource struct {
	w       *wire
	records bool
	ended   bool // the code of the end of the file has come
	await   func(bool)
}

func (s *streamSource) ready() bool { return s.w.r.Buffered() > 0 }

func (s *streamSource) next(max int) (span, error) {
	if s.ended {
		return s.end()
	}
	p, err := s.w.look(max)
	if err == io.EOF && !s.records {
		return span{kind: spanEOF}, nil
	}
	if err != nil {
		return span{}, cut(err)
	}
	n := len(p)
	if s.records {
		i := bytes.IndexByte(p, streamEscape)
		switch {
		case i == 0:
			return s.escape()
		case i > 0 && i+1 < n && p[i+1] == streamEscape: // an octet of data, doubled
			s.w.take(i + 2)
			return span{data: p[:i+1]}, nil
		case i > 0:
			n = i
		}
	}
	s.w.take(n)
	return span{data: p[:n]}, nil
}

func (s *streamSource) escape() (span, error) {
	p, err := s.w.all(2)
	if err != nil {
		return span{}, err
	}
	switch p[1] {
	case streamEscape:
		return span{data: p[:1]}, nil
	case streamEOR:
		return span{kind: spanEOR}, nil
	case streamEOF:
		return s.end()
	case streamEOR | streamEOF:
		s.ended = true
		return span{kind: spanEOR}, nil
	}
	return span{}, &CodecError{Reason: "a control code of stream mode is none of 1, 2, 3 and 255"}
}

// end sees that nothing comes behind the end of the file. Who marks the end need not
// close the connection to tell it.
func (s *streamSource) end() (span, error) {
	wait := s.await != nil && s.w.r.Buffered() == 0
	if wait {
		s.await(true)
	}
	_, err := s.w.r.Peek(1)
	if wait {
		s.await(false)
	}
	switch {
	case err == io.EOF || wait && errors.Is(err, os.ErrDeadlineExceeded):
		return span{kind: spanEOF}, nil
	case err == nil:
		return span{}, trailing
	}
	return span{}, err
}

var trailing = &CodecError{Reason: "data come after the end of the file"}

// streamSink writes stream mode. Records are short, so what is written of them is
// gathered; without records the octets go through as they come.
type streamSink struct {
	w       io.Writer
	records bool
	merge   bool  // the last end of a record and the end of the file in one code
	skip    int64 // octets that are not to be sent
	n       int64 // octets that came to be sent, the skipped ones among them

	buf   []byte // in record structure
	ended bool   // with merge: an end of record is held back
}

// gathered is how much a sink gathers for one write: enough that system calls
// cost little.
const gathered = 64 << 10

func (s *streamSink) data(p []byte) error {
	if !s.records {
		return s.write(p)
	}
	if err := s.settle(len(p)); err != nil {
		return err
	}
	for len(p) > 0 {
		if err := s.room(2); err != nil {
			return err
		}
		q := p[:min(len(p), gathered-1-len(s.buf))]
		i := bytes.IndexByte(q, streamEscape)
		if i < 0 {
			s.buf, p = append(s.buf, q...), p[len(q):]
			continue
		}
		s.buf = append(append(s.buf, q[:i+1]...), streamEscape)
		p = p[i+1:]
	}
	return nil
}

// settle writes an end of record that was held back.
func (s *streamSink) settle(more int) error {
	if !s.ended || more == 0 {
		return nil
	}
	s.ended = false
	return s.code(streamEOR)
}

func (s *streamSink) eor() error {
	if !s.records {
		return nil
	}
	if !s.merge {
		return s.code(streamEOR)
	}
	err := s.settle(1)
	s.ended = true
	return err
}

func (s *streamSink) code(c byte) error {
	if err := s.room(2); err != nil {
		return err
	}
	s.buf = append(s.buf, streamEscape, c)
	return nil
}

// room sees that n octets more fit in the buffer.
func (s *streamSink) room(n int) error {
	if s.buf == nil {
		s.buf = buffers.Get().(*[gathered]byte)[:0]
	}
	if len(s.buf)+n > gathered {
		return s.drain()
	}
	return nil
}

// mark does nothing: stream mode has no restart markers.
func (s *streamSink) mark(string) error { return nil }

func (s *streamSink) eof() error {
	if s.records {
		c := byte(streamEOF)
		if s.ended {
			c |= streamEOR
		}
		if err := s.code(c); err != nil {
			return err
		}
	}
	err := s.drain()
	if s.buf != nil {
		buffers.Put((*[gathered]byte)(s.buf[:gathered]))
		s.buf = nil
	}
	return err
}

func (s *streamSink) flush() error { return s.drain() }

func (s *streamSink) drain() error {
	if len(s.buf) == 0 {
		return nil
	}
	err := s.write(s.buf)
	s.buf = s.buf[:0]
	return err
}

func (s *streamSink) write(p []byte) error {
	s.n += int64(len(p))
	drop := min(s.skip, int64(len(p)))
	s.skip -= drop
	if p = p[drop:]; len(p) == 0 {
		return nil
	}
	_, err := s.w.Write(p)
	return err
}

// count returns how many octets the file takes on the wire so far.
func (s *streamSink) count() int64 { return s.n + int64(len(s.buf)) }
