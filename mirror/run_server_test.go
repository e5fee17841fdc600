package mirror_test

import (
	"context"
	"io"
	"io/fs"
	"iter"
	"strings"
	"sync"
	"testing"

	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

type plain struct{ storage.FS }

func (p *plain) Features() storage.Features { return p.FS.Features() &^ storage.Atomic }

func (p *plain) Unwrap() storage.FS { return p.FS }

type server struct {
	storage.FS
	breaks map[string]int // how often the connection breaks before the end of this file

	mu     sync.Mutex
	calls  int
	broken int
}

func (s *server) Features() storage.Features { return s.FS.Features() &^ storage.Atomic }

func (s *server) Unwrap() storage.FS { return s.FS }

type passing struct{}

func (passing) Error() string { return "connection lost" }

func (passing) Temporary() bool { return true }

const depth = 5

func (s *server) breaksAt(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.breaks[name] == 0 {
		return false
	}
	s.breaks[name]--
	s.broken++
	return true
}

func ahead[T any](seq iter.Seq[T]) (next <-chan T, stop func()) {
	ch, done := make(chan T, depth), make(chan struct{})
	go func() {
		defer close(ch)
		for v := range seq {
			select {
			case ch <- v:
			case <-done:
				return
			}
		}
	}()
	return ch, func() { close(done) }
}

func (s *server) ReadFiles(ctx context.Context, names iter.Seq[string], fn func(name string, r io.Reader, err error) error) error {
	s.mu.Lock()
	s.calls++
	s.mu.Unlock()
	next, stop := ahead(names)
	defer stop()
	for name := range next {
		if s.breaksAt(name) {
			return passing{}
		}
		r, err := s.FS.Open(ctx, name, storage.Range{})
		if err != nil {
			err = fn(name, nil, err)
		} else {
			err = fn(name, r, nil)
			r.Close()
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (s *server) WriteFiles(ctx context.Context, files iter.Seq[storage.NewFile], fn func(name string, info storage.Info, err error) error) error {
	s.mu.Lock()
	s.calls++
	s.mu.Unlock()
	next, stop := ahead(files)
	defer stop()
	for f := range next {
		if s.breaksAt(f.Name) {
			return passing{}
		}
		info, err := s.write(ctx, f)
		if err := fn(f.Name, info, err); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (s *server) write(ctx context.Context, f storage.NewFile) (info storage.Info, err error) {
	name := f.Name
	if f.Temp != "" {
		name = f.Temp
	}
	w, err := s.FS.Create(ctx, name, storage.CreateOptions{ModTime: f.ModTime, Perm: f.Perm})
	if err != nil {
		return info, err
	}
	defer w.Abort()
	r, err := f.Open()
	if err != nil {
		return info, err
	}
	defer r.Close()
	n, err := io.Copy(w, r)
	if err == nil && n != f.Size {
		err = storage.PathError("write", name, storage.ErrChanged)
	}
	if err != nil {
		return info, err
	}
	if info, err = w.Commit(ctx); err == nil && name != f.Name {
		err = s.Rename(ctx, name, f.Name)
	}
	return info, err
}

// strict is a server that does not rename onto a file.
type strict struct{ server }

func (s *strict) Rename(ctx context.Context, old, new string) error {
	if _, err := s.FS.Stat(ctx, new); err == nil {
		return storage.PathError("rename", old, fs.ErrExist)
	}
	return s.FS.Rename(ctx, old, new)
}

func (s *strict) WriteFiles(ctx context.Context, files iter.Seq[storage.NewFile], fn func(name string, info storage.Info, err error) error) error {
	for f := range files {
		f.Temp, f.Name = "", f.Temp
		info, err := s.write(ctx, f)
		f.Name = strings.TrimSuffix(f.Name, ".ferry-part")
		if err == nil {
			err = s.Rename(ctx, f.Name+".ferry-part", f.Name)
		}
		if err := fn(f.Name, info, err); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// TestStrict replaces files where the server does not rename onto them.
func TestStrict(t *testing.T) {
	src, dst := mem.New(mem.Options{}), &strict{server{FS: mem.New(mem.Options{})}}
	fill(t, src, map[string]string{"a": "new", "b": "new, too", "c": "more"})
	fill(t, dst, map[string]string{"a": "old", "b": "older"})
	steps := everything(t, src)
	for i := range steps {
		if info, err := dst.Stat(t.Context(), steps[i].Name); err == nil {
			steps[i].Dst = &info
		}
	}
	var seen log
	if _, err := mirror.Run(t.Context(), mirror.Tree{FS: dst}, mirror.Tree{FS: src}, plan(steps), mirror.Options{Compare: mirror.ByHash, Observe: seen.observe}); err != nil {
		t.Fatal(err)
	}
	same(t, dst, src)
	seen.once(t)
}
