package interop_test

import (
	"cmp"
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// The account of ferry's servers.
const (
	account  = "ferry"
	password = "ferry-secret"
)

// A server is ferry's, running over a directory of the disk until the test ends.
type server struct {
	peers.Target
	*ftpserver.Server
	log *events
}

// A served directory.
type served struct {
	root string
	can  ftpserver.Permissions
	sync disk.SyncMode
	set  func(c *ftpserver.Config) // changes what a plain server has; may be nil
	on   ftpserver.Listener
	host string // the address to listen on; "" is the loopback address of the family
}

// serveWith runs ferry's server on a directory that may be written to, with a
// configuration that set has changed.
func serveWith(t testing.TB, root string, set func(c *ftpserver.Config)) *server {
	t.Helper()
	return serve(t, peers.IPv4, served{root: root, can: ftpserver.ReadWrite, sync: disk.SyncNever, set: set})
}

// serve runs ferry's server on the loopback address of a family.
func serve(t testing.TB, f peers.Family, d served) *server {
	t.Helper()
	fsys, err := disk.Open(d.root, disk.Options{Sync: d.sync})
	check(t, err)
	log := newEvents()
	config := ftpserver.Config{
		Login: func(_ context.Context, c ftpserver.Credentials) (*ftpserver.Account, error) {
			if c.User != account || c.Password != password {
				return nil, ftpserver.ErrLogin
			}
			return &ftpserver.Account{Name: account, FS: fsys, Can: d.can}, nil
		},
		// Beyond the ports that Linux gives out: to find a free one there takes it
		// milliseconds when tens of thousands of connections have just ended.
		Passive: ftpserver.Passive{MinPort: 61000, MaxPort: 65535},
		Limits:  ftpserver.Limits{LoginDelay: time.Millisecond},
		Observe: log.observe,
	}
	if d.set != nil {
		d.set(&config)
	}
	srv, err := ftpserver.New(config)
	check(t, err)
	host := cmp.Or(d.host, f.Host())
	ln, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	check(t, err)
	ended := make(chan error, 1)
	go func() { ended <- srv.ServeListener(ln, d.on) }()
	t.Cleanup(func() {
		check(t, srv.Close())
		if err := <-ended; !errors.Is(err, ftpserver.ErrServerClosed) {
			t.Errorf("Serve = %v, want %v", err, ftpserver.ErrServerClosed)
		}
		check(t, fsys.Close())
	})
	return &server{
		Target: peers.Target{
			Host: host, Port: ln.Addr().(*net.TCPAddr).Port,
			User: account, Password: password, Root: d.root,
		},
		Server: srv,
		log:    log,
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
