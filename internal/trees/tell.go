package trees

import (
	"errors"
	"io/fs"

	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
)

// teller tells of a mirror as of the copies of its files.
type teller struct {
	c        *Copier
	dst, src mirror.Tree
	down     bool

	of   int   // files, and what has failed
	root error // what became of the topmost folder
}

// tell is told what happens, one thing at a time.
func (t *teller) tell(e mirror.Event) {
	files := e.Step.Op == mirror.Copy || e.Step.Op == mirror.Skip
	if e.Kind != mirror.Failed && !files {
		return // a folder was made, or got its time
	}
	out := transfer.Event{Size: e.Step.Src.Size, Done: e.Done, Moved: e.Moved, Took: e.Took, Text: e.Text, Err: e.Err}
	switch e.Kind {
	case mirror.Started:
		out.Kind = transfer.Started
	case mirror.Progress:
		out.Kind = transfer.Progress
	case mirror.Finished:
		out.Kind, out.Size = transfer.Finished, e.Done
		t.of++
	case mirror.Skipped:
		out.Kind = transfer.Skipped
		t.of++
	case mirror.Noted:
		if e.Step.Name == "" {
			return // of folders, and how they look is not what matters here
		}
		out.Kind = transfer.Noted
	case mirror.Failed:
		out.Kind, out.Err = transfer.Failed, t.inTheWay(e)
		t.of++
		if e.Step.Name == "" || e.Step.Name == "." {
			t.root = out.Err
		}
	default:
		return
	}
	if t.c.Observe != nil {
		out.Remote, out.Local = t.names(e.Step.Name)
		t.c.Observe(out)
	}
}

// names are what a file is called on the two sides.
func (t *teller) names(name string) (remote, local string) {
	from, to := storage.Join(t.src.Root, name), storage.Join(t.dst.Root, name)
	if t.down {
		return from, to
	}
	return to, from
}

// inTheWay returns the error of an event. Of what DST has in the place of another kind of
// thing a mirror speaks as one that could remove it.
func (t *teller) inTheWay(e mirror.Event) error {
	if e.Step.Op != mirror.Skip || e.Step.Dst == nil {
		return e.Err
	}
	for _, kind := range []error{storage.ErrIsDir, storage.ErrNotDir, fs.ErrExist} {
		if errors.Is(e.Err, kind) {
			return storage.PathError("create", storage.Join(t.dst.Root, e.Step.Name), kind)
		}
	}
	return e.Err
}

// outcome is the error of a tree whose mirror has ended with err.
func (t *teller) outcome(err error) error {
	var some *mirror.Error
	switch {
	case !errors.As(err, &some):
		return err
	case t.root != nil: // there may be more than anybody has seen
		return t.root
	}
	return &Error{Failed: some.Failed, Of: t.of}
}
