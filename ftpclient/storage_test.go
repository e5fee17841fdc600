package ftpclient_test

import (
	"context"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
	"github.com/seed-6092453b/ferry/storage/storagetest"
)

// serveFerry runs ferry's own server over fsys on the network, and returns its
// address.
func serveFerry(t testing.TB, n *memnet.Net, fsys storage.FS) string {
	t.Helper()
	srv, err := ftpserver.New(ftpserver.Config{
		Net: n,
		Login: func(context.Context, ftpserver.Credentials) (*ftpserver.Account, error) {
			return &ftpserver.Account{Name: "tester", FS: fsys, Can: ftpserver.ReadWrite}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := n.Listen(t.Context(), "tcp", "127.0.0.1:21")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- srv.Serve(ln) }()
	t.Cleanup(func() {
		srv.Close()
		<-done
		if ends := n.OpenEnds(); len(ends) > 0 {
			t.Errorf("left open: %q", ends)
		}
	})
	return ln.Addr().String()
}

// TestStorage holds the client to the contract of storage.FS over the real server.
func TestStorage(t *testing.T) {
	storagetest.Run(t, storagetest.Options{
		New: func(t testing.TB) storage.FS {
			n := memnet.New()
			addr := serveFerry(t, n, mem.New(mem.Options{}))
			cl := ftpclient.New(addr, &ftpclient.Options{Net: n})
			t.Cleanup(func() { cl.Close() })
			return cl
		},
		Names:    func(name string) bool { return !strings.ContainsAny(name, "\r\n") },
		Synctest: true,
		Remote:   true,
	})
}
