package mirror

import (
	"errors"
	"io/fs"

	"github.com/seed-6092453b/ferry/internal/transfer"
)

// newCopier returns what all copies have in common. Where DST replaces files in one step
// and goes on with those that were cut, a copy is a download with a part beside it, else
// an upload with a journal.
func (r *runner) newCopier() transfer.Copier {
	c := transfer.Copier{Limit: r.limit, Segments: r.o.Segments}
	c.Differs = r.o.Compare == ByHash || r.o.Compare == ByNothing
	if r.down {
		c.Local, c.Path = r.dst.FS, r.dst.Title
		c.Remote, c.URL = r.src.FS, r.src.Title
	} else {
		c.Local, c.Path = r.src.FS, r.src.Title
		c.Remote, c.URL = r.dst.FS, r.dst.Title
		c.Journal, c.TempNames, c.Verify = r.o.Journal, r.temp, r.check
	}
	c.Format = transfer.FormatOf(c.Remote)
	return c
}

// copy copies one file by itself.
func (r *runner) copy(t *task) error {
	if t.stale {
		if err := r.lookAgain(t); err != nil || t.same != "" {
			return err
		}
	}
	err := r.transfer(t)
	if relayed := (*relayError)(nil); errors.As(err, &relayed) {
		err = r.transfer(t)
	}
	if errors.Is(err, errCompare) {
		t.anew = true
	}
	return err
}

// transfer copies one file once.
func (r *runner) transfer(t *task) error {
	c := r.copier
	at := t.from
	c.Observe = func(e transfer.Event) { r.copied(t, e, &at) }
	c.Restart = t.anew || r.o.Compare == ByNothing && t.moved == 0
	src, dst := r.src.at(t.step.Name), r.dst.at(t.step.Name)
	if !r.down {
		if r.directly() && !t.relay {
			c.Direct = r.directFor(t)
		}
		return c.PutFile(r.ctx, t.step.Src, t.step.Dst, src, dst)
	}
	err := c.GetFile(r.ctx, t.step.Src, src, dst)
	if err == nil && t.same == "" && r.check != nil {
		err = r.check(r.ctx, src, dst)
	}
	return err
}

// lookAgain finds out what SRC and DST have now, for another try. A file that is gone
// from SRC needs no copy. That is asked for twice: it was there a moment ago, and a server
// whose connections break may answer wrongly, too.
func (r *runner) lookAgain(t *task) error {
	info, err := r.src.FS.Stat(r.ctx, r.src.at(t.step.Name))
	if errors.Is(err, fs.ErrNotExist) {
		info, err = r.src.FS.Stat(r.ctx, r.src.at(t.step.Name))
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		t.same = "is gone meanwhile"
		return nil
	case err != nil:
		return err
	}
	t.step.Src = info
	if r.down {
		return nil // it is looked at anyway
	}
	old, err := r.dst.FS.Stat(r.ctx, r.dst.at(t.step.Name))
	switch {
	case err == nil:
		t.step.Dst = &old
	case errors.Is(err, fs.ErrNotExist):
		t.step.Dst = nil
	default:
		return err
	}
	return nil
}

// copied takes what the copy of a file tells. at is how far it is, as was told last.
func (r *runner) copied(t *task, e transfer.Event, at *int64) {
	switch e.Kind {
	case transfer.Started:
		if e.Done > t.from {
			t.tries = 0 // what failed before has got it further all the same
		}
		if t.first.IsZero() {
			t.kept = e.Done
		}
		// What a try that was cut has brought is known by what is there now.
		t.moved = max(t.moved, e.Done-t.kept)
		t.from, *at = e.Done, e.Done
		r.event(Event{Kind: Started, Step: t.step, Done: e.Done})
	case transfer.Progress:
		r.queue.progress(e.Done - *at)
		t.moved += e.Done - *at
		*at = e.Done
		r.event(Event{Kind: Progress, Step: t.step, Done: e.Done})
	case transfer.Finished:
		t.moved += e.Done - *at
		t.whole = e.Done
	case transfer.Skipped:
		t.same = e.Text
	case transfer.Noted:
		r.event(Event{Kind: Noted, Step: t.step, Text: e.Text})
	}
}
