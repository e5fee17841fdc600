//go:build !linux

package disk

import (
	"context"
	"io"
	"io/fs"
	"os"
	"time"
)

// dirReader reads the entries of an open directory.
type dirReader struct {
	f     *os.File
	batch []fs.DirEntry // read and not yet looked at
	meta  meta          // of the entry that stat was called for
	telling
}

func readDir(f *os.File) *dirReader { return &dirReader{f: f, telling: telling{text: new(chunk)}} }

func (r *dirReader) close() {}

// entry is what package os read of a directory: on Windows all that there is to
// know, elsewhere the name.
type entry struct {
	name string
	fs.DirEntry
}

// next returns the next entry, and io.EOF when there is none.
func (r *dirReader) next(context.Context) (entry, error) {
	if len(r.batch) == 0 {
		batch, err := r.f.ReadDir(batchSize)
		if len(batch) == 0 {
			if err == nil {
				err = io.EOF
			}
			return entry{}, err
		}
		r.batch, r.now = batch, time.Now().UnixNano() // an error comes again
	}
	e := r.batch[0]
	r.batch = r.batch[1:]
	return entry{e.Name(), e}, nil
}

// stat sets meta to what the entry e of the directory is that r reads.
func (r *dirReader) stat(_ *FS, _ string, e entry) error {
	fi, err := e.Info()
	if err == nil {
		r.meta = metaOf(fi)
	}
	return err
}
