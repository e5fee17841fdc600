package transfer

import "github.com/seed-6092453b/ferry/storage"

// Format is what the way to a Remote makes of files. The zero Format leaves their octets
// as they are.
type Format struct {
	// Conversion says what becomes of contents on their way, as a text of type A
	// does; empty: nothing. What was copied in one way is never continued in
	// another. If it is not empty, the two sides of a copy may differ in size, and
	// a copy is continued at a restart marker or not at all.
	Conversion string

	// Form is the form (storage.Info.Form) that downloads have; uploads have it or
	// are plain. Sends says whether a file can be sent; nil: all can.
	Form  string
	Sends func(storage.Info) error

	// Marks, if not nil, copies with restart markers.
	Marks Marks
}

// FormatOf returns the format of a Remote that tells of it, as a client of FTP does.
func FormatOf(remote storage.FS) (f Format) {
	if converts, ok := storage.As[interface {
		Conversion() string
		Form() string
		Sends(storage.Info) error
	}](remote); ok {
		f.Conversion, f.Form, f.Sends = converts.Conversion(), converts.Form(), converts.Sends
	}
	if marked, ok := storage.As[interface{ Marks() Marks }](remote); ok {
		f.Marks = marked.Marks()
	}
	return f
}

// Whole reports whether what is copied is always the octets of the file, from their
// first to their last, and nothing but those need be known of it.
func (f Format) Whole() bool { return f.Conversion == "" && f.Form == "" && f.Marks == nil }
