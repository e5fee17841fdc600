package mirror

import (
	"errors"
	"io/fs"
	"sync"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// work runs the workers while follow hands out steps.
func (r *runner) work(follow func()) {
	var wg sync.WaitGroup
	for range r.o.parallel() {
		wg.Go(func() {
			for {
				t, many := r.queue.next()
				if t == nil {
					return
				}
				if many {
					r.many(t)
				} else {
					r.one(t)
				}
				r.breathe()
				r.queue.idle(many)
			}
		})
	}
	follow()
	r.queue.close()
	wg.Wait()
	close(r.come)
	r.stored.Wait()
}

// one does a task by itself.
func (r *runner) one(t *task) {
	t.began = time.Now()
	if r.queue.missing(t) {
		r.settle(t, storage.PathError("create", t.step.Name, errFolder))
		return
	}
	var err error
	switch {
	case t.step.Op == Mkdir:
		err = r.mkdir(t)
	case t.step.Op == Copy:
		err = r.copy(t)
	case t.step.Op == Link:
		err = r.link(t)
	case t.step.Op == Touch:
		err = r.setTime(t)
	case t.step.Op == Remove:
		err = r.remove(t)
	default:
		err = storage.PathError(t.step.Op.String(), t.step.Name, errors.ErrUnsupported)
	}
	r.settle(t, err)
}

// errFolder is why what lies in a folder cannot be had.
var errFolder = errors.New("its folder could not be made")

// mkdir makes a folder, which may be there already. The Root is made with those that it
// lies in.
func (r *runner) mkdir(t *task) error {
	name := r.dst.at(t.step.Name)
	err := r.mkdirAt(name)
	if errors.Is(err, fs.ErrNotExist) && t.step.Name == "." {
		err = r.mkdirs(name)
	}
	if err != nil && t.top() {
		err = r.dst.wrong("mkdir", ".", err)
	}
	if at := t.step.Src.ModTime; err == nil && r.times && !at.IsZero() && t.step.Name != "." {
		r.later(&task{step: Step{Op: Touch, Name: t.step.Name, Src: t.step.Src}, folder: true})
	}
	return err
}

// mkdirs makes a folder and those that it lies in.
func (r *runner) mkdirs(name string) error {
	if dir, _ := storage.Split(name); dir != "." {
		if err := r.mkdirs(dir); err != nil {
			return err
		}
	}
	return r.mkdirAt(name)
}

func (r *runner) mkdirAt(name string) error {
	err := r.dst.FS.Mkdir(r.ctx, name)
	if err == nil {
		return nil
	}
	info, serr := r.dst.FS.Stat(r.ctx, name)
	switch {
	case serr == nil && info.IsDir():
		return nil
	case serr == nil && errors.Is(err, fs.ErrExist):
		return storage.PathError("mkdir", name, storage.ErrNotDir)
	}
	return err
}

// link makes a symbolic link, in the place of what is there but a folder.
func (r *runner) link(t *task) error {
	name := r.dst.at(t.step.Name)
	linker, ok := storage.As[storage.Linker](r.dst.FS)
	if !ok {
		return storage.PathError("symlink", name, errors.ErrUnsupported)
	}
	if t.step.Dst != nil {
		if err := r.dst.FS.Remove(r.ctx, name, storage.KindFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return linker.Symlink(r.ctx, t.step.Target, name)
}

// remove removes what may be gone already.
func (r *runner) remove(t *task) error {
	kind := storage.KindFile
	if t.step.Dst != nil && t.step.Dst.IsDir() && t.step.Dst.Target == "" {
		kind = storage.KindDir
	}
	err := r.dst.FS.Remove(r.ctx, r.dst.at(t.step.Name), kind)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// later has a folder get its time when nothing more is done in it.
func (r *runner) later(t *task) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.folders = append(r.folders, t)
}

// setTimes gives the folders their times.
func (r *runner) setTimes() {
	r.mu.Lock()
	folders := r.folders
	r.mu.Unlock()
	for _, t := range folders {
		r.queue.add(t)
	}
}

// setTime gives a file or folder its time. That of a folder is a nicety which many
// servers refuse; such a one is not asked again.
func (r *runner) setTime(t *task) error {
	const refused = "the times of folders cannot be set there"
	folder := t.step.Src.IsDir()
	r.mu.Lock()
	strange := r.strange
	r.mu.Unlock()
	if folder && strange {
		t.same = refused
		return nil
	}
	err := r.dst.FS.SetAttr(r.ctx, r.dst.at(t.step.Name), storage.Attr{ModTime: t.step.Src.ModTime})
	if err == nil || !folder || passes(err) || r.ctx.Err() != nil {
		return err
	}
	t.same = refused
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.strange {
		r.strange = true
		r.tell(Event{Kind: Noted, Text: refused + ": " + err.Error()})
	}
	return nil
}
