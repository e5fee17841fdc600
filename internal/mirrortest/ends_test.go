package mirrortest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// end is a back end that trees are mirrored from and to. tree returns an empty one.
type end struct {
	name string
	tree func(t *testing.T) mirror.Tree
}

// ends starts the servers, which run until the test ends. One that cannot be started has
// an end that skips its tests.
func ends(t *testing.T) []end {
	return []end{
		{"disk", diskTree},
		{"mem", func(*testing.T) mirror.Tree { return at(mem.New(mem.Options{}), ".", "mem") }},
		{"ferry", func(t *testing.T) mirror.Tree { return ferryTree(t, 0) }},
		foreign(t, peers.VSFTPD()),
		foreign(t, peers.ProFTPD()),
	}
}

// at returns a Tree. Where it is, is told from all others by a number.
func at(fsys storage.FS, root, kind string) mirror.Tree {
	prefix := fmt.Sprintf("%s://%d/", kind, trees.Add(1))
	return mirror.Tree{FS: fsys, Root: root, Title: func(name string) string { return prefix + name }}
}

var trees atomic.Int64

func diskTree(t *testing.T) mirror.Tree {
	d, err := disk.Open(t.TempDir(), disk.Options{Sync: disk.SyncNever})
	check(t, err)
	t.Cleanup(func() { d.Close() })
	return at(d, ".", "disk")
}

// ferryTree is on ferry's server, with so many connections to it; 0 is as many as usual.
func ferryTree(t *testing.T, conns int) mirror.Tree {
	n := memnet.New()
	ln, err := n.Listen(t.Context(), "tcp", "127.0.0.1:21")
	check(t, err)
	fsys := mem.New(mem.Options{})
	srv, err := ftpserver.New(ftpserver.Config{Net: n, Login: func(context.Context, ftpserver.Credentials) (*ftpserver.Account, error) {
		return &ftpserver.Account{Name: "tester", FS: fsys, Can: ftpserver.ReadWrite}, nil
	}})
	check(t, err)
	done := make(chan error)
	go func() { done <- srv.Serve(ln) }()
	cl := ftpclient.New(ln.Addr().String(), &ftpclient.Options{Net: n, MaxConns: conns})
	t.Cleanup(func() {
		cl.Close()
		srv.Close()
		<-done
	})
	return at(cl, ".", "ferry")
}

// foreign is a server of others.
func foreign(t *testing.T, s peers.Server) end {
	var tg peers.Target
	t.Run("start "+s.Name, func(st *testing.T) { tg = peers.Start(testingOf{st, t}, s, peers.IPv4) })
	var dirs atomic.Int64
	return end{s.Name, func(t *testing.T) mirror.Tree {
		if tg.Root == "" {
			t.Skip(s.Name + " was not started")
		}
		dir := fmt.Sprint("tree", dirs.Add(1))
		check(t, os.Mkdir(filepath.Join(tg.Root, dir), 0o777))
		check(t, os.Chmod(filepath.Join(tg.Root, dir), 0o777))
		cl := ftpclient.New(tg.Addr(), &ftpclient.Options{User: tg.User, Password: tg.Password})
		t.Cleanup(func() { cl.Close() })
		return at(cl, dir+"/sub", s.Name)
	}}
}

// testingOf is a test that may skip by itself, while what it starts lives as long as the
// whole.
type testingOf struct {
	*testing.T
	whole *testing.T
}

func (t testingOf) Cleanup(f func()) { t.whole.Cleanup(f) }

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
