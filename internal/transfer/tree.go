package transfer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/seed-6092453b/ferry/storage"
)

// TreeError says that some files of a tree were not copied. Failed events told
// which, and why.
type TreeError struct {
	Failed int
	Files  int // of how many
}

func (e *TreeError) Error() string {
	return fmt.Sprintf("%d of %d not copied", e.Failed, e.Files)
}

// tree is the copy of a tree under way: a walker hands files to workers.
type tree struct {
	c    *Copier
	stop context.CancelCauseFunc // ends all of it, for a reason
	jobs chan func()
	wg   sync.WaitGroup

	many  many   // nil if small files are downloaded one by one
	small []file // collected by the walker
	top   error  // of the topmost folder

	mu     sync.Mutex // guards what follows
	files  int
	failed int
}

// tree runs walk, and what it hands out in c.Parallel workers.
func (c *Copier) tree(ctx context.Context, walk func(context.Context, *tree)) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	t := &tree{c: c, stop: stop, jobs: make(chan func())}
	for range max(c.Parallel, 1) {
		t.wg.Go(func() {
			for job := range t.jobs {
				job()
			}
		})
	}
	walk(ctx, t)
	close(t.jobs)
	t.wg.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if t.top != nil {
		return t.top
	}
	if t.failed > 0 {
		return &TreeError{Failed: t.failed, Files: t.files}
	}
	return nil
}

// do has a worker copy one file.
func (t *tree) do(ctx context.Context, p pair, job func() error) {
	t.hand(ctx, func() {
		if ctx.Err() == nil {
			t.done(p, job())
		}
	})
}

// hand gives a worker something to do.
func (t *tree) hand(ctx context.Context, job func()) {
	select {
	case t.jobs <- job:
	case <-ctx.Done():
	}
}

// done counts one file or folder, and tells of its failure.
func (t *tree) done(p pair, err error) {
	t.mu.Lock()
	t.files++
	if err != nil {
		t.failed++
	}
	t.mu.Unlock()
	if t.c.report(p, err) != nil && t.c.Fatal != nil && t.c.Fatal(err) {
		t.stop(err)
	}
}

// root is told how the topmost folder has ended. What its listing had before it failed
// is copied all the same: one line of a server that is odd, or hostile, is not to cut
// off what is under way.
func (t *tree) root(at pair, err error) {
	if t.c.report(at, err) == nil {
		return
	}
	t.top = err
	if t.c.Fatal != nil && t.c.Fatal(err) {
		t.stop(err)
	}
}

// entries reads a folder as a whole, sorted: a listing that waited for files to
// be copied would hold a connection all the while. What could be read is there
// beside an error, too.
func entries(ctx context.Context, fsys storage.FS, dir string) (all []storage.Info, failed error) {
	for info, err := range fsys.List(ctx, dir) {
		if err != nil {
			failed = err
			break
		}
		all = append(all, info)
	}
	slices.SortFunc(all, func(a, b storage.Info) int { return strings.Compare(a.Name, b.Name) })
	return all, failed
}

// entry decides what becomes of one entry: text says why it is left out, err
// that it cannot be copied.
func entry(i storage.Info, folds map[string]bool) (text string, err error) {
	switch {
	case !storage.ValidName(i.Name) || i.Name == "." || strings.Contains(i.Name, "/"):
		return "", storage.PathError("copy", i.Name, storage.ErrName)
	case i.IsDir() && i.Target != "":
		return "symbolic link to a folder, not followed", nil
	case i.Kind == storage.KindSymlink:
		return "symbolic link that leads nowhere in the tree", nil
	case i.Kind == storage.KindOther:
		return "neither file nor folder", nil
	case folds != nil:
		folded := strings.ToLower(i.Name)
		if folds[folded] {
			return "", storage.PathError("copy", i.Name, fmt.Errorf("%w: differs from another one in case only", storage.ErrName))
		}
		folds[folded] = true
	}
	return "", nil
}

// folder calls visit for each entry of a folder that is to be copied. An error
// says that there may be more entries.
func (t *tree) folder(ctx context.Context, from, to storage.FS, dir string, name func(base string) pair,
	refuse func(base string) (string, error), visit func(storage.Info, pair)) error {
	all, failed := entries(ctx, from, dir)
	if failed != nil && t.c.Fatal != nil && t.c.Fatal(failed) {
		return failed
	}
	var folds map[string]bool
	if to.Features().Has(storage.CaseFolding) {
		folds = make(map[string]bool)
	}
	for _, info := range all {
		if ctx.Err() != nil {
			return nil
		}
		p := name(info.Name)
		text, err := entry(info, folds)
		if text == "" && err == nil && reserved(info.Name) {
			text, err = refuse(info.Name)
		}
		switch {
		case err != nil:
			t.done(p, err)
		case text != "":
			t.c.skip(p, text)
		default:
			visit(info, p)
		}
	}
	return failed
}

// mkdir makes a folder that may be there already.
func mkdir(ctx context.Context, fsys storage.FS, name string) error {
	err := fsys.Mkdir(ctx, name)
	if err == nil {
		return nil
	}
	info, serr := fsys.Stat(ctx, name)
	switch {
	case serr == nil && info.IsDir():
		return nil
	case serr == nil && errors.Is(err, fs.ErrExist):
		return storage.PathError("mkdir", name, storage.ErrNotDir)
	}
	return err
}
