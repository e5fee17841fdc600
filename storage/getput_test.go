package storage_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/seed-6092453b/ferry/internal/faultfs"
	"github.com/seed-6092453b/ferry/storage"
)

// failing takes so many octets, and then fails.
type failing struct {
	left int
	err  error
}

func (f *failing) Write(p []byte) (int, error) {
	n := min(len(p), f.left)
	f.left -= n
	if n < len(p) {
		return n, f.err
	}
	return n, nil
}

func TestGet(t *testing.T) {
	fault := errors.New("fault")
	inner := sampleFS(t)
	whole := sample["dir/b"]
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	tests := []struct {
		name   string
		ctx    context.Context
		fsys   storage.FS
		file   string
		r      storage.Range
		most   int // that the writer takes; 0: all
		full   error
		want   string
		err    error
		ofFile bool // the error is a *fs.PathError
	}{
		{name: "a file", file: "a", want: sample["a"]},
		{name: "a large one", file: "dir/b", want: whole},
		{name: "an empty one", file: "empty"},
		{name: "from an offset", file: "a", r: storage.Range{Off: 9}, want: sample["a"][9:]},
		{name: "a part", file: "a", r: storage.Range{Off: 2, Len: 3}, want: sample["a"][2:5]},
		{name: "beyond the end", file: "a", r: storage.Range{Off: 99}, err: storage.ErrOffset, ofFile: true},
		{name: "none", file: "none", err: fs.ErrNotExist, ofFile: true},
		{name: "a directory", file: "dir", err: storage.ErrIsDir, ofFile: true},
		{name: "cancelled", ctx: cancelled, file: "a", err: context.Canceled, ofFile: true},
		{name: "a reader that fails", fsys: faultfs.New(inner, faultfs.Rule{Op: faultfs.Read, Err: fault}), file: "a", err: fault, ofFile: true},
		{name: "an end that fails", fsys: faultfs.New(inner, faultfs.Rule{Op: faultfs.Close, Err: fault}), file: "a", want: sample["a"], err: fault, ofFile: true},
		{name: "a writer that fails", file: "a", most: 3, full: fault, want: sample["a"][:3], err: fault},
		{name: "a writer that takes less and says nothing", file: "a", most: 3, want: sample["a"][:3], err: io.ErrShortWrite},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.ctx == nil {
				tt.ctx = t.Context()
			}
			if tt.fsys == nil {
				tt.fsys = inner
			}
			var got bytes.Buffer
			var w io.Writer = &got
			if tt.most > 0 {
				f := &failing{tt.most, tt.full}
				w = writerFunc(func(p []byte) (int, error) {
					n, err := f.Write(p)
					got.Write(p[:n])
					return n, err
				})
			}
			n, err := storage.Get(tt.ctx, tt.fsys, tt.file, tt.r, w)
			if got.String() != tt.want || n != int64(len(tt.want)) || !errors.Is(err, tt.err) || tt.err == nil && err != nil {
				t.Errorf("%d octets of %d, %v; want %d, %v", n, got.Len(), err, len(tt.want), tt.err)
			}
			var pe *fs.PathError
			if is := errors.As(err, &pe); is != tt.ofFile || is && pe.Path != tt.file {
				t.Errorf("%#v", err)
			}
		})
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestPut(t *testing.T) {
	fault := errors.New("fault")
	then := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct {
		name   string
		file   string
		rule   *faultfs.Rule
		r      io.Reader
		o      storage.CreateOptions
		want   string // what the file holds then
		err    error
		ofFile bool
	}{
		{name: "a new file", file: "new", r: strings.NewReader("text"), want: "text"},
		{name: "over another", file: "a", r: strings.NewReader("text"), want: "text"},
		{name: "in single octets", file: "new", r: iotest.OneByteReader(strings.NewReader("text")), want: "text"},
		{name: "at the end", file: "a", r: strings.NewReader("!"), o: storage.CreateOptions{Mode: storage.Append}, want: sample["a"] + "!"},
		{name: "with its time", file: "new", r: strings.NewReader("text"), o: storage.CreateOptions{ModTime: then}, want: "text"},
		{name: "where one is", file: "a", r: strings.NewReader("text"), o: storage.CreateOptions{Mode: storage.Exclusive}, want: sample["a"], err: fs.ErrExist, ofFile: true},
		{name: "a reader that fails", file: "a", r: io.MultiReader(strings.NewReader("te"), iotest.ErrReader(fault)), want: sample["a"], err: fault},
		{name: "a reader with a path in its error", file: "a", r: iotest.ErrReader(&fs.PathError{Op: "read", Path: "here", Err: fault}), want: sample["a"], err: fault},
		{name: "a writer that fails", file: "a", rule: &faultfs.Rule{Op: faultfs.Write, Err: fault}, r: strings.NewReader("text"), want: sample["a"], err: fault, ofFile: true},
		{name: "a commit that fails", file: "a", rule: &faultfs.Rule{Op: faultfs.Commit, Err: fault}, r: strings.NewReader("text"), want: sample["a"], err: fault, ofFile: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inner := sampleFS(t)
			var fsys storage.FS = inner
			if tt.rule != nil {
				fsys = faultfs.New(inner, *tt.rule)
			}
			info, err := storage.Put(t.Context(), fsys, tt.file, tt.r, tt.o)
			if !errors.Is(err, tt.err) || tt.err == nil && err != nil {
				t.Errorf("%v, want %v", err, tt.err)
			}
			var pe *fs.PathError
			if errors.As(err, &pe) && (pe.Path == tt.file) != tt.ofFile {
				t.Errorf("%#v", err)
			}
			if err == nil && (info.Size != int64(len(tt.want)) || !tt.o.ModTime.IsZero() && !info.ModTime.Equal(tt.o.ModTime)) {
				t.Errorf("%+v", info)
			}
			var got strings.Builder
			if _, err := storage.Get(t.Context(), inner, tt.file, storage.Range{}, &got); err != nil || got.String() != tt.want {
				t.Errorf("the file holds %q, %v; want %q", got.String(), err, tt.want)
			}
		})
	}
}
