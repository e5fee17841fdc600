package secure_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// elsewhere is a loopback address that is not the one from which clients come.
const elsewhere = "127.0.0.2"

// serveFar runs ferry's server on an address of its own, with TLS if ca is not nil. With
// foreign it transfers to and from other servers on loopback.
func serveFar(t *testing.T, ca *peers.Authority, reuse ftpserver.TLSReuse, foreign bool) *rig.Server {
	t.Helper()
	if ln, err := net.Listen("tcp", elsewhere+":0"); err != nil {
		t.Skipf("this machine has no %s: %v", elsewhere, err)
	} else {
		ln.Close()
	}
	s := rig.Serve(t, peers.IPv4, rig.Served{
		Root: t.TempDir(), Can: ftpserver.ReadWrite, Sync: disk.SyncNever, Host: elsewhere,
		Set: func(config *ftpserver.Config) {
			if foreign {
				config.Active.Foreign = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
			}
			if ca != nil {
				config.TLS = ftpserver.TLS{Config: &tls.Config{Certificates: []tls.Certificate{ca.Server}}, Reuse: reuse}
			}
		},
	})
	if ca != nil {
		s.TLS = &peers.Protection{TLSCell: peers.TLSCell{Start: peers.Explicit}, Authority: ca}
	}
	return s
}

// TestFXPWithProFTPD has ferry's client let ferry's server and ProFTPD send files to
// each other, in the clear and over TLS, for which ProFTPD is told the ways to be the
// client of TLS by SSCN and ferry by CPSV as well. What ferry demands of its own
// client's data connections it cannot demand of ProFTPD's: under require it is the
// client of TLS.
func TestFXPWithProFTPD(t *testing.T) {
	ca := peers.NewAuthority(t)
	for _, tt := range []struct {
		name  string
		ca    *peers.Authority
		reuse ftpserver.TLSReuse
	}{
		{"clear", nil, ftpserver.ReuseBind},
		{"bind", ca, ftpserver.ReuseBind},
		{"require", ca, ftpserver.ReuseRequire},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			here := serveFar(t, tt.ca, tt.reuse, true)
			var there peers.Target
			if tt.ca == nil {
				there = peers.Start(t, peers.ProFTPDForFXP(), peers.IPv4)
			} else {
				there = peers.StartTLS(t, peers.ProFTPDForFXP(), peers.IPv4, *here.TLS)
			}
			check(t, os.Mkdir(filepath.Join(there.Root, "dir"), 0o777))
			check(t, os.Mkdir(filepath.Join(here.Root, "dir"), 0o777))
			rig.Own(t, filepath.Join(there.Root, "dir"))
			for way, tgs := range map[string][2]peers.Target{"to ProFTPD": {here.Target, there}, "to ferry": {there, here.Target}} {
				t.Run(way, func(t *testing.T) {
					for _, size := range []int{0, 1, 3 << 20} {
						fxpByFerry(t, tgs[0], tgs[1], strings.ReplaceAll(way, " ", "-"), size)
					}
				})
			}
		})
	}
}

// fxpByFerry has ferry's client let two servers copy a file of so many octets, and
// compares the two.
func fxpByFerry(t *testing.T, from, to peers.Target, name string, size int) {
	t.Helper()
	content := bytes.Repeat([]byte("fxp "), size/4+1)[:size]
	file := filepath.Join(from.Root, "dir", name)
	check(t, os.WriteFile(file, content, 0o666))
	rig.Own(t, file)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	src, dst := fxpClient(t, from), fxpClient(t, to)
	if err := dst.CopyFrom(ctx, "dir/copy-"+name, src, "dir/"+name, 0); err != nil {
		t.Errorf("%d octets: %v", size, err)
	}
	got, err := os.ReadFile(filepath.Join(to.Root, "dir", "copy-"+name))
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d octets of %d, or others: %v", len(got), size, err)
	}
}

// fxpClient is ferry's client of a server.
func fxpClient(t *testing.T, tg peers.Target) *ftpclient.Client {
	t.Helper()
	var log rig.Dialogue
	o := &ftpclient.Options{
		User: tg.User, Password: tg.Password, Trace: log.Trace,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Security: ftpclient.SecurityOff,
	}
	if tg.TLS != nil {
		o.Security = ftpclient.SecurityExplicit
		o.TLS.Config = &tls.Config{RootCAs: tg.TLS.Roots, ServerName: "localhost"}
	}
	cl := ftpclient.New(tg.Addr(), o)
	t.Cleanup(func() {
		check(t, cl.Close())
		if t.Failed() {
			t.Log(log.String())
		}
	})
	return cl
}
