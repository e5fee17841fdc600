package secure_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage"
)

// TestSmallUploadsOfNagle has a client send small files over TLS with Nagle's algorithm
// on, as OpenSSL, Python and Java do. The first octets of a file go when the last of
// the handshake are acknowledged, for which Linux would take 40 ms.
func TestSmallUploadsOfNagle(t *testing.T) {
	ca := peers.NewAuthority(t)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		s := rig.ServeTLS(t, ca, peers.TLSCell{Start: peers.Explicit, Version: version}, ftpserver.ReuseBind)
		took := func(noDelay bool) time.Duration {
			cl := ftpclient.New(s.Addr(), &ftpclient.Options{
				User: s.User, Password: s.Password, Security: ftpclient.SecurityExplicit, Net: delayed{noDelay},
				TLS: ftpclient.TLS{Config: &tls.Config{RootCAs: ca.Roots, MaxVersion: version}},
			})
			defer cl.Close()
			var all []time.Duration
			for i := range 21 {
				start := time.Now()
				w, err := cl.Create(t.Context(), fmt.Sprint(noDelay, i), storage.CreateOptions{})
				check(t, err)
				_, err = w.Write(make([]byte, 1000))
				check(t, err)
				_, err = w.Commit(t.Context())
				check(t, err)
				all = append(all, time.Since(start))
			}
			slices.Sort(all)
			return all[len(all)/2]
		}
		// A busy machine is slow at both.
		var with, without time.Duration
		for range 5 {
			if with, without = took(false), took(true); with < without+20*time.Millisecond {
				break
			}
		}
		if with >= without+20*time.Millisecond {
			t.Errorf("in %s a file takes %v, and without Nagle's algorithm %v", tls.VersionName(version), with, without)
		}
	}
}

// delayed makes connections with Nagle's algorithm on, or off.
type delayed struct{ noDelay bool }

func (d delayed) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{LocalAddr: local}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	// Without the methods of TCP: to end it in one direction would send everything, too.
	return struct{ net.Conn }{conn}, conn.(*net.TCPConn).SetNoDelay(d.noDelay)
}

func (d delayed) Listen(context.Context, string, string) (net.Listener, error) {
	return nil, net.ErrClosed
}
