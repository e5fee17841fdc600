package rig

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
	User     = "ferry"
	Password = "ferry-secret"
)

// A Server is ferry's, running over a directory of the disk until the test ends.
type Server struct {
	peers.Target
	*ftpserver.Server
	Log *Events
}

// Served says what a server serves, and how.
type Served struct {
	Root string
	Can  ftpserver.Permissions
	Sync disk.SyncMode
	Set  func(c *ftpserver.Config) // changes what a plain server has; may be nil
	On   ftpserver.Listener
	Host string // the address to listen on; "" is the loopback address of the family
}

// ServeWith runs ferry's server on a directory that may be written to, with a
// configuration that set has changed.
func ServeWith(t testing.TB, root string, set func(c *ftpserver.Config)) *Server {
	t.Helper()
	return Serve(t, peers.IPv4, Served{Root: root, Can: ftpserver.ReadWrite, Sync: disk.SyncNever, Set: set})
}

// Serve runs ferry's server on the loopback address of a family.
func Serve(t testing.TB, f peers.Family, d Served) *Server {
	t.Helper()
	fsys, err := disk.Open(d.Root, disk.Options{Sync: d.Sync})
	check(t, err)
	log := newEvents()
	config := ftpserver.Config{
		Login: func(_ context.Context, c ftpserver.Credentials) (*ftpserver.Account, error) {
			if c.User != User || c.Password != Password {
				return nil, ftpserver.ErrLogin
			}
			return &ftpserver.Account{Name: User, FS: fsys, Can: d.Can}, nil
		},
		// Beyond the ports that Linux gives out: to find a free one there takes it
		// milliseconds when tens of thousands of connections have just ended.
		Passive: ftpserver.Passive{MinPort: 61000, MaxPort: 65535},
		Limits:  ftpserver.Limits{LoginDelay: time.Millisecond},
		Observe: log.observe,
	}
	if d.Set != nil {
		d.Set(&config)
	}
	srv, err := ftpserver.New(config)
	check(t, err)
	host := cmp.Or(d.Host, f.Host())
	ln, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	check(t, err)
	ended := make(chan error, 1)
	go func() { ended <- srv.ServeListener(ln, d.On) }()
	t.Cleanup(func() {
		check(t, srv.Close())
		if err := <-ended; !errors.Is(err, ftpserver.ErrServerClosed) {
			t.Errorf("Serve = %v, want %v", err, ftpserver.ErrServerClosed)
		}
		check(t, fsys.Close())
	})
	return &Server{
		Target: peers.Target{
			Host: host, Port: ln.Addr().(*net.TCPAddr).Port,
			User: User, Password: Password, Root: d.Root,
		},
		Server: srv,
		Log:    log,
	}
}
