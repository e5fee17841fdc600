package attack_test

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// sparing is a connection from which no record of TLS is read before it is wanted:
// what comes behind the handshake stays in the kernel, for whoever reads no more.
type sparing struct {
	net.Conn
	header [5]byte
	have   int // octets of header
	left   int // octets of the record that was begun
}

func (s *sparing) Read(p []byte) (int, error) {
	if s.left > 0 {
		n, err := s.Conn.Read(p[:min(len(p), s.left)])
		s.left -= n
		return n, err
	}
	n, err := s.Conn.Read(p[:min(len(p), len(s.header)-s.have)])
	s.have += copy(s.header[s.have:], p[:n])
	if s.have == len(s.header) {
		s.have, s.left = 0, int(s.header[3])<<8|int(s.header[4])
	}
	return n, err
}

// sendBlindly does what many an uploader does: it writes, says close_notify, and
// closes the socket at once, without having read an octet behind the handshake. If
// there are any, its system resets the connection. It reports whether the TLS
// session was resumed.
func sendBlindly(conn net.Conn, cfg *tls.Config, octets []byte) (resumed bool, err error) {
	defer conn.Close()
	secure := tls.Client(&sparing{Conn: conn}, cfg)
	if err := secure.Handshake(); err != nil {
		return false, err
	}
	resumed = secure.ConnectionState().DidResume
	if _, err := secure.Write(octets); err != nil {
		return resumed, err
	}
	return resumed, secure.CloseWrite()
}

// everyUpload in the environment has the large uploads made as often as the small.
const everyUpload = "FERRY_ATTACK_EVERY_UPLOAD"

var tlsVersions = []uint16{tls.VersionTLS12, tls.VersionTLS13}

// TestAttack08UploadTruncation: an uploader that never reads its data connection
// loses nothing, 1,000 times for each size and each version of TLS, half of them
// with a resumed session. 30 MB are sent less often, unless the environment has
// FERRY_ATTACK_EVERY_UPLOAD.
func TestAttack08UploadTruncation(t *testing.T) {
	t.Parallel()
	large := few(16, 4)
	if os.Getenv(everyUpload) != "" {
		large = 1000
	}
	w := serve(t, protected)
	noise := make([]byte, 30_000_000+1000)
	rand.Read(noise)
	for _, version := range tlsVersions {
		for _, resume := range []bool{true, false} {
			for _, upload := range []struct{ size, times int }{{1, few(1000, 50)}, {64 << 10, few(1000, 50)}, {30_000_000, large}} {
				t.Run(fmt.Sprintf("%s/resumed=%v/%d", tls.VersionName(version), resume, upload.size), func(t *testing.T) {
					cfg := newTLS()
					cfg.MinVersion, cfg.MaxVersion = version, version
					c := w.dial(t)
					c.auth(cfg)
					c.enter()
					if !resume {
						cfg = cfg.Clone()
						cfg.ClientSessionCache = nil
					}
					begun := time.Now()
					for i := range upload.times / 2 {
						octets := noise[i : i+upload.size]
						conn := c.data()
						c.want(150, "STOR file")
						conn.SetDeadline(time.Now().Add(patience))
						resumed, err := sendBlindly(conn, cfg, octets)
						if err != nil || resumed != resume {
							t.Fatalf("upload %d: %v; resumed: %v", i, err, resumed)
						}
						c.expect(226)
						stored, err := os.ReadFile(filepath.Join(w.dir, "file"))
						check(t, err)
						if !bytes.Equal(stored, octets) {
							t.Fatalf("upload %d: of %d octets %d are stored, or others", i, len(octets), len(stored))
						}
					}
					t.Logf("%d uploads in %v", upload.times/2, time.Since(begun).Round(time.Millisecond))
				})
			}
		}
	}
}

// TestAttack08Control shows that the uploader above is one who loses what he has
// sent, if the server is one that gives tickets to uploaders.
func TestAttack08Control(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("that a reset takes back what was sent is known of Linux alone")
	}
	octets := make([]byte, 256<<10)
	rand.Read(octets)
	for _, tickets := range []bool{false, true} {
		t.Run(fmt.Sprintf("tickets=%v", tickets), func(t *testing.T) {
			for range few(20, 5) {
				got, err := receiveBlindly(t, tickets, octets)
				switch {
				case tickets && !errors.Is(err, syscall.ECONNRESET):
					t.Fatalf("%d octets came, and the connection ended with %v: it was not reset", len(got), err)
				case tickets && len(got) == len(octets):
					t.Fatal("nothing was lost")
				case !tickets && (err != nil || !bytes.Equal(got, octets)):
					t.Fatalf("%d octets came, and the connection ended with %v", len(got), err)
				}
			}
		})
	}
}

// receiveBlindly has a server of TLS 1.3 take what an uploader sends, most of which
// is still with the uploader's system when he closes his socket.
func receiveBlindly(t *testing.T, tickets bool, octets []byte) ([]byte, error) {
	t.Helper()
	ln, err := net.Listen("tcp", here+":0")
	check(t, err)
	defer ln.Close()
	closed := make(chan error, 1)
	go func() {
		conn, err := dialFrom(here, ln.Addr().String())
		if err == nil {
			conn.(*net.TCPConn).SetWriteBuffer(4 * len(octets))
			_, err = sendBlindly(conn, newTLS(), octets)
		}
		closed <- err
	}()
	conn, err := ln.Accept()
	check(t, err)
	defer conn.Close()
	conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	conn.SetDeadline(time.Now().Add(patience))
	secure := tls.Server(conn, &tls.Config{
		Certificates: []tls.Certificate{certificate()}, MinVersion: tls.VersionTLS13, SessionTicketsDisabled: !tickets,
	})
	check(t, secure.Handshake())
	check(t, <-closed)
	conn.(*net.TCPConn).SetReadBuffer(1 << 20)
	return io.ReadAll(secure)
}
