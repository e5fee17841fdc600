package ftp

import (
	"bufio"
	"compress/flate"
	"compress/zlib"
	"errors"
	"io"
	"sync"
)

// deflateSource reads mode Z: a zlib stream (RFC 1950) with stream mode in it. It
// takes nothing behind the check value of the stream.
type deflateSource struct {
	w     *wire
	z     *inflater // nil: nothing read yet
	inner streamSource
}

// An inflater is dear to make and cheap to use again.
type inflater struct {
	z io.ReadCloser // nil: never used; also a zlib.Resetter
	r *bufio.Reader
}

var inflaters = sync.Pool{New: func() any { return &inflater{r: bufio.NewReaderSize(nil, gathered/2)} }}

func (s *deflateSource) ready() bool { return s.z != nil && s.inner.ready() }

func (s *deflateSource) next(max int) (span, error) {
	if s.z == nil {
		// Some old clients send no octet at all of an empty file.
		if _, err := s.w.r.Peek(1); err == io.EOF {
			return span{kind: spanEOF}, nil
		} else if err != nil {
			return span{}, err
		}
		s.z = inflaters.Get().(*inflater)
		if err := s.z.reset(s.w); err != nil {
			return span{}, deflateError(err)
		}
		s.inner.w = &wire{r: s.z.r}
	}
	sp, err := s.inner.next(max)
	if err == nil && sp.kind == spanEOF {
		s.z.r.Reset(nil)
		inflaters.Put(s.z)
	}
	return sp, deflateError(err)
}

func (z *inflater) reset(w *wire) (err error) {
	if z.z == nil {
		z.z, err = zlib.NewReader(w)
	} else {
		err = z.z.(zlib.Resetter).Reset(w, nil)
	}
	z.r.Reset(z.z)
	return err
}

func deflateError(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case err == io.EOF: // within the header of the zlib stream
		return io.ErrUnexpectedEOF
	case errors.Is(err, zlib.ErrHeader), errors.Is(err, zlib.ErrDictionary):
		return &CodecError{Reason: "not a zlib stream"}
	case errors.Is(err, zlib.ErrChecksum):
		return &CodecError{Reason: "the check value of the zlib stream is wrong"}
	case errors.As(err, &corrupt):
		return &CodecError{Reason: "the zlib stream is corrupt"}
	}
	return err
}

// deflateSink writes mode Z.
type deflateSink struct {
	streamSink // into the deflater
	w          io.Writer
	level      int
	z          *deflater // nil: nothing written yet
}

// A deflater holds about a megabyte.
type deflater struct {
	z *zlib.Writer
	w *bufio.Writer // flate writes a few hundred octets at a time
}

var deflaters [zlib.BestCompression + 1]sync.Pool

// Write takes the octets of stream mode.
func (s *deflateSink) Write(p []byte) (int, error) {
	s.begin()
	return s.z.z.Write(p)
}

func (s *deflateSink) begin() {
	if s.z != nil {
		return
	}
	s.z, _ = deflaters[s.level].Get().(*deflater)
	if s.z == nil {
		w := bufio.NewWriterSize(nil, gathered)
		z, err := zlib.NewWriterLevel(w, s.level)
		if err != nil {
			panic(err) // the level is an index of deflaters
		}
		s.z = &deflater{z: z, w: w}
	}
	s.z.w.Reset(s.w)
	s.z.z.Reset(s.z.w)
}

func (s *deflateSink) eof() error {
	if err := s.streamSink.eof(); err != nil {
		return err
	}
	s.begin()
	if err := s.z.z.Close(); err != nil {
		return err
	}
	err := s.z.w.Flush()
	s.z.w.Reset(nil)
	deflaters[s.level].Put(s.z)
	s.z = nil
	return err
}

func (s *deflateSink) flush() error {
	if err := s.streamSink.flush(); err != nil {
		return err
	}
	s.begin()
	if err := s.z.z.Flush(); err != nil {
		return err
	}
	return s.z.w.Flush()
}
