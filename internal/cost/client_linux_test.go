package cost_test

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/seed-6092453b/ferry/internal/memnet"
)

// A client speaks FTP without a single allocation, but for TLS, and with the fewest system
// calls, so that what is counted is the server's. It is used by one goroutine.
type client struct {
	t       testing.TB
	conn    net.Conn
	in      [4096]byte // what the server has said
	got     int        // how much of that
	line    [256]byte  // the command, or the reply, that was the last
	address unix.SockaddrInet4
	socket  socket      // the data connection over loopback
	data    net.Conn    // the data connection
	network *memnet.Net // nil: the system's
	secure  *tls.Config // of both connections; nil: in the clear
	octets  [256 << 10]byte
}

// dial connects and logs in, for binary transfers.
func dial(t testing.TB, addr string) *client {
	t.Helper()
	c := connect(t, addr)
	c.login()
	return c
}

// dialTLS does so over TLS, with data connections that resume its session.
func dialTLS(t testing.TB, addr string) *client {
	t.Helper()
	c := connect(t, addr)
	c.secure = &tls.Config{
		InsecureSkipVerify: true, // what it costs is asked, not who it is
		ServerName:         "localhost", ClientSessionCache: tls.NewLRUClientSessionCache(1),
	}
	c.do("AUTH TLS", "234")
	c.conn = tls.Client(c.conn, c.secure)
	c.login()
	c.do("PBSZ 0", "200")
	c.do("PROT P", "200")
	return c
}

func connect(t testing.TB, addr string) *client {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	check(t, err)
	c := begin(t, conn)
	c.address.Addr = netip.MustParseAddrPort(addr).Addr().As4()
	return c
}

// dialMemory does as dial in a network of memory.
func dialMemory(t testing.TB, network *memnet.Net) *client {
	t.Helper()
	conn, err := network.Dial(t.Context(), "tcp", nil, memoryHost+":21")
	check(t, err)
	c := begin(t, conn)
	c.network = network
	c.login()
	return c
}

func begin(t testing.TB, conn net.Conn) *client {
	t.Helper()
	t.Cleanup(func() { conn.Close() })
	c := &client{t: t, conn: conn}
	c.await("220")
	return c
}

func (c *client) login() {
	c.t.Helper()
	c.do("USER "+user, "331")
	c.do("PASS "+password, "230")
	c.do("TYPE I", "200")
}

// do sends a command and waits for its reply, of one line, with that code.
func (c *client) do(line, code string) {
	c.send(line)
	c.await(code)
}

func (c *client) send(line string) {
	n := copy(c.line[:], line)
	n += copy(c.line[n:], "\r\n")
	if _, err := c.conn.Write(c.line[:n]); err != nil {
		c.t.Fatal(err)
	}
}

// await takes the next reply, which is in c.line then, and returns its length.
func (c *client) await(code string) int {
	for {
		if end := bytes.IndexByte(c.in[:c.got], '\n'); end >= 0 {
			n := copy(c.line[:], c.in[:end])
			c.got = copy(c.in[:], c.in[end+1:c.got])
			if string(c.line[:min(n, 3)]) != code {
				c.t.Fatalf("the reply is %q, want %s", c.line[:n], code)
			}
			if n > 3 && c.line[3] == '-' {
				for string(c.line[:4]) != code+" " { // its last line
					n = c.await(code)
				}
			}
			return n
		}
		n, err := c.conn.Read(c.in[c.got:])
		if err != nil {
			c.t.Fatal(err)
		}
		c.got += n
	}
}

// open makes a data connection. Over TLS it has no use before the 150: the server does
// not answer earlier.
func (c *client) open() {
	c.send("EPSV")
	n := c.await("229")
	port := 0
	for _, b := range c.line[4:n] {
		if b >= '0' && b <= '9' {
			port = 10*port + int(b-'0')
		}
	}
	if c.network != nil {
		data, err := c.network.Dial(c.t.Context(), "tcp", nil, fmt.Sprintf("%s:%d", memoryHost, port))
		check(c.t, err)
		c.data = data
		return
	}
	c.address.Port = port
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err == nil {
		err = unix.Connect(fd, &c.address)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	c.socket.fd = fd
	c.data = &c.socket
}

// receive does a transfer from the server.
func (c *client) receive(line string) {
	c.open()
	c.send(line)
	c.await("150")
	var in io.Reader = c.data
	if c.secure != nil {
		in = tls.Client(c.data, c.secure)
	}
	for {
		if _, err := in.Read(c.octets[:]); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			c.t.Fatal(err)
		}
	}
	check(c.t, c.data.Close())
	c.await("226")
}

// storeAhead sends so many octets, which the system has room for, before the command.
func (c *client) storeAhead(line string, size int) {
	c.open()
	if _, err := c.data.Write(c.octets[:size]); err != nil {
		c.t.Fatal(err)
	}
	check(c.t, c.data.Close())
	c.do(line, "150")
	c.await("226")
}

// store sends so many octets.
func (c *client) store(line string, size int) {
	c.open()
	c.send(line)
	c.await("150")
	var out io.Writer = c.data
	if c.secure != nil {
		out = tls.Client(c.data, c.secure)
	}
	for size > 0 {
		n, err := out.Write(c.octets[:min(size, len(c.octets))])
		if err != nil {
			c.t.Fatal(err)
		}
		size -= n
	}
	if s, ok := out.(*tls.Conn); ok {
		check(c.t, s.CloseWrite())
		if _, err := io.Copy(io.Discard, s); err != nil { // there are tickets to come
			c.t.Fatal(err)
		}
	}
	check(c.t, c.data.Close())
	c.await("226")
}
