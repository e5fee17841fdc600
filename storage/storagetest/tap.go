package storagetest

import (
	"context"
	"io"
	"iter"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

// tap is an FS, with all optional interfaces, that notes the names it is asked
// about and fails.
type tap struct{ asked []string }

func (f *tap) note(op string, names ...string) error {
	f.asked = append(f.asked, names...)
	return storage.PathError(op, names[0], errTapped)
}

func (f *tap) Stat(_ context.Context, name string) (storage.Info, error) {
	if strings.HasSuffix(name, tapSource) {
		return storage.Info{Name: tapSource, Kind: storage.KindFile}, nil
	}
	return storage.Info{}, f.note("stat", name)
}

func (f *tap) List(_ context.Context, dir string) iter.Seq2[storage.Info, error] {
	return func(yield func(storage.Info, error) bool) {
		yield(storage.Info{}, f.note("list", dir))
	}
}

func (f *tap) Open(_ context.Context, name string, _ storage.Range) (storage.Reader, error) {
	return nil, f.note("open", name)
}

func (f *tap) Create(_ context.Context, name string, _ storage.CreateOptions) (storage.Writer, error) {
	return nil, f.note("create", name)
}

func (f *tap) Mkdir(_ context.Context, name string) error { return f.note("mkdir", name) }

func (f *tap) Remove(_ context.Context, name string, _ storage.Kind) error {
	return f.note("remove", name)
}

func (f *tap) Rename(_ context.Context, old, new string) error { return f.note("rename", old, new) }

func (f *tap) SetAttr(_ context.Context, name string, _ storage.Attr) error {
	return f.note("setattr", name)
}

func (f *tap) Features() storage.Features { return storage.RealDirs }

func (f *tap) Pending(_ context.Context, name, _ string) (storage.Info, error) {
	return storage.Info{}, f.note("pending", name)
}

func (f *tap) Discard(_ context.Context, name, _ string) error { return f.note("discard", name) }

func (f *tap) Space(_ context.Context, dir string) (int64, error) { return 0, f.note("space", dir) }

func (f *tap) Hash(_ context.Context, name, _ string, _ storage.Range) ([]byte, error) {
	return nil, f.note("hash", name)
}

// tapSource is a file that Stat and Copy find nothing wrong with.
const tapSource = "source"

func (f *tap) Copy(_ context.Context, old, new string) error {
	if strings.HasSuffix(old, tapSource) {
		return f.note("copy", new, old)
	}
	return f.note("copy", old, new)
}

func (f *tap) Symlink(_ context.Context, _, name string) error { return f.note("symlink", name) }

func (f *tap) Quota(context.Context) (storage.Usage, error) {
	return storage.Usage{}, f.note("quota", wholeFS)
}

func (f *tap) ReadFiles(_ context.Context, names iter.Seq[string], fn func(string, io.Reader, error) error) error {
	for name := range names {
		if err := fn(name, nil, f.note("open", name)); err != nil {
			return err
		}
	}
	return nil
}

func (f *tap) WriteFiles(_ context.Context, files iter.Seq[storage.NewFile], fn func(string, storage.Info, error) error) error {
	for file := range files {
		if err := fn(file.Name, storage.Info{}, f.note("create", file.Name)); err != nil {
			return err
		}
	}
	return nil
}

func (f *tap) CheckName(_ context.Context, name string) error { return f.note("check", name) }
