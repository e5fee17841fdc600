package storage_test

import (
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/storage"
)

// hasherFS hashes by itself what it is told to.
type hasherFS struct {
	storage.FS
	sum []byte
	err error
}

func (f hasherFS) Hash(context.Context, string, string, storage.Range) ([]byte, error) {
	return f.sum, f.err
}

func TestHash(t *testing.T) {
	ctx := t.Context()
	fsys := withDirs(t, "dir")
	put(t, fsys, "file", "123456789")
	put(t, fsys, "long", strings.Repeat("0123456789", 100_000))
	// The check values of the CRC catalogue and of sha1sum, sha256sum and so on.
	for _, test := range []struct {
		name, alg string
		r         storage.Range
		want      string
	}{
		{"file", "CRC32", storage.Range{}, "cbf43926"},
		{"file", "MD5", storage.Range{}, "25f9e794323b453885f5181f1b624d0b"},
		{"file", "SHA-1", storage.Range{}, "f7c3bc1d808e04732adf679965ccc34ca7ae3441"},
		{"file", "SHA-256", storage.Range{}, "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"},
		{"file", "SHA-512", storage.Range{}, "d9e6762dd1c8eaf6d61b3c6192fc408d4d6d5f1176d0c29169bc24e71c3f274ad27fcd5811b313d681f7e55ec02d73d499c95455b6b5bb503acf574fba8ffe85"},
		{"file", "MD5", storage.Range{Off: 9}, "d41d8cd98f00b204e9800998ecf8427e"},
		{"file", "MD5", storage.Range{Off: 3, Len: 3}, "250cf8b51c773f3f8dc8b4be867a9a02"},
		{"long", "CRC32", storage.Range{Off: 1, Len: 999_998}, "1c3c9edf"},
	} {
		got, err := storage.Hash(ctx, fsys, test.name, test.alg, test.r)
		if err != nil || hex.EncodeToString(got) != test.want {
			t.Errorf("Hash(%q, %s, %+v) = %x, %v, want %s", test.name, test.alg, test.r, got, err, test.want)
		}
	}
	for _, test := range []struct {
		name, alg string
		r         storage.Range
		want      error
	}{
		{"none", "MD5", storage.Range{}, fs.ErrNotExist},
		{"dir", "MD5", storage.Range{}, storage.ErrIsDir},
		{"file", "MD5", storage.Range{Off: 10}, storage.ErrOffset},
		{"file", "MD5", storage.Range{Version: "another"}, storage.ErrChanged},
		{"file", "md5", storage.Range{}, errors.ErrUnsupported},
		{"file", "SHA-3", storage.Range{}, errors.ErrUnsupported},
	} {
		_, err := storage.Hash(ctx, fsys, test.name, test.alg, test.r)
		wantPathError(t, "Hash", err, test.name, test.want)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	_, err := storage.Hash(cancelled, fsys, "file", "MD5", storage.Range{})
	wantPathError(t, "Hash", err, "file", context.Canceled)
}

func wantPathError(t testing.TB, what string, err error, name string, want error) {
	t.Helper()
	pe, ok := errors.AsType[*fs.PathError](err)
	if !ok || pe.Path != name || !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v about %q", what, err, want, name)
	}
}

// TestHashAsks prefers what the file system says itself, but for what it cannot.
func TestHashAsks(t *testing.T) {
	fsys := withDirs(t)
	put(t, fsys, "file", "123456789")
	sum, err := storage.Hash(t.Context(), hasherFS{fsys, []byte("itself"), nil}, "file", "CRC32", storage.Range{})
	if err != nil || string(sum) != "itself" {
		t.Errorf("Hash = %q, %v", sum, err)
	}
	fault := storage.PathError("hash", "file", fs.ErrPermission)
	if _, err := storage.Hash(t.Context(), hasherFS{fsys, nil, fault}, "file", "CRC32", storage.Range{}); err != fault {
		t.Errorf("Hash = %v, want %v", err, fault)
	}
	sum, err = storage.Hash(t.Context(), hasherFS{fsys, nil, errors.ErrUnsupported}, "file", "CRC32", storage.Range{})
	if err != nil || hex.EncodeToString(sum) != "cbf43926" {
		t.Errorf("Hash = %x, %v", sum, err)
	}
}

func TestNewHash(t *testing.T) {
	sizes := map[string]int{"SHA-256": 32, "SHA-512": 64, "SHA-1": 20, "MD5": 16, "CRC32": 4}
	for _, name := range storage.HashNames() {
		h, ok := storage.NewHash(name)
		if !ok || h.Size() != sizes[name] {
			t.Errorf("NewHash(%q) = %v, %v", name, h, ok)
		}
		delete(sizes, name)
	}
	if len(sizes) > 0 {
		t.Errorf("HashNames lacks %v", sizes)
	}
	if _, ok := storage.NewHash(""); ok {
		t.Error("NewHash knows an algorithm without a name")
	}
}
