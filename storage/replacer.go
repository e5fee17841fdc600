package storage

// Replacer is a Writer that may know what Create has found under its name, so that
// nobody has to look for it a second time.
type Replacer interface {
	Writer

	// Replaces reports whether there was a file, if that is known.
	Replaces() (old, known bool)
}

// Replaces reports whether there was a file where w writes to when it was created, if w
// knows.
func Replaces(w Writer) (old, known bool) {
	r, ok := w.(Replacer)
	if !ok {
		return false, false
	}
	return r.Replaces()
}
