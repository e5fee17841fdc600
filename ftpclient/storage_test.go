package ftpclient_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
	"github.com/seed-6092453b/ferry/storage/mem"
	"github.com/seed-6092453b/ferry/storage/storagetest"
)

// serveFerry runs ferry's own server over fsys on the network, and returns its
// address.
func serveFerry(t testing.TB, n *memnet.Net, fsys storage.FS, with ...func(*ftpserver.Config)) string {
	t.Helper()
	var cfg ftpserver.Config
	for _, change := range with {
		change(&cfg)
	}
	t.Cleanup(func() {
		if cfg.TLS.Config != nil {
			synctest.Wait() // the server lingers over the end of TLS
		}
		if ends := n.OpenEnds(); len(ends) > 0 {
			t.Errorf("left open: %q", ends)
		}
	})
	ln, err := n.Listen(t.Context(), "tcp", "127.0.0.1:21")
	if err != nil {
		t.Fatal(err)
	}
	return serveOn(t, ln, n, fsys, with...)
}

// serveOn serves on a listener until the test ends. A nil net is the operating
// system's.
func serveOn(t testing.TB, ln net.Listener, n ftpserver.Network, fsys storage.FS, with ...func(*ftpserver.Config)) string {
	t.Helper()
	cfg := ftpserver.Config{
		Net: n, ModeZ: true,
		Login: func(context.Context, ftpserver.Credentials) (*ftpserver.Account, error) {
			return &ftpserver.Account{Name: "tester", FS: fsys, Can: ftpserver.ReadWrite}, nil
		},
	}
	for _, change := range with {
		change(&cfg)
	}
	srv, err := ftpserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- srv.Serve(ln) }()
	t.Cleanup(func() {
		srv.Close()
		<-done
	})
	return ln.Addr().String()
}

// TestStorage holds the client to the contract of storage.FS over the real server.
func TestStorage(t *testing.T) {
	storagetest.Run(t, storagetest.Options{
		New: func(t testing.TB) storage.FS {
			n := memnet.New()
			addr := serveFerry(t, n, mem.New(mem.Options{Capacity: 1 << 30}))
			cl := ftpclient.New(addr, &ftpclient.Options{Net: n})
			t.Cleanup(func() { cl.Close() })
			return cl
		},
		Names:    func(name string) bool { return !strings.ContainsAny(name, "\r\n") },
		Synctest: true,
		Remote:   true,
	})
}

// TestStorageModes holds the client to the same contract in the other modes.
func TestStorageModes(t *testing.T) {
	for _, mode := range "BCZ" {
		t.Run(string(mode), func(t *testing.T) {
			storagetest.Run(t, storagetest.Options{
				New: func(t testing.TB) storage.FS {
					n := memnet.New()
					addr := serveFerry(t, n, mem.New(mem.Options{Capacity: 1 << 30}))
					cl := ftpclient.New(addr, &ftpclient.Options{Net: n, Params: ftp.Params{Mode: byte(mode)}})
					t.Cleanup(func() { cl.Close() })
					return cl
				},
				Names:    func(name string) bool { return !strings.ContainsAny(name, "\r\n") },
				Synctest: true,
				Remote:   true,
			})
		})
	}
}

// TestModel compares the client with memory over random operations.
func TestModel(t *testing.T) {
	storagetest.RunModel(t, storagetest.Options{
		New: func(t testing.TB) storage.FS {
			n := memnet.New()
			cl := ftpclient.New(serveFerry(t, n, mem.New(mem.Options{Capacity: 1 << 30})), &ftpclient.Options{Net: n})
			t.Cleanup(func() { cl.Close() })
			return cl
		},
		Names:    func(name string) bool { return !strings.ContainsAny(name, "\r\n") },
		Synctest: true,
		Remote:   true,
	}, func(testing.TB) storage.FS { return mem.New(mem.Options{Capacity: 1 << 30}) })
}

// TestStorageOnDisk is TestStorage over real sockets and a real disk: with urgent
// data, sendfile and everything else that memory does not have.
func TestStorageOnDisk(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, storagetest.Options{
		New: func(t testing.TB) storage.FS {
			fsys, err := disk.Open(t.TempDir(), disk.Options{Sync: disk.SyncNever})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { fsys.Close() })
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			cl := ftpclient.New(serveOn(t, ln, nil, fsys), nil)
			t.Cleanup(func() { cl.Close() })
			return cl
		},
		Names:  func(name string) bool { return !strings.ContainsAny(name, "\r\n") },
		Remote: true,
	})
}
