package largefiles

import (
	"context"
	"net"
	"testing"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// serveFerry runs ferry's own server until the test ends.
func serveFerry(t *testing.T) peers.Target {
	t.Helper()
	root := t.TempDir()
	fsys, err := disk.Open(root, disk.Options{Sync: disk.SyncNever})
	check(t, err)
	srv, err := ftpserver.New(ftpserver.Config{
		Login: func(context.Context, ftpserver.Credentials) (*ftpserver.Account, error) {
			return &ftpserver.Account{Name: "bob", FS: fsys, Can: ftpserver.ReadWrite}, nil
		},
	})
	check(t, err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	t.Cleanup(func() {
		srv.Close()
		<-served
		fsys.Close()
	})
	return peers.Target{Host: "127.0.0.1", Port: ln.Addr().(*net.TCPAddr).Port, User: "bob", Password: "secret", Root: root}
}
