package ftp

import (
	"encoding/binary"
	"io"
	"sync"
)

// blockSource reads block mode (RFC 959, 3.4.2). It takes nothing behind the block
// that ends the file.
type blockSource struct {
	w       *wire
	records bool // in other structures the ends of records have no meaning
	suspect func()
	flags   byte // of the block at hand, those that still have to be heeded
	left    int  // octets of it that are still to come
}

func (s *blockSource) ready() bool { return s.w.r.Buffered() > 0 }

func (s *blockSource) next(max int) (span, error) {
	for {
		switch {
		case s.left > 0 && s.flags&codeMark != 0:
			n := s.left
			s.left, s.flags = 0, s.flags&^codeMark
			p, err := s.w.all(n)
			if err != nil {
				return span{}, err
			}
			return markerSpan(p)
		case s.left > 0:
			p, err := s.w.some(min(max, s.left))
			s.left -= len(p)
			return span{data: p}, cut(err)
		case s.flags&codeEOR != 0:
			s.flags &^= codeEOR
			return span{kind: spanEOR}, nil
		case s.flags&codeEOF != 0:
			return span{kind: spanEOF}, nil
		}
		if err := s.header(); err != nil {
			return span{}, err
		}
	}
}

func (s *blockSource) header() error {
	h, err := s.w.all(3)
	if err != nil {
		return err
	}
	s.flags, s.left = h[0], int(binary.BigEndian.Uint16(h[1:]))
	if !s.records {
		s.flags &^= codeEOR
	}
	if s.flags&codeSuspect != 0 && s.suspect != nil {
		s.suspect()
	}
	if s.flags&codeMark != 0 && (s.left == 0 || s.left > maxMarker) {
		return badMarker
	}
	return nil
}

// blockSink writes block mode. The last block is kept open, because the end of a
// record is a bit in the header of the block before it.
type blockSink struct {
	w    io.Writer
	size int // of the largest block
	buf  []byte
	at   int // where the open block begins in buf; -1: there is none
}

// The largest block fills the buffer together with its header.
const blockSize = gathered - blockHeader

const blockHeader = 3

// buffers are what blocks, strings and deflated octets are gathered in.
var buffers = sync.Pool{New: func() any { return new([gathered]byte) }}

func newBlockSink(w io.Writer, size int) *blockSink {
	if size == 0 {
		size = blockSize
	}
	return &blockSink{w: w, size: size, at: -1}
}

func (b *blockSink) data(p []byte) error {
	for len(p) > 0 {
		if b.at >= 0 && len(b.buf)-b.at-blockHeader == b.size {
			b.shut(0)
		}
		if b.at < 0 {
			if err := b.open(); err != nil {
				return err
			}
		}
		n := min(len(p), b.size-(len(b.buf)-b.at-blockHeader), cap(b.buf)-len(b.buf))
		if n == 0 { // the buffer ends before the block: what stands before it goes
			if err := b.drain(); err != nil {
				return err
			}
			continue
		}
		b.buf, p = append(b.buf, p[:n]...), p[n:]
	}
	return nil
}

// open begins a block.
func (b *blockSink) open() error {
	if cap(b.buf)-len(b.buf) <= blockHeader {
		if err := b.drain(); err != nil {
			return err
		}
	}
	if b.buf == nil {
		b.buf = b.fresh()
	}
	b.at = len(b.buf)
	b.buf = append(b.buf, 0, 0, 0)
	return nil
}

// fresh returns an empty buffer, of the pool unless a block needs more.
func (b *blockSink) fresh() []byte {
	if b.size > blockSize {
		return make([]byte, 0, b.size+blockHeader)
	}
	return buffers.Get().(*[gathered]byte)[:0]
}

// shut ends the open block with these codes.
func (b *blockSink) shut(flags byte) {
	b.buf[b.at] = flags
	binary.BigEndian.PutUint16(b.buf[b.at+1:], uint16(len(b.buf)-b.at-blockHeader))
	b.at = -1
}

// drain writes what stands before the open block, or all, and moves that block to
// the beginning of the buffer.
func (b *blockSink) drain() error {
	end := len(b.buf)
	if b.at >= 0 {
		end = b.at
	}
	if end == 0 {
		return nil
	}
	_, err := b.w.Write(b.buf[:end])
	b.buf = b.buf[:copy(b.buf, b.buf[end:])]
	if b.at >= 0 {
		b.at = 0
	}
	return err
}

func (b *blockSink) eor() error {
	if b.at < 0 {
		if err := b.open(); err != nil {
			return err
		}
	}
	b.shut(codeEOR)
	return nil
}

func (b *blockSink) mark(text string) error {
	if b.at >= 0 {
		b.shut(0)
	}
	if err := b.data([]byte(text)); err != nil {
		return err
	}
	b.shut(codeMark)
	return nil
}

func (b *blockSink) eof() error {
	if b.at >= 0 {
		b.shut(0)
	}
	if err := b.open(); err != nil {
		return err
	}
	b.shut(codeEOF)
	err := b.drain()
	if cap(b.buf) == gathered {
		buffers.Put((*[gathered]byte)(b.buf[:gathered]))
	}
	b.buf = nil
	return err
}

func (b *blockSink) flush() error {
	if b.at >= 0 {
		b.shut(0)
	}
	return b.drain()
}
