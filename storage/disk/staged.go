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
	at       *place // where the file goes; the temporary one is in its directory
	temp     string
	made     meta   // what the temporary file was when it was made or gone on with
	part     *part  // the part that is gone on with; nil for a new temporary file
	reserved string // in FS.reserved; "" unless Exclusive
}

// openStaged makes a temporary file for what is to be at p. It takes over p.
func (d *FS) openStaged(w *writer, p *place) error {
	s := &staged{w: w, at: p}
	if w.o.Mode == storage.Exclusive {
		key := d.key(storage.Join(p.dirName, p.base))
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
	_, err := s.at.dir.stat(s.at.base)
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
	if s.at.old == nil {
		if perm = w.o.Perm.Perm(); perm == 0 {
			perm = 0o666
		}
	}
	if w.f, s.temp, s.made, err = d.newTemp(s.at.dir, perm); err != nil {
		return err
	}
	err = d.checkSpace(s.at, w.f, &w.o)
	if err == nil && s.at.old == nil && w.o.Perm != 0 {
		err = w.f.Chmod(w.o.Perm & modeBits) // not less the umask
	}
	if err == nil && w.o.Form != "" {
		err = setForm(w.f, w.o.Form)
	}
	if err != nil {
		d.dropTemp(s.at.dir, w.f, s.temp)
	}
	return err
}

// openPart goes on with the part p of what is to be at at. It takes over at, and
// p too: if it fails, p has been given back.
func (d *FS) openPart(w *writer, at *place, p *part) (err error) {
	defer func() {
		if err != nil && !d.parts.release(p, time.Time{}) {
			d.discard([]*part{p})
		}
	}()
	f, err := at.dir.open(p.temp, os.O_WRONLY|noWait, 0)
	if err != nil {
		d.parts.end(p)
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	if held, _ := lock(f); !held {
		return storage.ErrBusy
	}
	m, err := statFile(f)
	if err != nil {
		return err
	}
	if err := w.seek(f, m.size); err != nil {
		return err
	}
	if err := d.checkSpace(at, f, &w.o); err != nil {
		return err
	}
	w.f, w.how = f, &staged{w: w, at: at, temp: p.temp, made: m, part: p}
	return nil
}

// close gives back what the writer holds, but for its temporary name.
func (s *staged) close() error {
	if s.reserved != "" {
		s.w.d.reserved.remove(s.reserved)
	}
	s.at.close()
	return s.w.f.Close()
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
	err = d.syncDir(s.at.dir)
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
	if s.part != nil {
		return s.w.d.infoOf(s.w.f, s.at.base)
	}
	m, err := statFile(s.w.f)
	if err != nil {
		return storage.Info{}, err
	}
	i := s.w.d.info(s.at.base, &m)
	i.Form = s.w.o.Form
	return i, nil
}

// publish gives the temporary file its attributes and its name.
func (s *staged) publish() error {
	w, dir := s.w, s.at.dir
	if s.part != nil && w.o.Mode == storage.Resume && w.limit == 0 {
		if err := w.f.Truncate(w.pos); err != nil {
			return err
		}
	}
	if err := s.takeAttributes(); err != nil {
		return err
	}
	if !w.o.ModTime.IsZero() {
		if err := dir.setTime(w.f, s.temp, w.o.ModTime); err != nil {
			return err
		}
	}
	if err := w.d.syncFile(w.f); err != nil {
		return err
	}
	if w.o.Mode == storage.Exclusive {
		return s.nameNew()
	}
	err := dir.rename(s.temp, s.at.base)
	if err != nil {
		if m, serr := dir.stat(s.at.base); serr == nil && m.kind == storage.KindDir {
			return storage.ErrIsDir
		}
	}
	return err
}

// takeAttributes gives the temporary file the mode and, where that is allowed,
// the owner of the file that it replaces: as they are now, or else as they were
// at Create.
func (s *staged) takeAttributes() error {
	old := s.at.old
	if old == nil || !hasModes {
		return nil
	}
	if m, err := s.at.dir.stat(s.at.base); err == nil && m.kind == storage.KindFile {
		old = &m
	}
	mode := old.mode
	if old.hasID && old.uid == s.made.uid && old.gid == s.made.gid && mode == s.made.mode {
		return nil
	}
	if old.hasID && !s.chown(old) {
		mode &^= fs.ModeSetuid | fs.ModeSetgid // they would lend the rights of somebody else
	}
	return s.w.f.Chmod(mode)
}

// chown gives the file the owner and the group of m. It reports whether it has
// both.
func (s *staged) chown(m *meta) bool {
	f, now := s.w.f, &s.made
	if now.uid == m.uid && now.gid == m.gid {
		return true
	}
	if f.Chown(int(m.uid), int(m.gid)) == nil {
		return true
	}
	return f.Chown(-1, int(m.gid)) == nil && now.uid == m.uid
}

// nameNew gives the temporary file its name, which nothing may have: by a hard
// link, or where there are none by an empty file that keeps the name.
func (s *staged) nameNew() error {
	dir := s.at.dir
	err := dir.link(s.temp, s.at.base)
	if err == nil {
		dir.remove(s.temp) // or it is met as left behind
		return nil
	}
	if errors.Is(err, fs.ErrExist) || isMissing(err) {
		return err
	}
	f, err := dir.open(s.at.base, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	f.Close()
	return dir.rename(s.temp, s.at.base)
}

func (s *staged) suspend() error {
	w, d := s.w, s.w.d
	if err := d.syncFile(w.f); err != nil {
		s.abort()
		return err
	}
	if s.part != nil {
		return s.giveBack()
	}
	// The part of a new file is visible, unless another has got its name since.
	m, err := s.at.dir.stat(s.at.base)
	switch {
	case isMissing(err):
		if err = s.nameNew(); err == nil {
			d.temps.remove(s.temp)
			return first(d.syncDir(s.at.dir), s.close())
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
	if err := s.at.dir.rename(s.temp, kept); err != nil {
		d.temps.remove(kept)
		s.abort()
		return err
	}
	d.temps.remove(s.temp)
	p := &part{
		id:   partID{d.partKey(w.name), w.o.Owner},
		dir:  s.at.dirName,
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
	err := d.dropTemp(s.at.dir, s.w.f, s.temp)
	s.close()
	return err
}

func (s *staged) abort() error {
	if s.part != nil {
		return s.giveBack()
	}
	err := s.w.d.dropTemp(s.at.dir, s.w.f, s.temp)
	s.close()
	return err
}
