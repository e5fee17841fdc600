package ftpclient_test

import (
	"crypto/tls"
	"net"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/mint"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
	"github.com/seed-6092453b/ferry/storage/mem"
	"github.com/seed-6092453b/ferry/storage/storagetest"
)

// withTLS has a server take only data connections that resume the session of their own
// control connection, as the most demanding servers do.
func withTLS(cert *tls.Certificate) func(*ftpserver.Config) {
	return func(cfg *ftpserver.Config) {
		cfg.TLS.Config = &tls.Config{Certificates: []tls.Certificate{*cert}}
		cfg.TLS.Reuse = ftpserver.ReuseRequire
		cfg.TLS.CCC = true
	}
}

// demanding has a client take nothing but TLS of that version, and a certificate that
// is good.
func demanding(cert *tls.Certificate, version uint16) ftpclient.Options {
	return ftpclient.Options{
		Security: ftpclient.SecurityExplicit,
		TLS:      ftpclient.TLS{Config: &tls.Config{RootCAs: mint.Roots(cert), MinVersion: version, MaxVersion: version}},
	}
}

// TestStorageTLS holds the client to the contract of storage.FS where everything is
// protected, and every data connection has to resume.
func TestStorageTLS(t *testing.T) {
	cert := mint.Cert{}.Make()
	for _, tt := range []struct {
		name    string
		version uint16
		mode    byte
	}{
		{"1.3", tls.VersionTLS13, 'S'},
		{"1.2", tls.VersionTLS12, 'S'},
		{"1.3 in blocks", tls.VersionTLS13, 'B'},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storagetest.Run(t, storagetest.Options{
				New: func(t testing.TB) storage.FS {
					n := memnet.New()
					addr := serveFerry(t, n, mem.New(mem.Options{Capacity: 1 << 30}), withTLS(cert))
					o := demanding(cert, tt.version)
					o.Net, o.Params = n, ftp.Params{Mode: tt.mode}
					cl := ftpclient.New(addr, &o)
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

// TestStorageTLSOnDisk is the same over real sockets, which reset where memory waits.
func TestStorageTLSOnDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("TestStorageTLS runs the same over memory")
	}
	t.Parallel()
	cert := mint.Cert{}.Make()
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
			o := demanding(cert, tls.VersionTLS13)
			cl := ftpclient.New(serveOn(t, ln, nil, fsys, withTLS(cert)), &o)
			t.Cleanup(func() { cl.Close() })
			return cl
		},
		Names:  func(name string) bool { return !strings.ContainsAny(name, "\r\n") },
		Remote: true,
	})
}
