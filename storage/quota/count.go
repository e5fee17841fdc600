package quota

import (
	"context"
	"errors"
	"io/fs"
	"sync"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// countWait is how long an operation waits for the count: about as long as a
// client waits for a reply without getting restless.
const countWait = 20 * time.Second

// counting is the state of the count.
type counting struct {
	mu   sync.Mutex
	done bool
	run  *run // under way; nil if none is
}

type run struct {
	over chan struct{} // closed at the end
	err  error
}

// Count waits until the tree has been counted. It begins to count if nobody has;
// the count goes on when ctx ends, for all who come later. What takes longer
// than 20 seconds is storage.ErrBusy to those who wait. A count that failed is
// begun anew by the next call.
func (q *FS) Count(ctx context.Context) error {
	c := &q.count
	c.mu.Lock()
	if c.done && !q.outdated() {
		c.mu.Unlock()
		return ctx.Err()
	}
	if c.run == nil {
		c.run = &run{over: make(chan struct{})}
		go q.recount(c.run)
	}
	r := c.run
	c.mu.Unlock()
	timer := time.NewTimer(countWait)
	defer timer.Stop()
	select {
	case <-r.over:
		return r.err
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return storage.ErrBusy
	}
}

// outdated reports whether the tree should be counted again, and can be.
func (q *FS) outdated() bool {
	q.ledger.mu.Lock()
	defer q.ledger.mu.Unlock()
	return q.ledger.stale && q.ledger.idle()
}

// recount counts. Nothing is written meanwhile: whoever wants to waits for it.
func (q *FS) recount(r *run) {
	q.tree.Lock()
	defer q.tree.Unlock()
	q.count.mu.Lock()
	needed := !q.count.done || q.outdated()
	q.count.mu.Unlock()
	if needed {
		var used amount
		if used, r.err = walk(context.Background(), q.inner, ".", 0); r.err == nil {
			q.ledger.mu.Lock()
			q.ledger.used, q.ledger.stale = used, false
			q.ledger.mu.Unlock()
		}
	}
	q.count.mu.Lock()
	defer q.count.mu.Unlock()
	q.count.done = q.count.done || r.err == nil
	q.count.run = nil
	close(r.over)
}

// openListings is how deep walk lists directories within the listings of those
// above them. Below that it remembers names instead, not to run out of
// descriptors.
const openListings = 32

// walk counts what is below dir. What cannot be listed, and what vanishes
// meanwhile, counts nothing.
func walk(ctx context.Context, fsys storage.FS, dir string, depth int) (sum amount, err error) {
	var later []string
	into := func(dir string) error {
		below, err := walk(ctx, fsys, dir, depth+1)
		sum = sum.plus(below)
		return err
	}
	for info, err := range fsys.List(ctx, dir) {
		if depth > 0 && (missing(err) || errors.Is(err, fs.ErrPermission)) {
			break
		}
		if err != nil {
			return sum, err
		}
		sum = sum.plus(costOf(info))
		switch {
		case !info.IsDir() || isLink(info):
		case depth < openListings:
			if err := into(storage.Join(dir, info.Name)); err != nil {
				return sum, err
			}
		default:
			later = append(later, storage.Join(dir, info.Name))
		}
	}
	for _, name := range later {
		if err := into(name); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// isLink reports whether info is that of a symbolic link, be it described as
// what it leads to.
func isLink(info storage.Info) bool { return info.Target != "" || info.Kind == storage.KindSymlink }

// costOf returns what one name counts.
func costOf(info storage.Info) amount {
	if info.Kind == storage.KindFile && !isLink(info) {
		return amount{1, max(info.Size, 0)}
	}
	return amount{1, 0}
}
