package ftpserver_test

import (
	"bytes"
	"io"
	"net"
	"runtime"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// blocks encodes octets in block mode.
func blocks(octets []byte) []byte {
	var b bytes.Buffer
	w := ftp.Codec{Params: ftp.Params{Type: 'I', Stru: 'F', Mode: 'B'}}.NewWriter(&b)
	w.Write(octets)
	w.Close()
	return b.Bytes()
}

// fetchBlocks reads a file in block mode, and the reply behind it.
func (c *client) fetchBlocks(conn net.Conn, want []byte) {
	c.t.Helper()
	wire := blocks(want)
	got := make([]byte, len(wire))
	if _, err := io.ReadFull(conn, got); err != nil || !bytes.Equal(got, wire) {
		c.t.Fatalf("%d octets of blocks differ, error %v", len(got), err)
	}
	if r := c.reply(); r.Code != ftp.CodeActionDone {
		c.t.Fatal(r)
	}
}

// A data connection that the client closes while nobody uses it is closed by the
// server, too, and missed by the next transfer.
func TestRealOpenConnection(t *testing.T) {
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{}, nil)
	c := s.connect(t)
	want := noise(100_000)
	c.stor("STOR a", want)
	c.want(ftp.CodeOK, "MODE B")
	for _, reset := range []bool{false, true} {
		conn := c.open("RETR a")
		c.fetchBlocks(conn, want)
		for range 3 {
			c.want(ftp.CodeAlreadyOpen, "RETR a")
			c.fetchBlocks(conn, want)
		}
		c.want(ftp.CodeAlreadyOpen, "STOR b")
		if _, err := conn.Write(blocks(want)); err != nil {
			t.Fatal(err)
		}
		if r := c.reply(); r.Code != ftp.CodeActionDone {
			t.Fatal(r)
		}
		if reset {
			conn.SetLinger(0)
			conn.Close()
		} else {
			conn.CloseWrite()
			if n, err := io.Copy(io.Discard, conn); n != 0 || err != nil {
				t.Errorf("%d octets came, then %v", n, err)
			}
			conn.Close()
		}
		c.want(ftp.CodeNoData, "RETR a")
		c.want(ftp.CodeNoData, "RETR a")
	}
	c.want(ftp.CodeBye, "QUIT")
}

// Data connections that nobody uses hold no buffers.
func TestRealOpenMemory(t *testing.T) {
	s := serveReal(t, "127.0.0.1", ftpserver.Limits{SessionsPerIP: -1}, nil)
	content := noise(10_000)
	first := s.connect(t)
	first.stor("STOR a", content)
	const count = 100
	clients := make([]*client, count)
	for i := range clients {
		clients[i] = s.connect(t)
		clients[i].want(ftp.CodeOK, "MODE B")
	}
	before := inUse()
	for _, c := range clients {
		conn := c.open("STOR b")
		t.Cleanup(func() { conn.Close() })
		if _, err := conn.Write(blocks(content)); err != nil {
			t.Fatal(err)
		}
		if r := c.reply(); r.Code != ftp.CodeActionDone {
			t.Fatal(r)
		}
		c.want(ftp.CodeAlreadyOpen, "RETR a")
		c.fetchBlocks(conn, content)
	}
	each := (inUse() - before) / count
	t.Logf("%d octets for each, of which the client's connection is a part", each)
	if each > 16<<10 {
		t.Errorf("an open data connection holds %d octets", each)
	}
}

// inUse returns how much memory the program uses, garbage not counted.
func inUse() int64 {
	runtime.GC()
	runtime.GC() // what pools hold goes with the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}
