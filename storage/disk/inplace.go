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
	at   *place
	lock string // in FS.inPlace; "" if others may write at once
	old  int64  // how long the file was
}

// openInPlace opens the file at p to be written from the position that o asks
// for. It takes over p.
func (d *FS) openInPlace(w *writer, p *place) (err error) {
	f, err := p.dir.open(p.base, os.O_WRONLY|noWait, 0)
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
	if err := d.checkSpace(p, f, &w.o); err != nil {
		return err
	}
	e := &inPlace{w: w, at: p, old: m.size}
	if w.limit == 0 {
		// Two that write to one place would spoil each other's work.
		e.lock = d.info(p.base, &m).ID
		if e.lock == "" {
			e.lock = d.key(storage.Join(p.dirName, p.base))
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
	w.f, w.how = f, e
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
	e.at.close()
	return e.w.f.Close()
}

func (e *inPlace) commit(context.Context) (info storage.Info, err error) {
	defer func() { err = first(err, e.close()) }()
	w := e.w
	m, err := statFile(w.f)
	if err == nil && m.hasID && m.nlink == 0 { // nobody will ever see what was written
		err = fs.ErrNotExist
	}
	if err == nil && w.o.Mode == storage.Resume && w.limit == 0 && m.size > w.pos {
		err = w.f.Truncate(w.pos)
	}
	if err == nil && !w.o.ModTime.IsZero() {
		err = e.at.dir.setTime(w.f, e.at.base, w.o.ModTime)
	}
	if err == nil {
		err = w.d.syncFile(w.f)
	}
	if err != nil {
		e.cutBack()
		return storage.Info{}, err
	}
	return w.d.infoOf(w.f, e.at.base)
}

func (e *inPlace) suspend() error {
	return first(e.w.d.syncFile(e.w.f), e.close())
}

func (e *inPlace) abort() error {
	return first(e.cutBack(), e.close())
}

// cutBack undoes an Append, unless another process has written behind it.
func (e *inPlace) cutBack() error {
	if e.w.o.Mode != storage.Append {
		return nil
	}
	m, err := statFile(e.w.f)
	if err != nil || m.size != e.w.pos {
		return err
	}
	return e.w.f.Truncate(e.old)
}
