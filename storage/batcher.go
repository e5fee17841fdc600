package storage

import (
	"context"
	"io"
	"io/fs"
	"iter"
	"time"
)

// Batcher is implemented by an FS that moves many small files faster together than
// one by one: a server far away, to which each file costs round trips. A call uses
// one connection, so that several calls at once are faster still, as long as the FS
// has connections for them.
//
// The sequences may block until their owner knows more: they are drawn from by a
// goroutine of the Batcher, and what was drawn before goes on meanwhile. They end
// when the call does: what they yield from then on is not taken, and the call does
// not wait for one that is blocked.
type Batcher interface {
	// ReadFiles calls fn once for each name, in order: with a reader of the file's
	// octets, of which what fn leaves is thrown away, or with the reason why there
	// is none. The reader is valid until fn returns. An error of fn ends it all and is
	// returned; so is the loss of the connection, after which fn has not been
	// called for the rest of the names, some of which were drawn already.
	ReadFiles(ctx context.Context, names iter.Seq[string], fn func(name string, r io.Reader, err error) error) error

	// WriteFiles stores each file as Create with Replace and Commit would, and calls
	// fn once for each, in order, when it is stored or is not. An error of fn, or the
	// loss of the connection, ends it all as in ReadFiles: of files that were drawn
	// and that fn was not told of, nothing is known.
	WriteFiles(ctx context.Context, files iter.Seq[NewFile], fn func(name string, info Info, err error) error) error
}

// NewFile is a file that WriteFiles is to store.
type NewFile struct {
	Name    string
	Size    int64                         // of the contents
	ModTime time.Time                     // zero: that of the upload
	Temp    string                        // if set, the file is written under this name and renamed to Name once it is whole
	Perm    fs.FileMode                   // of a new file; zero: what the FS likes
	Open    func() (io.ReadCloser, error) // called once at most; other than Size octets are ErrChanged
}

// Batch returns the Batcher that fsys offers, or else one that takes file by file.
func Batch(fsys FS) Batcher {
	if b, ok := As[Batcher](fsys); ok {
		return b
	}
	return OneByOne(fsys)
}
