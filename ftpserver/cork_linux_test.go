package ftpserver_test

import (
	"crypto/tls"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// What comes last on a data connection goes together with its end: its client is not
// woken for either by itself.
func TestLastDataWithEnd(t *testing.T) {
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, nil)
	for name, size := range map[string]int{"small": 4096, "larger": 20_000} {
		if err := os.WriteFile(filepath.Join(s.dir, name), noise(size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := s.connect(t)
	for _, command := range []string{"RETR small", "RETR larger", "LIST", "MLSD"} {
		conn := c.open(command)
		readOut(t, conn)
		if n := segmentsIn(t, conn) - 1; n != 1 { // but for that of the handshake
			t.Errorf("%s: %d segments", command, n)
		}
		conn.Close()
		if r := c.reply(); r.Code != ftp.CodeDone {
			t.Fatalf("%s: %v", command, r)
		}
	}
}

// So does the last reply, in TLS together with close_notify.
func TestLastReplyWithEnd(t *testing.T) {
	for _, secure := range []bool{false, true} {
		s := serveRealTLS(t, "127.0.0.1", ftpserver.Limits{}, nil, ftpserver.TLS{
			Config: &tls.Config{Certificates: []tls.Certificate{certified()}},
		})
		least := 0
		for range 5 { // a busy system may acknowledge QUIT before it is answered
			c := s.connect(t)
			conn := c.conn
			if secure {
				c.want(ftp.CodeSecurityDone, "AUTH TLS")
				c.secure(nil)
				c.want(ftp.CodeOK, "NOOP")
			}
			before := segmentsIn(t, conn)
			c.want(ftp.CodeBye, "QUIT")
			readOut(t, conn)
			if n := segmentsIn(t, conn) - before; least == 0 || n < least {
				least = n
			}
		}
		if least != 1 {
			t.Errorf("TLS %v: QUIT takes %d segments", secure, least)
		}
	}
}

// readOut reads conn to its end.
func readOut(t *testing.T, conn net.Conn) {
	t.Helper()
	conn.SetReadDeadline(time.Now().Add(30 * time.Second))
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Fatal(err)
	}
}

// segmentsIn returns how many segments have come on conn.
func segmentsIn(t *testing.T, conn net.Conn) int {
	t.Helper()
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var info *unix.TCPInfo
	raw.Control(func(fd uintptr) { info, err = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO) })
	if err != nil {
		t.Fatal(err)
	}
	return int(info.Segs_in)
}
