package distance_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/distance"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/mint"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// TestTransfers moves a file to and fro over a relay, by a client and a server that know
// nothing of it, in both modes and over both families.
func TestTransfers(t *testing.T) {
	for _, tt := range []struct {
		name, host string
		o          ftpclient.Options
	}{
		{"passive", "127.0.0.1", ftpclient.Options{}},
		{"passive/ipv6", "::1", ftpclient.Options{}},
		{"active", "127.0.0.1", ftpclient.Options{Data: ftpclient.DataActive}},
		{"active/ipv6", "::1", ftpclient.Options{Data: ftpclient.DataActive}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := memnet.New()
				l, err := n.Listen(t.Context(), "tcp", net.JoinHostPort(tt.host, "21"))
				check(t, err)
				r := serveFar(t, l, ftpserver.Config{Net: n}, distance.Options{RTT: rtt, Net: n, Host: tt.host})
				tt.o.Net = n
				start := time.Now()
				moveFile(t, r.Addr(), tt.o)
				if n := r.Counts(); n.Control != 1 || n.Data != 2 || n.Up < size || n.Down < size {
					t.Errorf("%+v", n)
				} else if trips := float64(time.Since(start)) / float64(rtt); trips < float64(n.Turns) {
					t.Errorf("%.1f round trips took less than the %d turns of the dialogue", trips, n.Turns)
				}
			})
		})
	}
}

// TestTransfersUnderTLS does it where nothing can be read on the way, over the loopback
// addresses of this machine.
func TestTransfersUnderTLS(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Skip("this machine has one loopback address alone")
	}
	ports := freePorts(t)
	config := &tls.Config{Certificates: []tls.Certificate{*mint.Cert{}.Make()}}
	r := serveFar(t, server, ftpserver.Config{
		TLS:     ftpserver.TLS{Config: config},
		Passive: ftpserver.Passive{MinPort: uint16(ports[0]), MaxPort: uint16(ports[1]), PublicHost: "127.0.0.1"},
	}, distance.Options{RTT: time.Millisecond, Ports: ports})
	moveFile(t, r.Addr(), ftpclient.Options{
		Security: ftpclient.SecurityExplicit,
		TLS:      ftpclient.TLS{Config: &tls.Config{InsecureSkipVerify: true}},
	})
	if n := r.Counts(); n.Control != 1 || n.Data != 2 {
		t.Errorf("%+v", n)
	}
}

// freePorts returns a few ports in a row that are free.
func freePorts(t *testing.T) [2]int {
	t.Helper()
	for first := 21_000; first < 32_000; first += 10 {
		free := true
		for port := first; port < first+8 && free; port++ {
			l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
			if free = err == nil; free {
				l.Close()
			}
		}
		if free {
			return [2]int{first, first + 7}
		}
	}
	t.Fatal("no eight ports in a row are free")
	return [2]int{}
}

// serveFar serves on l until the test ends, and returns a relay to it.
func serveFar(t *testing.T, l net.Listener, c ftpserver.Config, o distance.Options) *distance.Relay {
	t.Helper()
	serve(t, l, c)
	r, err := distance.Listen(t.Context(), l.Addr().String(), o)
	check(t, err)
	t.Cleanup(func() { r.Close() })
	return r
}

// serve serves on l until the test ends.
func serve(t *testing.T, l net.Listener, c ftpserver.Config) {
	t.Helper()
	fsys := mem.New(mem.Options{})
	c.Login = func(context.Context, ftpserver.Credentials) (*ftpserver.Account, error) {
		return &ftpserver.Account{Name: "tester", FS: fsys, Can: ftpserver.ReadWrite}, nil
	}
	srv, err := ftpserver.New(c)
	check(t, err)
	done := make(chan error)
	go func() { done <- srv.Serve(l) }()
	t.Cleanup(func() {
		srv.Close()
		<-done
	})
}

const size = 300_000

// moveFile uploads a file and downloads it.
func moveFile(t *testing.T, addr string, o ftpclient.Options) {
	t.Helper()
	cl := ftpclient.New(addr, &o)
	defer cl.Close()
	want := bytes.Repeat([]byte("octets"), size/6)
	w, err := cl.Create(t.Context(), "file", storage.CreateOptions{})
	check(t, err)
	defer w.Abort()
	_, err = w.Write(want)
	check(t, err)
	_, err = w.Commit(t.Context())
	check(t, err)
	f, err := cl.Open(t.Context(), "file", storage.Range{})
	check(t, err)
	defer f.Close()
	got, err := io.ReadAll(f)
	check(t, err)
	if !bytes.Equal(got, want) {
		t.Errorf("%d octets came back, not the %d that were sent", len(got), len(want))
	}
}
