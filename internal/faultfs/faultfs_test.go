package faultfs_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/internal/faultfs"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
	"github.com/seed-6092453b/ferry/storage/storagetest"
)

func TestNoRulesNoFaults(t *testing.T) {
	storagetest.Run(t, storagetest.Options{
		New: func(testing.TB) storage.FS { return faultfs.New(mem.New(mem.Options{})) },
	})
}

func TestWrapper(t *testing.T) {
	storagetest.RunWrapper(t, storagetest.WrapperOptions{
		Wrap: func(inner storage.FS) storage.FS { return faultfs.New(inner, faultfs.Rule{Nth: 1}) },
	})
}

// filled returns files in memory.
func filled(t *testing.T, files map[string]string) storage.FS {
	t.Helper()
	fsys := mem.New(mem.Options{})
	for name, data := range files {
		if err := put(t.Context(), fsys, name, data); err != nil {
			t.Fatal(err)
		}
	}
	return fsys
}

func put(ctx context.Context, fsys storage.FS, name, data string) error {
	w, err := fsys.Create(ctx, name, storage.CreateOptions{Owner: "anna"})
	if err != nil {
		return err
	}
	defer w.Abort()
	if _, err := io.WriteString(w, data); err != nil {
		return err
	}
	_, err = w.Commit(ctx)
	return err
}

func get(ctx context.Context, fsys storage.FS, name string) (string, error) {
	r, err := fsys.Open(ctx, name, storage.Range{})
	if err != nil {
		return "", err
	}
	data, err := io.ReadAll(r)
	return string(data), errors.Join(err, r.Close())
}

func list(ctx context.Context, fsys storage.FS, dir string) (int, error) {
	n := 0
	for _, err := range fsys.List(ctx, dir) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

var errFault = errors.New("fault")

func TestEachOperation(t *testing.T) {
	ctx := t.Context()
	writing := func(end func(w storage.Writer) error) func(fsys storage.FS) error {
		return func(fsys storage.FS) error {
			w, err := fsys.Create(ctx, "file", storage.CreateOptions{Owner: "anna"})
			if err != nil {
				return err
			}
			defer w.Abort()
			return end(w)
		}
	}
	ops := map[faultfs.Op]func(fsys storage.FS) error{
		faultfs.Stat:    func(fsys storage.FS) error { _, err := fsys.Stat(ctx, "file"); return err },
		faultfs.List:    func(fsys storage.FS) error { _, err := list(ctx, fsys, "."); return err },
		faultfs.Open:    func(fsys storage.FS) error { _, err := get(ctx, fsys, "file"); return err },
		faultfs.Read:    func(fsys storage.FS) error { _, err := get(ctx, fsys, "file"); return err },
		faultfs.Close:   func(fsys storage.FS) error { _, err := get(ctx, fsys, "file"); return err },
		faultfs.Create:  func(fsys storage.FS) error { return put(ctx, fsys, "file", "new") },
		faultfs.Write:   func(fsys storage.FS) error { return put(ctx, fsys, "file", "new") },
		faultfs.Commit:  func(fsys storage.FS) error { return put(ctx, fsys, "file", "new") },
		faultfs.Sync:    writing(func(w storage.Writer) error { _, err := w.Sync(ctx); return err }),
		faultfs.Suspend: writing(func(w storage.Writer) error { return w.Suspend(ctx) }),
		faultfs.Abort:   writing(func(w storage.Writer) error { return w.Abort() }),
		faultfs.Mkdir:   func(fsys storage.FS) error { return fsys.Mkdir(ctx, "dir") },
		faultfs.Remove:  func(fsys storage.FS) error { return fsys.Remove(ctx, "file", storage.KindFile) },
		faultfs.Rename:  func(fsys storage.FS) error { return fsys.Rename(ctx, "file", "other") },
		faultfs.SetAttr: func(fsys storage.FS) error { return fsys.SetAttr(ctx, "file", storage.Attr{Owner: "anna"}) },
	}
	for op, do := range ops {
		t.Run(string(op), func(t *testing.T) {
			inner := filled(t, map[string]string{"file": "old"})
			fsys := faultfs.New(inner, faultfs.Rule{Op: op, Err: errFault})
			var pe *fs.PathError
			if err := do(fsys); !errors.Is(err, errFault) || !errors.As(err, &pe) || pe.Op != string(op) {
				t.Errorf("error %v, want a fault of %s", err, op)
			}
			if data, err := get(ctx, inner, "file"); data != "old" || err != nil {
				t.Errorf("the file became %q, %v", data, err)
			}
			if _, err := inner.(*mem.FS).Pending(ctx, "file", "anna"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("a part is left: %v", err)
			}
			for other, do := range ops {
				err := do(faultfs.New(filled(t, map[string]string{"file": "old"}), faultfs.Rule{Op: op, Name: "*/*", Err: errFault}))
				if err != nil {
					t.Errorf("%s fails for a name that does not match: %v", other, err)
				}
			}
		})
	}
}

func TestNth(t *testing.T) {
	fsys := faultfs.New(filled(t, map[string]string{"file": "x"}), faultfs.Rule{Op: faultfs.Stat, Nth: 2, Err: errFault})
	for i, want := range []error{nil, errFault, nil} {
		if _, err := fsys.Stat(t.Context(), "file"); !errors.Is(err, want) {
			t.Errorf("Stat number %d: %v, want %v", i+1, err, want)
		}
	}
}

func TestAfter(t *testing.T) {
	ctx := t.Context()
	inner := filled(t, map[string]string{"a": "0123456789", "b": "", "c": ""})
	fsys := faultfs.New(inner,
		faultfs.Rule{Op: faultfs.Read, After: 4, Err: errFault},
		faultfs.Rule{Op: faultfs.Write, After: 6, Err: storage.ErrNoSpace},
		faultfs.Rule{Op: faultfs.List, After: 2, Err: errFault})
	if data, err := get(ctx, fsys, "a"); data != "0123" || !errors.Is(err, errFault) {
		t.Errorf("read %q, %v", data, err)
	}
	if n, err := list(ctx, fsys, "."); n != 2 || !errors.Is(err, errFault) {
		t.Errorf("%d entries, %v", n, err)
	}
	w, err := fsys.Create(ctx, "new", storage.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		data string
		n    int
		err  error
	}{{"abc", 3, nil}, {"defghi", 3, storage.ErrNoSpace}, {"j", 0, storage.ErrNoSpace}} {
		if n, err := io.WriteString(w, step.data); n != step.n || !errors.Is(err, step.err) {
			t.Errorf("Write(%q) = %d, %v, want %d, %v", step.data, n, err, step.n, step.err)
		}
	}
	if err := w.Suspend(ctx); err != nil {
		t.Fatal(err)
	}
	if data, err := get(ctx, inner, "new"); data != "abcdef" || err != nil {
		t.Errorf("the file holds %q, %v", data, err)
	}
}

func TestGateHoldsTransfer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := faultfs.NewGate()
		inner := filled(t, nil)
		fsys := faultfs.New(inner, faultfs.Rule{Op: faultfs.Write, After: 3, Nth: 1, Do: gate.Wait})
		done := make(chan error)
		go func() { done <- put(t.Context(), fsys, "file", "abcdef") }()
		<-gate.Reached()
		synctest.Wait()
		select {
		case err := <-done:
			t.Fatalf("the gate did not hold: %v", err)
		default:
		}
		gate.Open()
		gate.Open()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if data, err := get(t.Context(), inner, "file"); data != "abcdef" || err != nil {
			t.Errorf("the file holds %q, %v", data, err)
		}
	})
}

func TestGateObeysContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	gate := faultfs.NewGate()
	fsys := faultfs.New(filled(t, nil), faultfs.Rule{Op: faultfs.Stat, Do: gate.Wait})
	cancel()
	if _, err := fsys.Stat(ctx, "."); !errors.Is(err, context.Canceled) {
		t.Errorf("Stat = %v, want %v", err, context.Canceled)
	}
}
