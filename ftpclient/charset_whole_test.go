package ftpclient_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// What is done at the server in one command, too, is done to names in its charset.
func TestCharsetWhole(t *testing.T) {
	n := memnet.New()
	files := mem.New(mem.Options{})
	addr := serveFerry(t, n, files)
	cl := ftpclient.New(addr, &ftpclient.Options{Net: n, Charset: charsetOf(t, "GBK"), NoUTF8: true})
	defer cl.Close()
	if err := cl.MkdirAll(t.Context(), "中/文/新"); err != nil {
		t.Fatal(err)
	}
	if info, err := files.Stat(t.Context(), "\xd6\xd0/\xce\xc4/\xd0\xc2"); err != nil || !info.IsDir() {
		t.Errorf("MkdirAll made %v: %v", info, err)
	}
	write(t, files, "\xd6\xd0/\xce\xc4/a")
	write(t, files, "\xd6\xd0/\xce\xc4/\xd0\xc2/\xd0\xc2")
	want, err := cl.TreeSize(t.Context(), ".")
	if n, serr := cl.TreeSize(t.Context(), "中"); n != want || n == 0 || err != nil || serr != nil {
		t.Errorf("the size is %d of %d: %v, %v", n, want, err, serr)
	}
	if err := cl.Combine(t.Context(), "中/文/全", "中/文/a", "中/文/新/新"); err != nil {
		t.Error(err)
	}
	if info, err := files.Stat(t.Context(), "\xd6\xd0/\xce\xc4/\xc8\xab"); err != nil || info.Size != want {
		t.Errorf("Combine made %v: %v", info, err)
	}
	name, err := cl.StoreUnique(t.Context(), "中/文", strings.NewReader("x"))
	if err != nil || !strings.HasPrefix(name, "中/文/") {
		t.Errorf("StoreUnique: %q, %v", name, err)
	}
	if info, err := cl.Stat(t.Context(), name); err != nil || info.Size != 1 {
		t.Errorf("what StoreUnique stored is %v: %v", info, err)
	}
	if _, err := cl.Thumbnail(t.Context(), "中/文/全", "PNG", 10, 10); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Thumbnail of what is no picture: %v", err)
	}
	if err := cl.RemoveTree(t.Context(), "中/文"); err != nil {
		t.Error(err)
	}
	if _, err := files.Stat(t.Context(), "\xd6\xd0/\xce\xc4"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after RemoveTree: %v", err)
	}
	if err := cl.RemoveTree(t.Context(), "中/文"); !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, storage.ErrNotDir) {
		t.Errorf("RemoveTree of nothing: %v", err)
	}
}
