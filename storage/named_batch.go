package storage

import (
	"context"
	"io"
	"iter"
	"sync"
)

// NamedBatcher returns b under other names, for wrappers that change them. inside
// returns what b calls a name, or why there is no such name; it is called from the
// goroutine that b draws names in.
func NamedBatcher(b Batcher, inside func(ctx context.Context, name string) (string, error)) Batcher {
	return &namedBatcher{b, inside}
}

type namedBatcher struct {
	b      Batcher
	inside func(ctx context.Context, name string) (string, error)
}

func (n *namedBatcher) ReadFiles(ctx context.Context, names iter.Seq[string], fn func(name string, r io.Reader, err error) error) error {
	var asked nameQueue
	inside := func(yield func(string) bool) {
		for name := range names {
			if !yield(asked.push(ctx, name, n.inside)) {
				return
			}
		}
	}
	return n.b.ReadFiles(ctx, inside, func(_ string, r io.Reader, err error) error {
		name, refused := asked.pop()
		switch {
		case refused != nil:
			return fn(name, nil, refused)
		case err != nil:
			return fn(name, nil, PathError("open", name, err))
		}
		return fn(name, &namedOctets{r, name}, nil)
	})
}

func (n *namedBatcher) WriteFiles(ctx context.Context, files iter.Seq[NewFile], fn func(name string, info Info, err error) error) error {
	var asked nameQueue
	inside := func(yield func(NewFile) bool) {
		for f := range files {
			var refused error
			if f.Temp != "" {
				f.Temp, refused = n.inside(ctx, f.Temp)
			}
			f.Name = asked.push(ctx, f.Name, func(ctx context.Context, name string) (string, error) {
				if refused != nil {
					return "", refused
				}
				return n.inside(ctx, name)
			})
			if !yield(f) {
				return
			}
		}
	}
	return n.b.WriteFiles(ctx, inside, func(_ string, info Info, err error) error {
		name, refused := asked.pop()
		switch {
		case refused != nil:
			return fn(name, Info{}, refused)
		case err != nil:
			return fn(name, Info{}, PathError("create", name, err))
		}
		return fn(name, named(info, name), nil)
	})
}

// nameQueue holds the names that b was given and has not told of yet.
type nameQueue struct {
	mu   sync.Mutex
	list []askedName
}

type askedName struct {
	name    string
	refused error
}

// push adds a name and returns what b calls it. One that b cannot have is one that no
// FS has, so that it keeps its place among the others.
func (q *nameQueue) push(ctx context.Context, name string, inside func(context.Context, string) (string, error)) string {
	in, err := inside(ctx, name)
	if err != nil {
		in = noName
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.list = append(q.list, askedName{name, err})
	return in
}

// noName is a name that is not valid.
const noName = ""

func (q *nameQueue) pop() (name string, refused error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	first := q.list[0]
	q.list = q.list[1:]
	return first.name, first.refused
}

// namedOctets is a reader with another name in its errors.
type namedOctets struct {
	r    io.Reader
	name string
}

func (r *namedOctets) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil && err != io.EOF {
		err = PathError("read", r.name, err)
	}
	return n, err
}
