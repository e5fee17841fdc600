package cost_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/app"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
	"github.com/seed-6092453b/ferry/storage/mem"
)

const (
	user     = "joe"
	password = "secret"
)

// smallSize is that of a small file.
const smallSize = 4 << 10

// serve runs ferry's server as "ferry serve" does, on a directory with the file named file in
// it, and returns its address.
func serve(t testing.TB, change ...func(o *app.Options)) (addr, dir string) {
	t.Helper()
	dir = t.TempDir()
	write(t, filepath.Join(dir, "file"), smallSize)
	o := app.Options{
		Dir: dir, Listen: []string{"127.0.0.1:0"}, Sync: disk.SyncNever,
		TLS:   app.TLS{SelfSigned: true, State: t.TempDir()},
		Users: []app.User{{Name: user, Password: password}},
	}
	for _, f := range change {
		f(&o)
	}
	a, err := app.New(t.Context(), o)
	check(t, err)
	ended := make(chan error, 1)
	go func() { ended <- a.Serve() }()
	t.Cleanup(func() {
		check(t, a.Close())
		check(t, <-ended)
	})
	return strings.TrimSuffix(strings.TrimPrefix(a.URLs()[0], "ftp://"), "/"), dir
}

// memoryHost is the address of the server in memory.
const memoryHost = "192.0.2.1"

// serveMemory runs the server with network and files in memory. The file named large has
// a MiB.
func serveMemory(t testing.TB) *memnet.Net {
	t.Helper()
	network, files := memnet.New(), mem.New(mem.Options{})
	w, err := files.Create(t.Context(), "large", storage.CreateOptions{})
	check(t, err)
	_, err = w.Write(make([]byte, 1<<20))
	check(t, err)
	_, err = w.Commit(t.Context())
	check(t, err)
	host := network.Host(memoryHost)
	srv, err := ftpserver.New(ftpserver.Config{
		Net: host,
		Login: func(context.Context, ftpserver.Credentials) (*ftpserver.Account, error) {
			return &ftpserver.Account{Name: user, FS: files, Can: ftpserver.ReadWrite}, nil
		},
	})
	check(t, err)
	ln, err := host.Listen(t.Context(), "tcp", memoryHost+":21")
	check(t, err)
	go srv.Serve(ln)
	t.Cleanup(func() { check(t, srv.Close()) })
	return network
}

// write makes a file of so many octets.
func write(t testing.TB, name string, size int) {
	t.Helper()
	check(t, os.WriteFile(name, make([]byte, size), 0o666))
}

// fill makes a directory of so many empty files.
func fill(t testing.TB, dir string, files int) {
	t.Helper()
	check(t, os.Mkdir(dir, 0o777))
	for i := range files {
		write(t, filepath.Join(dir, fmt.Sprintf("file-%06d.txt", i)), 0)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
