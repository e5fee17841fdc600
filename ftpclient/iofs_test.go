package ftpclient_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// TestIOFS holds a server, seen through package io/fs, to what the standard library
// demands of a file system.
func TestIOFS(t *testing.T) {
	for name, conns := range map[string]int{"several connections": 4, "two": 2} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := memnet.New()
				files := mem.New(mem.Options{})
				for _, dir := range []string{"dir", "dir/sub", "hollow"} {
					if err := files.Mkdir(t.Context(), dir); err != nil {
						t.Fatal(err)
					}
				}
				all := []string{"a", "empty", "dir/b", "dir/sub/c d"}
				for i, name := range all {
					if _, err := storage.Put(t.Context(), files, name, strings.NewReader(strings.Repeat(name, i*i)), storage.CreateOptions{}); err != nil {
						t.Fatal(err)
					}
				}
				cl := ftpclient.New(serveFerry(t, n, files), &ftpclient.Options{Net: n, Security: ftpclient.SecurityOff, MaxConns: conns})
				defer cl.Close()
				if err := fstest.TestFS(storage.IOFS(t.Context(), cl), append(all, "hollow")...); err != nil {
					t.Error(err)
				}
			})
		})
	}
}
