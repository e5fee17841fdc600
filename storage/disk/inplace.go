package disk

import (
	"context"
	"io"
	"io/fs"
	"os"

	"github.com/seed-6092453b/ferry/storage"
)

// inPlace ends a writer that writes a file where it is: Append and Resume of one
// that exists, and Replace where no other file can be made beside it.
type inPlace struct {
	w    *writer
	lock string // in FS.inPlace; "" if others may write at once
	old  int64  // how long the file was
}

// openInPlace opens the file that there is, to be written from the position that the
// options ask for.
func (d *FS) openInPlace(w *writer) (err error) {
	f, err := w.at.dir.open(w.at.base, os.O_WRONLY|noWait, 0)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	m, err := statFile(f)
	if err != nil {
		return err
	}
	if err := notFile(m.kind); err != nil {
		return err
	}
	if err := w.seek(f, m.size); err != nil {
		return err
	}
	if err := d.checkSpace(w, f.Fd()); err != nil {
		return err
	}
	e := &inPlace{w: w, old: m.size}
	if w.limit == 0 {
		// Two that write to one place would spoil each other's work.
		e.lock = d.info(w.at.base, &m).ID
		if e.lock == "" {
			e.lock = d.key(storage.Join(w.at.dirName, w.at.base))
		}
		if !d.inPlace.add(e.lock) {
			return storage.ErrBusy
		}
	}
	if w.o.Mode == storage.Replace {
		if err := f.Truncate(0); err != nil {
			d.inPlace.remove(e.lock)
			return err
		}
	}
	w.f, w.how = opened{file: f, name: w.at.base}, e
	return nil
}

// seek sets the position in f, which is size octets long, to where the options
// want to write.
func (w *writer) seek(f *os.File, size int64) error {
	switch w.o.Mode {
	case storage.Append:
		w.pos = size
	case storage.Resume:
		w.pos = w.o.Offset
		if w.pos > size {
			return storage.ErrOffset
		}
		if w.o.Len > 0 {
			w.limit = w.pos + w.o.Len
		}
	}
	_, err := f.Seek(w.pos, io.SeekStart)
	return err
}

func (e *inPlace) close() error {
	if e.lock != "" {
		e.w.d.inPlace.remove(e.lock)
	}
	e.w.at.close()
	return e.w.f.close()
}

func (e *inPlace) commit(context.Context) (info storage.Info, err error) {
	defer func() { err = first(err, e.close()) }()
	w := e.w
	m, err := w.f.stat()
	if err == nil && m.hasID && m.nlink == 0 { // nobody will ever see what was written
		err = fs.ErrNotExist
	}
	if err == nil && w.o.Mode == storage.Resume && w.limit == 0 && m.size > w.pos {
		err = w.f.truncate(w.pos)
	}
	if err == nil && !w.o.ModTime.IsZero() {
		err = w.at.dir.setTime(&w.f, w.at.base, w.o.ModTime)
	}
	if err == nil {
		err = w.d.syncFile(&w.f)
	}
	if err != nil {
		e.cutBack()
		return storage.Info{}, err
	}
	return w.d.infoOf(&w.f, w.at.base)
}

func (e *inPlace) suspend() error {
	return first(e.w.d.syncFile(&e.w.f), e.close())
}

func (e *inPlace) abort() error {
	return first(e.cutBack(), e.close())
}

// cutBack undoes an Append, unless another process has written behind it.
func (e *inPlace) cutBack() error {
	if e.w.o.Mode != storage.Append {
		return nil
	}
	m, err := e.w.f.stat()
	if err != nil || m.size != e.w.pos {
		return err
	}
	return e.w.f.truncate(e.old)
}
