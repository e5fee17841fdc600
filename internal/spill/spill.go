// Package spill keeps more values than memory should hold: some of them in memory, the
// rest in a temporary file, which is gone when it is closed (on Unix, whatever becomes of
// the process).
package spill

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync/atomic"
)

// Codec turns values into octets and back.
type Codec[T any] struct {
	Append func(b []byte, v T) []byte
	Decode func(b []byte) (T, error) // must not keep b
}

// Budget is how many values may be in memory, in all Lists and Sorters that share it. Each
// keeps a few in memory all the same (least), so that it opens no file for a handful.
type Budget struct{ left atomic.Int64 }

// least is how many values a List or Sorter keeps in memory, whatever the budget.
const least = 256

// NewBudget returns a Budget of n values.
func NewBudget(n int) *Budget {
	b := &Budget{}
	b.left.Store(int64(n))
	return b
}

// held are the values of a List or Sorter that are in memory.
type held[T any] struct {
	budget *Budget
	values []T
}

// add reports whether there are now so many values that they should be written out.
func (h *held[T]) add(v T) bool {
	h.values = append(h.values, v)
	return h.budget.left.Add(-1) < 0 && len(h.values) >= least
}

// clear forgets the values.
func (h *held[T]) clear() {
	h.budget.left.Add(int64(len(h.values)))
	clear(h.values)
	h.values = h.values[:0]
}

// drop gives the memory back as well.
func (h *held[T]) drop() {
	h.clear()
	h.values = nil
}

// file is a temporary file of records, made when the first is written.
type file[T any] struct {
	codec Codec[T]
	f     *os.File
	w     *bufio.Writer
	size  int64
	buf   []byte
}

// bufSize is how much is read and written at once: there may be some dozens of readers.
const bufSize = 32 << 10

// span is a part of a file: one value after another.
type span struct{ off, end int64 }

// write appends a value.
func (f *file[T]) write(v T) error {
	if f.f == nil {
		tmp, err := os.CreateTemp("", "ferry-*")
		if err != nil {
			return failed(err)
		}
		_ = os.Remove(tmp.Name()) // where an open file cannot be removed, close does it
		f.f, f.w = tmp, bufio.NewWriterSize(tmp, bufSize)
	}
	f.buf = f.codec.Append(f.buf[:0], v)
	var head [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(head[:], uint64(len(f.buf)))
	if _, err := f.w.Write(head[:n]); err != nil {
		return failed(err)
	}
	if _, err := f.w.Write(f.buf); err != nil {
		return failed(err)
	}
	f.size += int64(n + len(f.buf))
	return nil
}

// flush makes what was written readable.
func (f *file[T]) flush() error {
	if f.w == nil {
		return nil
	}
	if err := f.w.Flush(); err != nil {
		return failed(err)
	}
	return nil
}

// read returns a cursor over the values of a span.
func (f *file[T]) read(s span) func() (T, error) {
	r := bufio.NewReaderSize(io.NewSectionReader(f.f, s.off, s.end-s.off), bufSize)
	left := s.end - s.off
	var buf []byte
	var head [binary.MaxVarintLen64]byte
	return func() (v T, err error) {
		if left == 0 {
			return v, io.EOF
		}
		n, err := binary.ReadUvarint(r)
		if err == nil && n > uint64(left) {
			err = errors.New("it was changed")
		}
		if err == nil {
			buf = slices.Grow(buf[:0], int(n))[:n]
			_, err = io.ReadFull(r, buf)
		}
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err == nil {
			left -= int64(binary.PutUvarint(head[:], n)) + int64(n)
			v, err = f.codec.Decode(buf)
		}
		if err != nil {
			return v, failed(err)
		}
		return v, nil
	}
}

// close removes the file.
func (f *file[T]) close() {
	if f.f == nil {
		return
	}
	_ = f.f.Close() // nobody wants what is in it
	_ = os.Remove(f.f.Name())
	f.f, f.w = nil, nil
}

// ErrFile reports that a temporary file failed.
var ErrFile = errors.New("a temporary file failed")

// failed says that it is a temporary file that failed, and where such files are.
func failed(err error) error {
	return fmt.Errorf("%w: %w (it is in %s; the variable TMPDIR names another place)", ErrFile, err, os.TempDir())
}
