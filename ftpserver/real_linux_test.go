package ftpserver_test

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
)

const sendfileExists = true

// A Telnet Synch as RFC 959, 4.1.3, has it: the data mark is urgent data.
func TestRealSynch(t *testing.T) {
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, nil)
	c := s.connect(t)
	if err := os.WriteFile(filepath.Join(s.dir, "big"), noise(32<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		conn := c.open("RETR big")
		if _, err := io.ReadFull(conn, make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
		c.write("\xff\xf4")
		c.urgent(t, "\xff\xf2")
		c.write("ABOR\r\n")
		if r := c.reply(); r.Code != ftp.CodeAborted {
			t.Fatalf("ABOR: %v", r)
		}
		if r := c.reply(); r.Code != ftp.CodeDone {
			t.Fatalf("ABOR: %v", r)
		}
		conn.Close()
		c.want(ftp.CodeOK, "NOOP")
	}
}

func (c *client) write(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c.conn, text); err != nil {
		c.t.Fatal(err)
	}
}

// urgent sends text with its last octet as urgent data.
func (c *client) urgent(t *testing.T, text string) {
	t.Helper()
	raw, err := c.conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var sendErr error
	err = raw.Write(func(fd uintptr) bool {
		_, sendErr = syscall.SendmsgN(int(fd), []byte(text), nil, nil, syscall.MSG_OOB)
		return sendErr != syscall.EAGAIN
	})
	if err != nil || sendErr != nil {
		t.Fatal(err, sendErr)
	}
}

// No descriptor is left behind, however transfers end.
func TestRealDescriptors(t *testing.T) {
	descriptors := func() int {
		list, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	t.Run("warm up", func(t *testing.T) { useUp(t) })
	before := descriptors()
	t.Run("use", func(t *testing.T) { useUp(t) })
	if after := descriptors(); after != before {
		t.Errorf("%d descriptors were open before, %d are after", before, after)
	}
}

func useUp(t *testing.T) {
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, nil)
	for i := range 10 {
		c := s.connect(t)
		c.stor("STOR a", noise(1<<20))
		c.retr("RETR a")
		c.retr("LIST")
		c.want(ftp.CodeExtendedPassive, "EPSV")
		c.want(ftp.CodeExtendedPassive, "EPSV")
		c.want(ftp.CodeExtendedPassive, "EPSV")
		c.want(ftp.CodeOpening, "RETR a")
		c.want(ftp.CodeAborted, "ABOR")
		c.reply()
		c.want(ftp.CodeNoData, "RETR a")
		conn := c.open("RETR a")
		conn.SetLinger(0)
		conn.Close()
		c.reply()
		conn = c.open("STOR a")
		conn.Write([]byte("part"))
		switch i % 3 {
		case 0:
			c.want(ftp.CodeAborted, "ABOR")
		case 1:
			conn.SetLinger(0)
			conn.Close()
			c.reply()
		case 2:
			c.conn.Close()
		}
		conn.Close()
	}
}
