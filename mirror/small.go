package mirror

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/storage"
)

const (
	// tiny is the size up to which a file goes over together with others.
	tiny = 64 << 10

	// stores is how many files that have come are written at once: a disk that has to
	// be waited for does so for many at the price of one.
	stores = 16
)

// small reports whether a task is a file that goes over together with others.
func (r *runner) small(t *task) bool {
	return (r.reads != nil || r.writes != nil) && t.step.Op == Copy && !t.apart && !r.directly() &&
		t.step.Src.Size >= 0 && t.step.Src.Size <= tiny && t.step.Src.Form == "" &&
		(r.down || t.step.Src.Coarse == 0) // else its time is to be asked for
}

// many copies small files, beginning with t, until there are none or something else is to
// be done. What does not go over at the first try, for whatever reason, goes by itself
// after that.
func (r *runner) many(t *task) {
	switch {
	case r.reads == nil:
		r.send(t)
	case r.writes == nil:
		r.receive(t, r.store)
	default:
		r.relay(t)
	}
}

// loaded is a small file that is here.
type loaded struct {
	t    *task
	data []byte
}

// receive reads small files of SRC. What has come goes to put, whose error ends it.
func (r *runner) receive(first *task, put func(loaded) error) {
	d := r.draw(first)
	defer d.stop()
	names := func(yield func(string) bool) {
		for t := first; t != nil; t = d.next(nil) {
			if !yield(r.src.at(t.step.Name)) {
				return
			}
		}
	}
	d.end(r.reads.ReadFiles(d.ctx, names, func(_ string, src io.Reader, err error) error {
		t := d.pop()
		r.started(t)
		var data []byte
		if err == nil {
			data, err = r.load(t, src)
		}
		if err != nil {
			r.settle(t, err)
			return r.ctx.Err()
		}
		return put(loaded{t, data})
	}))
}

// load reads a file that has to be as long as its listing said, unless it becomes another
// length on its way.
func (r *runner) load(t *task, src io.Reader) ([]byte, error) {
	size := t.step.Src.Size
	most, exact := size, r.copier.Conversion == ""
	if !exact {
		most = 2 * tiny
	}
	b := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead))
	n, err := b.ReadFrom(io.LimitReader(src, most+1))
	if err == nil && (n > most || exact && n != size) {
		err = r.resized(t, n)
	}
	if err == nil {
		err = r.wait(int(n))
	}
	return b.Bytes(), err
}

// resized says that a file is not as long as it was when it was listed.
func (r *runner) resized(t *task, n int64) error {
	err := fmt.Errorf("%w: %d octets, of %d that were listed", storage.ErrChanged, n, t.step.Src.Size)
	if n > t.step.Src.Size {
		err = fmt.Errorf("%w: more than the %d octets that were listed", storage.ErrChanged, t.step.Src.Size)
	}
	return storage.PathError("copy", r.src.at(t.step.Name), err)
}

func (r *runner) started(t *task) {
	t.began = time.Now()
	r.event(Event{Kind: Started, Step: t.step})
}

// store has a file that has come written, while others come.
func (r *runner) store(l loaded) error {
	select {
	case r.come <- l:
		return nil
	default:
	}
	if r.storers.Add(1) <= stores {
		r.stored.Go(func() { r.storer(l) })
		return nil
	}
	r.storers.Add(-1)
	select {
	case r.come <- l:
		return nil
	case <-r.ctx.Done():
		r.settle(l.t, r.ctx.Err())
		return r.ctx.Err()
	}
}

// storer writes files until no more come. One for each file would cost a stack that has
// to grow for each.
func (r *runner) storer(l loaded) {
	for more := true; more; l, more = <-r.come {
		err := r.write(l)
		if err == nil {
			l.t.moved, l.t.whole = int64(len(l.data)), int64(len(l.data))
		}
		r.settle(l.t, err)
	}
}

func (r *runner) write(l loaded) error {
	o := storage.CreateOptions{ModTime: l.t.step.Src.ModTime, SizeHint: int64(len(l.data))}
	w, err := r.dst.FS.Create(r.ctx, r.dst.at(l.t.step.Name), o)
	if err != nil {
		return err
	}
	defer w.Abort()
	if _, err := w.Write(l.data); err != nil {
		return err
	}
	_, err = w.Commit(storage.WithDetails(r.ctx, 0))
	return err
}

// send stores small files of SRC at DST.
func (r *runner) send(first *task) {
	d := r.draw(first)
	defer d.stop()
	var file storage.NewFile
	look := func(t *task) {
		file = r.newFile(t, func() (io.ReadCloser, error) {
			r.started(t)
			src, err := r.src.FS.Open(d.ctx, r.src.at(t.step.Name), storage.Range{Version: t.step.Src.Version})
			if err != nil {
				return nil, err
			}
			return &paced{src, r}, nil
		})
	}
	look(first)
	d.end(r.writes.WriteFiles(d.ctx, func(yield func(storage.NewFile) bool) {
		for t := first; t != nil; t = d.next(look) {
			if !yield(file) {
				return
			}
		}
	}, func(_ string, info storage.Info, err error) error { return r.sent(d.pop(), info, err) }))
}

// newFile says how a small file is stored at DST.
func (r *runner) newFile(t *task, open func() (io.ReadCloser, error)) storage.NewFile {
	f := storage.NewFile{Name: r.dst.at(t.step.Name), Size: t.step.Src.Size, Open: open}
	if r.times {
		f.ModTime = t.step.Src.ModTime
	}
	if r.temp {
		f.Temp = transfer.Temporary(f.Name)
		if t.step.Dst != nil {
			f.Perm = t.step.Dst.Mode // what is written in place keeps its mode
		}
	}
	return f
}

// sent is told of a file that WriteFiles has stored, or has not.
func (r *runner) sent(t *task, info storage.Info, err error) error {
	if err == nil && info.Size >= 0 && info.Size != t.step.Src.Size {
		err = r.resized(t, info.Size)
	}
	if err == nil && r.reads == nil { // else to ask is a command for each file
		err = r.unchanged(t)
	}
	if err == nil {
		t.moved, t.whole = t.step.Src.Size, t.step.Src.Size
	}
	if err != nil && r.temp && t.step.Dst != nil && !passes(err) && !r.fatal(err) {
		// Perhaps the server does not rename onto a file, for which there is a way.
		t.apart = true
		r.queue.again(t)
		return r.ctx.Err()
	}
	r.settle(t, err)
	return r.ctx.Err()
}

// unchanged looks whether a file that was sent is still the one that was listed.
func (r *runner) unchanged(t *task) error {
	was, name := t.step.Src, r.src.at(t.step.Name)
	now, err := r.src.FS.Stat(r.ctx, name)
	if err == nil && (now.Size != was.Size || !now.ModTime.Equal(was.ModTime) || now.Version != was.Version) {
		err = storage.PathError("copy", name, fmt.Errorf("%w while it was sent", storage.ErrChanged))
	}
	return err
}

// wait waits until n octets may be passed on.
func (r *runner) wait(n int) error {
	if r.limit == nil || n == 0 {
		return nil
	}
	return r.limit(r.ctx, n)
}

// paced reads no faster than files may be copied.
type paced struct {
	io.ReadCloser
	r *runner
}

func (p *paced) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	if werr := p.r.wait(n); werr != nil {
		return n, werr
	}
	return n, err
}

// relay reads small files of SRC and stores them at DST, the one while the other.
func (r *runner) relay(first *task) {
	come := make(chan loaded, stores)
	ctx, stop := context.WithCancel(r.ctx)
	over := make(chan struct{}) // closed when nothing more is stored
	go func() {
		defer close(over)
		r.pass(ctx, come)
	}()
	r.receive(first, func(l loaded) error {
		select {
		case come <- l:
			return nil
		case <-over:
			r.queue.again(l.t)
			return errStopped
		}
	})
	close(come)
	<-over
	stop()
	for l := range come {
		r.queue.again(l.t)
	}
}

// pass stores at DST what comes.
func (r *runner) pass(ctx context.Context, come <-chan loaded) {
	l, ok := <-come
	if !ok {
		return
	}
	file := func(l loaded) storage.NewFile {
		return r.newFile(l.t, func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(l.data)), nil })
	}
	next := file(l)
	d := r.draw(l.t)
	defer d.stop()
	d.end(r.writes.WriteFiles(d.ctx, func(yield func(storage.NewFile) bool) {
		for yield(next) {
			select {
			case l, ok = <-come:
			case <-d.ctx.Done():
				return
			}
			if !ok {
				return
			}
			next = file(l) // see drawn.next
			if !d.push(l.t) {
				r.queue.again(l.t)
				return
			}
		}
	}, func(_ string, info storage.Info, err error) error { return r.sent(d.pop(), info, err) }))
}
