package spill

import "io"

// List keeps values in their order. It is used by one goroutine at a time.
type List[T any] struct {
	held  held[T]
	file  file[T]
	count int
}

// NewList returns an empty List. It must be closed.
func NewList[T any](b *Budget, c Codec[T]) *List[T] {
	return &List[T]{held: held[T]{budget: b}, file: file[T]{codec: c}}
}

// Add appends a value.
func (l *List[T]) Add(v T) error {
	l.count++
	if !l.held.add(v) {
		return nil
	}
	for _, v := range l.held.values {
		if err := l.file.write(v); err != nil {
			return err
		}
	}
	l.held.clear()
	return nil
}

// Len returns how many values were added.
func (l *List[T]) Len() int { return l.count }

// Cursor returns a function that returns one value after another, and io.EOF at the end.
// Nothing may be added any more. Each cursor begins anew.
func (l *List[T]) Cursor() func() (T, error) {
	i := 0
	rest := func() (v T, err error) {
		if i == len(l.held.values) {
			return v, io.EOF
		}
		i++
		return l.held.values[i-1], nil
	}
	if l.file.f == nil {
		return rest
	}
	err := l.file.flush()
	first := l.file.read(span{0, l.file.size})
	return func() (v T, e error) {
		if err == nil {
			v, err = first()
		}
		if err == io.EOF {
			return rest()
		}
		return v, err
	}
}

// Close gives back memory and file. It may be called twice.
func (l *List[T]) Close() {
	l.held.drop()
	l.file.close()
}
