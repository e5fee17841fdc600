package storagetest

import (
	"context"
	"iter"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/storage"
)

// NewMem makes the file systems that the tests break. mem_test.go sets it: a test
// outside of the package may import storage/mem, this package may not.
var NewMem func() storage.FS

// bent is an FS of which some methods are replaced.
type bent struct {
	storage.FS
	statFn    func(ctx context.Context, name string) (storage.Info, error)
	listFn    func(ctx context.Context, dir string) iter.Seq2[storage.Info, error]
	openFn    func(ctx context.Context, name string, r storage.Range) (storage.Reader, error)
	createFn  func(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error)
	mkdirFn   func(ctx context.Context, name string) error
	removeFn  func(ctx context.Context, name string, want storage.Kind) error
	renameFn  func(ctx context.Context, old, new string) error
	setAttrFn func(ctx context.Context, name string, a storage.Attr) error
	features  storage.Features // 0: those of FS
}

func (b *bent) Unwrap() storage.FS { return b.FS }

func (b *bent) Stat(ctx context.Context, name string) (storage.Info, error) {
	if b.statFn != nil {
		return b.statFn(ctx, name)
	}
	return b.FS.Stat(ctx, name)
}

func (b *bent) List(ctx context.Context, dir string) iter.Seq2[storage.Info, error] {
	if b.listFn != nil {
		return b.listFn(ctx, dir)
	}
	return b.FS.List(ctx, dir)
}

func (b *bent) Open(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
	if b.openFn != nil {
		return b.openFn(ctx, name, r)
	}
	return b.FS.Open(ctx, name, r)
}

func (b *bent) Create(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	if b.createFn != nil {
		return b.createFn(ctx, name, o)
	}
	return b.FS.Create(ctx, name, o)
}

func (b *bent) Mkdir(ctx context.Context, name string) error {
	if b.mkdirFn != nil {
		return b.mkdirFn(ctx, name)
	}
	return b.FS.Mkdir(ctx, name)
}

func (b *bent) Remove(ctx context.Context, name string, want storage.Kind) error {
	if b.removeFn != nil {
		return b.removeFn(ctx, name, want)
	}
	return b.FS.Remove(ctx, name, want)
}

func (b *bent) Rename(ctx context.Context, old, new string) error {
	if b.renameFn != nil {
		return b.renameFn(ctx, old, new)
	}
	return b.FS.Rename(ctx, old, new)
}

func (b *bent) SetAttr(ctx context.Context, name string, a storage.Attr) error {
	if b.setAttrFn != nil {
		return b.setAttrFn(ctx, name, a)
	}
	return b.FS.SetAttr(ctx, name, a)
}

func (b *bent) Features() storage.Features {
	if b.features != 0 {
		return b.features
	}
	return b.FS.Features()
}

// bentWriter is a Writer of which some methods are replaced.
type bentWriter struct {
	storage.Writer
	writeFn   func(p []byte) (int, error)
	commitFn  func(ctx context.Context) (storage.Info, error)
	syncFn    func(ctx context.Context) (int64, error)
	suspendFn func(ctx context.Context) error
	abortFn   func() error

	replacesFn func() (old, known bool)
}

func (b *bentWriter) Replaces() (old, known bool) {
	if b.replacesFn != nil {
		return b.replacesFn()
	}
	return storage.Replaces(b.Writer)
}

func (b *bentWriter) Write(p []byte) (int, error) {
	if b.writeFn != nil {
		return b.writeFn(p)
	}
	return b.Writer.Write(p)
}

func (b *bentWriter) Commit(ctx context.Context) (storage.Info, error) {
	if b.commitFn != nil {
		return b.commitFn(ctx)
	}
	return b.Writer.Commit(ctx)
}

func (b *bentWriter) Sync(ctx context.Context) (int64, error) {
	if b.syncFn != nil {
		return b.syncFn(ctx)
	}
	return b.Writer.Sync(ctx)
}

func (b *bentWriter) Suspend(ctx context.Context) error {
	if b.suspendFn != nil {
		return b.suspendFn(ctx)
	}
	return b.Writer.Suspend(ctx)
}

func (b *bentWriter) Abort() error {
	if b.abortFn != nil {
		return b.abortFn()
	}
	return b.Writer.Abort()
}

// verdict is a testing.TB that notes failures instead of failing.
type verdict struct {
	testing.TB
	mu              sync.Mutex
	failed, skipped bool
}

func (v *verdict) note(failed bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.failed = v.failed || failed
	v.skipped = v.skipped || !failed
}

func (v *verdict) Failed() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.failed
}

func (v *verdict) Error(...any)          { v.note(true) }
func (v *verdict) Errorf(string, ...any) { v.note(true) }
func (v *verdict) Fatal(...any)          { v.note(true); runtime.Goexit() }
func (v *verdict) Fatalf(string, ...any) { v.note(true); runtime.Goexit() }
func (v *verdict) Skip(...any)           { v.note(false); runtime.Goexit() }
func (v *verdict) Log(...any)            {}
func (v *verdict) Logf(string, ...any)   {}

// judge runs a check and tells how it went, "pass", "fail" or "skip".
func judge(t *testing.T, run func(t testing.TB)) (how string) {
	t.Helper()
	v := &verdict{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		run(v)
	}()
	<-done
	switch {
	case v.failed:
		return "fail"
	case v.skipped:
		return "skip"
	}
	return "pass"
}

// judgeCheck runs one check on an FS made of a fresh mem.FS.
func judgeCheck(t *testing.T, k check, make func(in storage.FS) storage.FS) (how string) {
	t.Helper()
	o := Options{
		many: 250,
		New:  func(testing.TB) storage.FS { return make(NewMem()) },
		Symlink: func(fsys storage.FS, target, name string) error {
			for {
				if m, ok := fsys.(interface {
					ForeignLink(target, name string) error
				}); ok {
					return m.ForeignLink(target, name)
				}
				fsys = fsys.(interface{ Unwrap() storage.FS }).Unwrap()
			}
		},
	}
	if !k.time {
		return judge(t, func(t testing.TB) { k.on(t, o) })
	}
	synctest.Test(t, func(t *testing.T) {
		how = judge(t, func(t testing.TB) { k.on(t, o) })
	})
	return how
}
