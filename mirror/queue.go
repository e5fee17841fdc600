package mirror

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// task is a step that is to be done.
type task struct {
	step  Step
	apart bool // it is done by itself, though it is a small file

	stale  bool      // what is known of the file was so before it failed
	tries  int       // that have failed since it last got any further
	from   int64     // where its copy went on from, the last time
	first  time.Time // when it first failed
	anew   bool      // what is there of the copy is not to be relied on
	relay  bool      // Options.Direct has failed for it
	folder bool      // it only sets the time of a folder, and is no step of the plan

	began time.Time // this try
	moved int64     // in all tries
	kept  int64     // what was there before the first of them
	whole int64     // what is there in the end
	same  string    // why no copy was needed
}

// parent returns the folder that a task needs to be there, or that needs it to be gone.
func (t *task) parent() string {
	dir, _ := storage.Split(t.step.Name)
	return dir
}

// top reports whether a task makes the Root, without which there is nothing to be done.
func (t *task) top() bool { return t.step.Op == Mkdir && t.step.Name == "." }

// ahead is how many steps are drawn from a plan before they are done.
const ahead = 2048

// queue is what the workers of a Run draw from. Small files that go over together are
// apart from the rest, so that whoever moves many of them need not stop.
//
// What lies in a folder waits until that is made, and a folder that is removed until all
// in it is: a step that was handed out can always be done.
type queue struct {
	ctx   context.Context
	most  int // workers
	small func(*task) bool

	mu      sync.Mutex // guards what follows
	changed *sync.Cond
	room    *sync.Cond // for add
	full    bool       // until half of what it holds is done
	files   []*task    // small ones
	rest    []*task
	held    int           // all that are not done, waiting ones and those under way, too
	large   int           // of the rest, how many are under way
	limit   int           // of workers, now
	busy    int           // workers
	over    chan struct{} // closed with the queue
	closed  bool

	making map[string][]*task // folders that are not made yet, with what waits for each
	broken map[string]bool    // folders that could not be made
	within map[string]int     // how much is to be removed from a folder
	hung   map[string]*task   // the removals of folders that wait for that

	growth growth
}

func newQueue(ctx context.Context, most int, small func(*task) bool) *queue {
	q := &queue{
		ctx: ctx, most: most, limit: min(most, eager), small: small, over: make(chan struct{}),
		making: make(map[string][]*task), broken: make(map[string]bool),
		within: make(map[string]int), hung: make(map[string]*task),
	}
	q.changed, q.room = sync.NewCond(&q.mu), sync.NewCond(&q.mu)
	context.AfterFunc(ctx, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.changed.Broadcast()
		q.room.Broadcast()
	})
	return q
}

// add takes a step of the plan. It waits while there is enough to do.
func (q *queue) add(t *task) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.full = q.held >= ahead
	for q.full && q.ctx.Err() == nil {
		q.room.Wait()
	}
	q.held++
	if t.step.Op == Remove {
		q.addRemoval(t)
		return
	}
	if t.step.Op == Mkdir {
		q.making[t.step.Name] = nil
	}
	waiting, wait := q.making[t.parent()]
	if wait && t.step.Name != "." {
		q.making[t.parent()] = append(waiting, t)
		return
	}
	q.ready(t)
}

// addRemoval has a folder wait for what is in it. q.mu is held.
func (q *queue) addRemoval(t *task) {
	q.within[t.parent()]++
	if q.within[t.step.Name] > 0 {
		q.hung[t.step.Name] = t
		return
	}
	q.ready(t)
}

// again takes a task back that is to be tried once more. What has failed goes first: if it
// is to fail for good, that should be known before it has been waited for with all others.
func (q *queue) again(t *task) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.small(t) {
		q.files = append(q.files, t)
	} else {
		q.rest = slices.Insert(q.rest, 0, t)
	}
	q.changed.Broadcast()
}

// ready lets the workers have t. q.mu is held.
func (q *queue) ready(t *task) {
	if q.small(t) && !q.broken[t.parent()] {
		q.files = append(q.files, t)
	} else {
		q.rest = append(q.rest, t)
	}
	q.changed.Broadcast()
}

// done forgets a task, and lets those go on that have waited for it.
func (q *queue) done(t *task, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.held--
	switch t.step.Op {
	case Mkdir:
		if !ok {
			q.broken[t.step.Name] = true
		}
		waiting := q.making[t.step.Name]
		delete(q.making, t.step.Name)
		for _, t := range waiting {
			q.ready(t)
		}
	case Remove:
		dir := t.parent()
		if q.within[dir]--; q.within[dir] == 0 {
			delete(q.within, dir)
			if t := q.hung[dir]; t != nil {
				delete(q.hung, dir)
				q.ready(t)
			}
		}
	}
	q.adapt(1, 0)
	if q.full && q.held <= ahead/2 {
		q.full = false
		q.room.Broadcast()
	}
	if q.held == 0 {
		q.changed.Broadcast() // for drain
	}
}

// missing reports whether the folder that t belongs into could not be made.
func (q *queue) missing(t *task) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.broken) > 0 && t.step.Op != Remove && t.step.Name != "." && q.broken[t.parent()]
}

// drain waits until all that was added is done.
func (q *queue) drain() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.held > 0 && q.ctx.Err() == nil {
		q.changed.Wait()
	}
}

// close lets the workers go when nothing is left to do.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	close(q.over)
	q.changed.Broadcast()
}

// next returns what a worker is to do; nil is the end. many says that it is the first of
// many small files. The worker then owes idle.
func (q *queue) next() (t *task, many bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.ctx.Err() == nil && !q.closed {
		if q.busy < q.limit {
			if t, many := q.take(); t != nil {
				q.busy++
				return t, many
			}
		}
		q.changed.Wait()
	}
	return nil, false
}

// take takes the next task. q.mu is held.
func (q *queue) take() (t *task, many bool) {
	switch {
	case len(q.rest) > 0 && q.restFirst():
		q.large++
		return pop(&q.rest), false
	case len(q.files) > 0:
		return pop(&q.files), true
	}
	return nil, false
}

// restFirst reports whether what is not small comes next. Half of the workers at most are
// for that, as long as there is both: neither is to wait for the whole of the other. q.mu
// is held.
func (q *queue) restFirst() bool { return len(q.files) == 0 || q.large < max(q.limit/2, 1) }

// idle is told by a worker that it has done what it took from next.
func (q *queue) idle(many bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.busy--
	if !many {
		q.large--
	}
	q.changed.Broadcast()
}

// more returns another small file for a worker that moves many of them. It waits for
// one, unless there is something else that the worker should do: then it is nil.
func (q *queue) more(ctx context.Context) *task {
	q.mu.Lock()
	defer q.mu.Unlock()
	if t, ok := q.soon(ctx); ok {
		return t
	}
	stop := context.AfterFunc(ctx, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.changed.Broadcast()
	})
	defer stop()
	for {
		if t, ok := q.soon(ctx); ok {
			return t
		}
		q.changed.Wait()
	}
}

// soon is more, if that need not wait. q.mu is held.
func (q *queue) soon(ctx context.Context) (t *task, ok bool) {
	switch {
	case ctx.Err() != nil || q.closed || q.busy > q.limit,
		len(q.rest) > 0 && q.busy == q.limit && q.restFirst():
		return nil, true
	case len(q.files) > 0:
		return pop(&q.files), true
	}
	return nil, false
}

func pop(list *[]*task) *task {
	t := (*list)[0]
	(*list)[0] = nil
	*list = (*list)[1:]
	return t
}

// waiting reports whether there is anything left to do.
func (q *queue) waiting() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.held > 0
}
