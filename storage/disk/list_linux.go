package disk

import (
	"context"
	"os"
	"syscall"

	"github.com/seed-6092453b/ferry/storage"
)

// readsAlone is how often a directory is read before it counts as large: some eight thousand
// entries. With one of 1,500 a thread costs more than it saves, and with 5,000 as much.
const readsAlone = 8

// dirReader reads the entries of an open directory and describes them: those of a large one
// ahead, once it is known to be large.
type dirReader struct {
	f     *os.File
	names scan // unless there is ahead
	ahead *ahead
	found *found // by ahead, for the entry that came last
	meta  meta   // of the entry that stat was called for
	looker
	telling
}

func readDir(f *os.File) *dirReader {
	text := new(chunk)
	return &dirReader{f: f, names: newScan(f, text), telling: telling{text: text}}
}

func (r *dirReader) close() {
	if r.ahead != nil {
		r.ahead.close()
	}
	r.names.close()
}

// next returns the next entry, and io.EOF when there is none.
func (r *dirReader) next(ctx context.Context) (e entry, err error) {
	if r.ahead == nil && len(r.names.left) == 0 {
		if err := r.names.read(); err != nil {
			return entry{}, err
		}
		if r.names.reads > readsAlone && r.want&storage.DetailStat != 0 {
			r.ahead = goAhead(ctx, r.names, r.want)
		}
	}
	if r.ahead == nil {
		e, err = r.names.next()
		r.now = r.names.began
		return e, err
	}
	if r.found, err = r.ahead.next(); err != nil {
		return entry{}, err
	}
	r.now = r.ahead.batch.began
	return entry{name: r.found.name}, nil
}

// stat sets meta to what the entry e of the directory dir is, which next returned last.
func (r *dirReader) stat(d *FS, dir string, e entry) (err error) {
	var no syscall.Errno
	if r.ahead != nil {
		r.meta, no = r.found.meta, r.found.no
	} else {
		no = r.look(r.names.fd, e.zero, r.want, &r.meta)
	}
	switch no {
	case 0:
		return nil
	case syscall.ENOSYS:
		r.meta, err = d.statIn(r.f, dir, e.name)
		return err
	}
	return no
}
