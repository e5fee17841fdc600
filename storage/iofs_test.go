package storage_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/seed-6092453b/ferry/internal/faultfs"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

var sample = map[string]string{
	"a": "contents of a", "empty": "", "dir/b": strings.Repeat("b", 200_000), "dir/sub/c": "c", "hollow/": "",
}

func sampleFS(t testing.TB) *mem.FS {
	t.Helper()
	fsys := mem.New(mem.Options{})
	fill(t, fsys, sample)
	return fsys
}

func TestIOFS(t *testing.T) {
	if err := fstest.TestFS(storage.IOFS(t.Context(), sampleFS(t)), "a", "empty", "dir/b", "dir/sub/c", "hollow"); err != nil {
		t.Error(err)
	}
	if err := fstest.TestFS(storage.IOFS(t.Context(), mem.New(mem.Options{}))); err != nil {
		t.Error(err)
	}
}

func TestIOFSErrors(t *testing.T) {
	fsys := storage.IOFS(t.Context(), sampleFS(t))
	for name, want := range map[string]error{"none": fs.ErrNotExist, "../a": fs.ErrInvalid, "/a": fs.ErrInvalid, "\xff": fs.ErrInvalid, "": fs.ErrInvalid} {
		calls := map[string]func() error{
			"Open":     func() error { _, err := fsys.Open(name); return err },
			"Stat":     func() error { _, err := fs.Stat(fsys, name); return err },
			"ReadDir":  func() error { _, err := fs.ReadDir(fsys, name); return err },
			"ReadFile": func() error { _, err := fs.ReadFile(fsys, name); return err },
		}
		for what, call := range calls {
			var pe *fs.PathError
			if err := call(); !errors.Is(err, want) || !errors.As(err, &pe) || pe.Path != name {
				t.Errorf("%s(%q) = %v, want %v", what, name, err, want)
			}
		}
	}
	if _, err := fs.Sub(fsys, ".."); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("Sub = %v, want %v", err, fs.ErrInvalid)
	}
}

func TestIOFSContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	fsys := storage.IOFS(ctx, sampleFS(t))
	cancel()
	if _, err := fsys.Open("a"); !errors.Is(err, context.Canceled) {
		t.Errorf("Open = %v, want %v", err, context.Canceled)
	}
}

func TestIOFSDirectoryPages(t *testing.T) {
	fault := errors.New("fault")
	inner := sampleFS(t)
	f, err := storage.IOFS(t.Context(), inner).Open(".")
	if err != nil {
		t.Fatal(err)
	}
	d := f.(fs.ReadDirFile)
	var names []string
	for {
		page, err := d.ReadDir(3)
		for _, entry := range page {
			names = append(names, entry.Name())
		}
		if err == io.EOF && len(page) == 0 {
			break
		}
		if err != nil || len(page) > 3 {
			t.Fatalf("ReadDir(3) = %d entries, %v", len(page), err)
		}
	}
	if got := strings.Join(names, " "); got != "a dir empty hollow" {
		t.Errorf("the entries are %q", got)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if _, err := d.ReadDir(1); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("ReadDir after Close = %v, want %v", err, fs.ErrClosed)
	}
	half := faultfs.New(inner, faultfs.Rule{Op: faultfs.List, After: 2, Err: fault})
	if entries, err := fs.ReadDir(storage.IOFS(t.Context(), half), "."); len(entries) != 2 || !errors.Is(err, fault) {
		t.Errorf("ReadDir that fails = %d entries, %v", len(entries), err)
	}
}

func TestIOFSLinks(t *testing.T) {
	inner := sampleFS(t)
	for name, target := range map[string]string{"good": "a", "bad": "none"} {
		if err := inner.ForeignLink(target, name); err != nil {
			t.Fatal(err)
		}
	}
	fsys := storage.IOFS(t.Context(), inner)
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if want := entry.Name() == "bad"; want != (entry.Type() == fs.ModeSymlink) {
			t.Errorf("the type of %s is %v", entry.Name(), entry.Type())
		}
	}
	if data, err := fs.ReadFile(fsys, "good"); string(data) != sample["a"] || err != nil {
		t.Errorf("through a link: %q, %v", data, err)
	}
}

// TestIOFSChanged seeks in a file that is changed meanwhile.
func TestIOFSChanged(t *testing.T) {
	inner := sampleFS(t)
	f, err := storage.IOFS(t.Context(), inner).Open("a")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	put(t, inner, "a", "another")
	if _, err := f.(io.Seeker).Seek(2, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Read(make([]byte, 5)); !errors.Is(err, storage.ErrChanged) {
		t.Errorf("Read after a change = %v, want %v", err, storage.ErrChanged)
	}
}

// TestIOFSServesHTTP is what Seek is for.
func TestIOFSServesHTTP(t *testing.T) {
	handler := http.FileServerFS(storage.IOFS(t.Context(), sampleFS(t)))
	request := httptest.NewRequest("GET", "/a", nil)
	request.Header.Set("Range", "bytes=9-11")
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	if answer.Code != http.StatusPartialContent || answer.Body.String() != "of " {
		t.Errorf("%d %q, want 206 and %q", answer.Code, answer.Body, "of ")
	}
}
