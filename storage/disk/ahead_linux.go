package disk

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/seed-6092453b/ferry/storage"
)

const (
	// batchAhead is how many entries are described before they are handed over. There
	// are two such batches.
	batchAhead = 320
	// maxAhead is how many threads describe ahead, for all listings together: a client that
	// reads slowly keeps one for as long as it likes.
	maxAhead = 16
)

var aheads atomic.Int32

// ahead describes the entries of a directory before they are asked for, on a thread that
// has it as its working directory. There the system finds a name at less cost than in a
// directory that is held open, which in a program of many threads it has to keep from being
// closed meanwhile, once for each name. The thread is of no use to anybody else then, and
// ends with the listing.
//
// Its rights are those of the process. A caller whose thread has fewer has described some
// entries of the directory by itself, and needed the same rights for that.
type ahead struct {
	names scan // of the thread, until full is closed
	want  storage.Details
	looker
	full, empty chan *batch // of room for both
	over        atomic.Bool // nobody wants more
	bug         any         // that ended the thread; known once full is closed

	batch *batch // that entries are taken from, nil at first
	taken int    // of batch
}

// batch is some entries of a directory, one after the other.
type batch struct {
	n     int
	found [batchAhead]found
	began int64 // a time before they were described, in nanoseconds since 1970
	err   error // that came behind them, io.EOF at the end
}

var spareBatches = sync.Pool{New: func() any { return new(batch) }}

// found is an entry, and what it is or why nobody knows.
type found struct {
	name string
	meta meta
	no   syscall.Errno
}

// goAhead describes those entries ahead that names has not come to yet. It returns nil if
// too many others do. The caller must call close, and leave names alone before.
func goAhead(ctx context.Context, names scan, want storage.Details) *ahead {
	if aheads.Add(1) > maxAhead {
		aheads.Add(-1)
		return nil
	}
	a := &ahead{names: names, want: want, full: make(chan *batch, 2), empty: make(chan *batch, 2)}
	a.names.text = new(chunk)
	a.empty <- spareBatches.Get().(*batch)
	a.empty <- spareBatches.Get().(*batch)
	go onThread(func() { a.describe(ctx) })
	return a
}

// next returns the next entry, which is good until it is called again.
func (a *ahead) next() (*found, error) {
	for a.batch == nil || a.taken == a.batch.n {
		if a.batch != nil {
			if a.batch.err != nil {
				return nil, a.batch.err
			}
			a.empty <- a.batch
			a.batch = nil
		}
		b, ok := <-a.full
		if !ok {
			panic(a.bug)
		}
		a.batch, a.taken = b, 0
	}
	a.taken++
	return &a.batch.found[a.taken-1], nil
}

// close waits until nothing is done any more.
func (a *ahead) close() {
	a.over.Store(true)
	close(a.empty)
	if a.batch != nil {
		spareBatches.Put(a.batch)
	}
	for b := range a.full {
		spareBatches.Put(b)
	}
	aheads.Add(-1)
}

// describe runs on a thread that it has to itself.
func (a *ahead) describe(ctx context.Context) {
	defer close(a.full)
	defer func() { a.bug = recover() }()
	dir := a.names.fd
	if unix.Unshare(unix.CLONE_FS) != nil { // a sandbox may forbid it
		runtime.UnlockOSThread()
	} else if unix.Fchdir(dir) == nil {
		dir = unix.AT_FDCWD
		defer unix.Chdir("/") // the thread may end later than the listing
	}
	for b := range a.empty {
		a.fill(ctx, b, dir)
		a.full <- b
		if b.err != nil {
			return
		}
	}
}

// fill describes as many entries as go into b, in the directory that has the descriptor dir.
func (a *ahead) fill(ctx context.Context, b *batch, dir int) {
	b.n, b.began = 0, a.names.began
	for b.n < batchAhead && !a.over.Load() {
		if b.n%16 == 0 {
			if b.err = ctx.Err(); b.err != nil {
				return
			}
		}
		var e entry
		if e, b.err = a.names.next(); b.err != nil {
			return
		}
		f := &b.found[b.n]
		f.name = e.name
		f.no = a.look(dir, e.zero, a.want, &f.meta)
		b.n++
	}
}
