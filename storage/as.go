package storage

// Forwarder is implemented by a wrapper that changes names or rights and
// therefore may not be unwrapped. Forward is given a nil pointer to the
// optional interface that is wanted (a (*Pender)(nil), say) and returns an
// implementation with names translated and rights applied, or nil if what it
// wraps does not offer that interface.
type Forwarder interface {
	Forward(want any) any
}

// As finds the optional interface T that fsys offers. It looks at fsys itself,
// then asks Forward if fsys is a Forwarder, else looks into what Unwrap
// returns, and so on.
func As[T any](fsys FS) (T, bool) {
	for fsys != nil {
		if t, ok := fsys.(T); ok {
			return t, true
		}
		switch w := fsys.(type) {
		case Forwarder:
			t, ok := w.Forward((*T)(nil)).(T)
			return t, ok
		case interface{ Unwrap() FS }:
			fsys = w.Unwrap()
		default:
			fsys = nil
		}
	}
	var zero T
	return zero, false
}
