package storagetest

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// quote shows data and its length.
func quote(data string) string {
	return fmt.Sprintf("%d octets %s", len(data), strconv.Quote(data))
}

// text returns n octets in which no two places look alike for long.
func text(n int) string {
	b := make([]byte, 0, n+16)
	for len(b) < n {
		b = append(strconv.AppendInt(b, int64(len(b)), 10), ',')
	}
	return string(b[:n])
}

// someTime is a moment that no clock shows by itself.
func someTime() time.Time {
	return time.Date(2003, time.April, 5, 6, 7, 8, int(123*time.Millisecond), time.UTC)
}

// call is a method of FS with a name to be called with.
type call struct {
	what, name string
	do         func(ctx context.Context, fsys storage.FS) error
}

// readCalls returns a call of each method that reads.
func readCalls(file, dir string) []call {
	return []call{
		{"Stat", file, func(ctx context.Context, fsys storage.FS) error {
			_, err := fsys.Stat(ctx, file)
			return err
		}},
		{"List", dir, func(ctx context.Context, fsys storage.FS) error {
			for _, err := range fsys.List(ctx, dir) {
				if err != nil {
					return err
				}
			}
			return nil
		}},
		{"Open", file, func(ctx context.Context, fsys storage.FS) error {
			r, err := fsys.Open(ctx, file, storage.Range{})
			if err == nil {
				r.Close()
			}
			return err
		}},
	}
}

// writeCalls returns a call of each method that writes, and of each way to
// create. The objects file and dir exist, fresh does not.
func writeCalls(file, dir, fresh string) []call {
	creating := func(what, name string, o storage.CreateOptions) call {
		return call{what, name, func(ctx context.Context, fsys storage.FS) error {
			w, err := fsys.Create(ctx, name, o)
			if err == nil {
				w.Abort()
			}
			return err
		}}
	}
	return []call{
		creating("Create", fresh, storage.CreateOptions{}),
		creating("Create with Exclusive", fresh, storage.CreateOptions{Mode: storage.Exclusive}),
		creating("Create with Append", file, storage.CreateOptions{Mode: storage.Append}),
		creating("Create with Resume", file, storage.CreateOptions{Mode: storage.Resume}),
		{"Mkdir", fresh, func(ctx context.Context, fsys storage.FS) error { return fsys.Mkdir(ctx, fresh) }},
		{"Remove of a file", file, func(ctx context.Context, fsys storage.FS) error {
			return fsys.Remove(ctx, file, storage.KindFile)
		}},
		{"Remove of a directory", dir, func(ctx context.Context, fsys storage.FS) error {
			return fsys.Remove(ctx, dir, storage.KindDir)
		}},
		{"Rename", file, func(ctx context.Context, fsys storage.FS) error { return fsys.Rename(ctx, file, fresh) }},
		{"SetAttr", file, func(ctx context.Context, fsys storage.FS) error {
			return fsys.SetAttr(ctx, file, storage.Attr{ModTime: someTime()})
		}},
	}
}
