package ftpserver_test

import (
	"crypto/tls"
	"net"
	"syscall"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// urgentConn sends the last octet of everything as urgent data.
type urgentConn struct{ *net.TCPConn }

func (c urgentConn) Write(p []byte) (int, error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return 0, err
	}
	sent := 0
	var sendErr error
	err = raw.Write(func(fd uintptr) bool {
		var n int
		n, sendErr = syscall.SendmsgN(int(fd), p[sent:], nil, nil, syscall.MSG_OOB)
		sent += max(n, 0)
		return sendErr != syscall.EAGAIN
	})
	if err == nil {
		err = sendErr
	}
	return sent, err
}

// TLS has no urgent data (RFC 4217, 14), but a client may know that of FTP alone:
// then no octet of a record is taken out of the stream.
func TestRealUrgentUnderTLS(t *testing.T) {
	s := serveRealTLS(t, "127.0.0.1", ftpserver.Limits{}, nil, ftpserver.TLS{
		Config: &tls.Config{Certificates: []tls.Certificate{certified()}},
	})
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	c := newClient(t, urgentConn{conn.(*net.TCPConn)})
	if r := c.reply(); r.Code != ftp.CodeReady {
		t.Fatalf("greeting: %v", r)
	}
	c.want(ftp.CodeSecurityDone, "AUTH TLS")
	c.secure(nil)
	c.login("joe", "secret")
	for range 10 {
		c.want(ftp.CodeExtendedPassive, "EPSV")
		c.want(ftp.CodeOpening, "LIST")
		c.send("\xff\xf4\xff\xf2ABOR")
		if r := c.reply(); r.Code != ftp.CodeAborted {
			t.Fatalf("ABOR: %v", r)
		}
		if r := c.reply(); r.Code != ftp.CodeDone {
			t.Fatalf("ABOR: %v", r)
		}
	}
	c.want(ftp.CodeBye, "QUIT")
}
