package disk

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// staged ends a writer that writes under a temporary name.
type staged struct {
	w        *writer
	temp     string // in the directory that w.at is in
	part     *part  // the part that is gone on with; nil for a new temporary file
	reserved string // in FS.reserved; "" unless Exclusive
}

// openStaged makes a temporary file for what w is to write.
func (d *FS) openStaged(w *writer) error {
	s := &w.staged
	s.w = w
	if w.o.Mode == storage.Exclusive {
		key := d.key(storage.Join(w.at.dirName, w.at.base))
		if !d.reserved.add(key) {
			return fs.ErrExist
		}
		s.reserved = key
	}
	err := s.free()
	if err == nil {
		err = s.make()
	}
	if err != nil && s.reserved != "" {
		d.reserved.remove(s.reserved)
	}
	w.how = s
	return err
}

// free tells whether a reserved name is still without a file: another writer may
// have published and given back its reservation since the name was looked up.
func (s *staged) free() error {
	if s.reserved == "" {
		return nil
	}
	at := &s.w.at
	_, err := at.dir.stat(at.base)
	switch {
	case err == nil:
		return fs.ErrExist
	case errors.Is(err, fs.ErrNotExist):
		return nil
	}
	return err
}

func (s *staged) make() (err error) {
	w, d := s.w, s.w.d
	// What replaces a file gets its mode at the end. Until then nobody but the
	// owner may have it, for the old one may be a secret.
	perm := fs.FileMode(0o600)
	if !w.at.taken {
		if perm = w.o.Perm.Perm(); perm == 0 {
			perm = 0o666
		}
	}
	if w.f, err = d.newTemp(&w.at.dir, perm); err != nil {
		return err
	}
	s.temp = w.f.name
	err = d.checkSpace(w, w.f.handle())
	if err == nil && !w.at.taken && w.o.Perm != 0 {
		err = w.f.chmod(w.o.Perm & modeBits) // not less the umask
	}
	if err == nil && w.o.Form != "" {
		err = w.f.setForm(w.o.Form)
	}
	if err != nil {
		d.dropTemp(&w.at.dir, &w.f)
	}
	return err
}

// openPart goes on with the part p. It takes over p: if it fails, p has been given back.
func (d *FS) openPart(w *writer, p *part) (err error) {
	defer func() {
		if err != nil && !d.parts.release(p, time.Time{}) {
			d.discard([]*part{p})
		}
	}()
	f, err := w.at.dir.open(p.temp, os.O_WRONLY|noWait, 0)
	if err != nil {
		d.parts.end(p)
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	if held, _ := lock(f.Fd()); !held {
		return storage.ErrBusy
	}
	m, err := statFile(f)
	if err != nil {
		return err
	}
	if err := w.seek(f, m.size); err != nil {
		return err
	}
	if err := d.checkSpace(w, f.Fd()); err != nil {
		return err
	}
	w.f = opened{file: f, name: p.temp, meta: m}
	w.staged = staged{w: w, temp: p.temp, part: p}
	w.how = &w.staged
	return nil
}

// close gives back what the writer holds, but for its temporary name.
func (s *staged) close() error {
	if s.reserved != "" {
		s.w.d.reserved.remove(s.reserved)
	}
	s.w.at.close()
	return s.w.f.close()
}

func (s *staged) commit(ctx context.Context) (info storage.Info, err error) {
	d := s.w.d
	if err := s.publish(); err != nil {
		s.abort()
		return info, err
	}
	// From here on the file is there: an error says only that nobody knows for
	// how long.
	d.temps.remove(s.temp)
	if s.part != nil {
		d.parts.end(s.part)
	}
	err = d.syncDir(&s.w.at.dir, &s.w.f)
	if storage.WantedDetails(ctx)&storage.DetailStat != 0 {
		var ierr error
		info, ierr = s.info()
		err = first(err, ierr)
	}
	return info, first(err, s.close())
}

// info describes the file under its name. Only a part that was gone on with may have
// a Form that this writer has not given it.
func (s *staged) info() (storage.Info, error) {
	w := s.w
	if s.part != nil {
		return w.d.infoOf(&w.f, w.at.base)
	}
	m, err := w.f.stat()
	if err != nil {
		return storage.Info{}, err
	}
	i := w.d.info(w.at.base, &m)
	i.Form = w.o.Form
	return i, nil
}

// publish gives the temporary file its attributes and its name.
func (s *staged) publish() error {
	w, at := s.w, &s.w.at
	if s.part != nil && w.o.Mode == storage.Resume && w.limit == 0 {
		if err := w.f.truncate(w.pos); err != nil {
			return err
		}
	}
	if err := s.takeAttributes(); err != nil {
		return err
	}
	if !w.o.ModTime.IsZero() {
		if err := at.dir.setTime(&w.f, s.temp, w.o.ModTime); err != nil {
			return err
		}
	}
	if err := w.d.syncFile(&w.f); err != nil {
		return err
	}
	if w.o.Mode == storage.Exclusive {
		return s.nameNew()
	}
	err := at.dir.rename(s.temp, at.base)
	if err != nil {
		if m, serr := at.dir.stat(at.base); serr == nil && m.kind == storage.KindDir {
			return storage.ErrIsDir
		}
	}
	return err
}

// takeAttributes gives the temporary file the mode and, where that is allowed,
// the owner of the file that it replaces: as they are now, or else as they were
// at Create.
func (s *staged) takeAttributes() error {
	at, made := &s.w.at, &s.w.f.meta
	if !at.taken || !hasModes {
		return nil
	}
	old := at.old
	if m, err := at.dir.stat(at.base); err == nil && m.kind == storage.KindFile {
		old = m
	}
	mode := old.mode
	if old.hasID && old.uid == made.uid && old.gid == made.gid && mode == made.mode {
		return nil
	}
	if old.hasID && !s.chown(&old) {
		mode &^= fs.ModeSetuid | fs.ModeSetgid // they would lend the rights of somebody else
	}
	return s.w.f.chmod(mode)
}

// chown gives the file the owner and the group of m. It reports whether it has
// both.
func (s *staged) chown(m *meta) bool {
	now := &s.w.f.meta
	if now.uid == m.uid && now.gid == m.gid {
		return true
	}
	f, err := s.w.f.os()
	if err != nil {
		return false
	}
	if f.Chown(int(m.uid), int(m.gid)) == nil {
		return true
	}
	return f.Chown(-1, int(m.gid)) == nil && now.uid == m.uid
}

// nameNew gives the temporary file its name, which nothing may have: by a hard
// link, or where there are none by an empty file that keeps the name.
func (s *staged) nameNew() error {
	dir, base := &s.w.at.dir, s.w.at.base
	err := dir.link(s.temp, base)
	if err == nil {
		dir.remove(s.temp) // or it is met as left behind
		return nil
	}
	if errors.Is(err, fs.ErrExist) || isMissing(err) {
		return err
	}
	f, err := dir.create(base, 0o600)
	if err != nil {
		return err
	}
	f.close()
	return dir.rename(s.temp, base)
}

func (s *staged) suspend() error {
	w, d := s.w, s.w.d
	if err := d.syncFile(&w.f); err != nil {
		s.abort()
		return err
	}
	if s.part != nil {
		return s.giveBack()
	}
	// The part of a new file is visible, unless another has got its name since.
	m, err := w.at.dir.stat(w.at.base)
	switch {
	case isMissing(err):
		if err = s.nameNew(); err == nil {
			d.temps.remove(s.temp)
			return first(d.syncDir(&w.at.dir, &w.f), s.close())
		}
	case err == nil && m.kind == storage.KindDir:
		err = storage.ErrIsDir
	case err == nil && w.o.Mode == storage.Exclusive:
		err = fs.ErrExist
	}
	if err != nil && (w.o.Mode == storage.Exclusive || !errors.Is(err, fs.ErrExist)) {
		s.abort()
		return err
	}
	return s.keep()
}

// keep keeps the temporary file aside as a part.
func (s *staged) keep() error {
	w, d := s.w, s.w.d
	kept := newKeptName()
	d.temps.add(kept)
	if err := w.at.dir.rename(s.temp, kept); err != nil {
		d.temps.remove(kept)
		s.abort()
		return err
	}
	d.temps.remove(s.temp)
	p := &part{
		id:   partID{d.partKey(w.name), w.o.Owner},
		dir:  w.at.dirName,
		temp: kept,
		last: w.written,
	}
	if p.last.IsZero() {
		p.last = time.Now()
	}
	d.discard(d.parts.put(p))
	return s.close()
}

// giveBack keeps the part that was gone on with for another hour, or removes it
// if it has ended meanwhile.
func (s *staged) giveBack() error {
	d := s.w.d
	if d.parts.release(s.part, s.w.written) {
		return s.close()
	}
	err := d.dropTemp(&s.w.at.dir, &s.w.f)
	s.close()
	return err
}

func (s *staged) abort() error {
	if s.part != nil {
		return s.giveBack()
	}
	err := s.w.d.dropTemp(&s.w.at.dir, &s.w.f)
	s.close()
	return err
}
