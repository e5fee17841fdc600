package spill

import (
	"container/heap"
	"io"
	"slices"
)

// Sorter puts values in order. It is used by one goroutine at a time.
type Sorter[T any] struct {
	compare func(a, b T) int
	held    held[T]
	file    file[T]
	runs    []run // the older, and longer, ones first
}

// run is a sorted part of the file.
type run struct {
	span
	level int // how often its values were written
}

// maxRuns is how many runs of one level there are at most, so that the buffers they are read
// through at the end stay few.
const maxRuns = 64

// NewSorter returns an empty Sorter. Values that compare as equal keep their order. It must
// be closed.
func NewSorter[T any](b *Budget, c Codec[T], compare func(a, b T) int) *Sorter[T] {
	return &Sorter[T]{compare: compare, held: held[T]{budget: b}, file: file[T]{codec: c}}
}

// Add adds a value.
func (s *Sorter[T]) Add(v T) error {
	if !s.held.add(v) {
		return nil
	}
	slices.SortStableFunc(s.held.values, s.compare)
	i := 0
	err := s.writeRun(0, func() (v T, err error) {
		if i == len(s.held.values) {
			return v, io.EOF
		}
		i++
		return s.held.values[i-1], nil
	})
	s.held.clear()
	for err == nil {
		level := s.runs[len(s.runs)-1].level
		first := slices.IndexFunc(s.runs, func(r run) bool { return r.level == level })
		if len(s.runs)-first < maxRuns {
			break
		}
		from := s.merge(s.runs[first:], nil)
		s.runs = s.runs[:first]
		err = s.writeRun(level+1, from)
	}
	return err
}

// writeRun appends a run. What was written before can be read meanwhile.
func (s *Sorter[T]) writeRun(level int, from func() (T, error)) error {
	r := run{span{off: s.file.size}, level}
	for {
		v, err := from()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = s.file.write(v)
		}
		if err != nil {
			return err
		}
	}
	r.end = s.file.size
	s.runs = append(s.runs, r)
	return s.file.flush()
}

// Cursor returns a function that returns one value after another in order, and io.EOF at
// the end. Nothing may be added any more.
func (s *Sorter[T]) Cursor() func() (T, error) {
	slices.SortStableFunc(s.held.values, s.compare)
	return s.merge(s.runs, s.held.values)
}

// merge returns a cursor over runs and values, of which the latter come last where they are
// equal.
func (s *Sorter[T]) merge(runs []run, values []T) func() (T, error) {
	m := &merger[T]{compare: s.compare}
	for _, r := range runs {
		m.sources = append(m.sources, &source[T]{rank: len(m.sources), next: s.file.read(r.span)})
	}
	i := 0
	m.sources = append(m.sources, &source[T]{rank: len(m.sources), next: func() (v T, err error) {
		if i == len(values) {
			return v, io.EOF
		}
		i++
		return values[i-1], nil
	}})
	return m.next
}

// Close gives back memory and file. It may be called twice.
func (s *Sorter[T]) Close() {
	s.held.drop()
	s.file.close()
	s.runs = nil
}

// source is one of the sequences that a merger merges.
type source[T any] struct {
	rank int
	head T
	next func() (T, error)
}

// merger is a heap of sources, the one with the least head first.
type merger[T any] struct {
	compare func(a, b T) int
	sources []*source[T]
	begun   bool
	err     error
}

func (m *merger[T]) next() (v T, err error) {
	if !m.begun {
		m.begun = true
		m.sources = slices.DeleteFunc(m.sources, func(s *source[T]) bool { return !m.fill(s) })
		heap.Init(m)
	}
	if m.err != nil {
		return v, m.err
	}
	if len(m.sources) == 0 {
		return v, io.EOF
	}
	s := m.sources[0]
	v = s.head
	if m.fill(s) {
		heap.Fix(m, 0)
	} else {
		heap.Pop(m)
	}
	return v, nil
}

// fill reads the next head of a source; false if there is none.
func (m *merger[T]) fill(s *source[T]) bool {
	v, err := s.next()
	if err != nil && err != io.EOF && m.err == nil {
		m.err = err
	}
	s.head = v
	return err == nil
}

func (m *merger[T]) Len() int { return len(m.sources) }

func (m *merger[T]) Less(i, j int) bool {
	a, b := m.sources[i], m.sources[j]
	c := m.compare(a.head, b.head)
	return c < 0 || c == 0 && a.rank < b.rank
}

func (m *merger[T]) Swap(i, j int) { m.sources[i], m.sources[j] = m.sources[j], m.sources[i] }
func (m *merger[T]) Push(x any)    { m.sources = append(m.sources, x.(*source[T])) }

func (m *merger[T]) Pop() any {
	last := m.sources[len(m.sources)-1]
	m.sources = m.sources[:len(m.sources)-1]
	return last
}
