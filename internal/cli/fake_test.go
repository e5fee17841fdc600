package cli

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// fake is an FTP server on a real port of loopback, which does what a test wants and no
// FTP server should.
type fake struct {
	t        *testing.T
	host     string
	port     uint16
	cert     *tls.Certificate // nil: no TLS
	implicit bool

	listing map[string]string // what MLSD says of a path
	files   map[string]string // what RETR sends of a path

	// on answers a verb in its own way. It returns false to have it done as usual.
	on map[string]func(c *fakeConn, arg string) bool

	mu   sync.Mutex
	sent []string // the verbs that were received
}

// fakeConn is one of its control connections.
type fakeConn struct {
	*fake
	net.Conn
	in      *bufio.Reader
	data    net.Listener
	active  string // where PORT wants the data connection
	private bool
}

// startFake starts f, which ends with the test.
func startFake(t *testing.T, f *fake) *fake {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f.t, f.host, f.port = t, "127.0.0.1", uint16(ln.Addr().(*net.TCPAddr).Port)
	var all sync.WaitGroup
	stop := make(chan struct{})
	all.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer conn.Close()
				all.Go(func() { <-stop; conn.Close() })
				f.serve(conn)
			})
		}
	})
	t.Cleanup(func() {
		ln.Close()
		close(stop)
		all.Wait()
	})
	return f
}

func (f *fake) url(scheme, path string) string {
	return fmt.Sprintf("%s://%s:%d/%s", scheme, f.host, f.port, path)
}

// got tells how often a verb was received.
func (f *fake) got(verb string) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, v := range f.sent {
		if v == verb {
			n++
		}
	}
	return n
}

func (f *fake) config() *tls.Config { return &tls.Config{Certificates: []tls.Certificate{*f.cert}} }

func (f *fake) serve(conn net.Conn) {
	c := &fakeConn{fake: f, Conn: conn}
	if f.implicit {
		c.Conn, c.private = tls.Server(conn, f.config()), true
	}
	c.in = bufio.NewReader(c.Conn)
	c.say("220 Fake.")
	for {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return
		}
		verb, arg, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		f.mu.Lock()
		f.sent = append(f.sent, verb)
		f.mu.Unlock()
		if g := f.on[verb]; g != nil && g(c, arg) {
			continue
		}
		c.usual(verb, arg)
		if verb == "QUIT" {
			return
		}
	}
}

func (c *fakeConn) say(line string) { fmt.Fprintf(c.Conn, "%s\r\n", line) }

func (c *fakeConn) usual(verb, arg string) {
	switch verb {
	case "USER":
		c.say("331 Password.")
	case "PASS":
		c.say("230 In.")
	case "SYST":
		c.say("215 UNIX Type: L8")
	case "FEAT":
		c.say("211-Features:\r\n MLST type*;size*;modify*;\r\n SIZE\r\n MDTM\r\n REST STREAM\r\n UTF8\r\n211 End")
	case "AUTH":
		if c.cert == nil {
			c.say("502 No.")
			return
		}
		c.say("234 Go.")
		c.Conn = tls.Server(c.Conn, c.config())
		c.in = bufio.NewReader(c.Conn)
	case "PROT":
		c.private = arg == "P"
		c.say("200 OK.")
	case "PBSZ", "TYPE", "OPTS", "NOOP", "CLNT", "MODE", "STRU":
		c.say("200 OK.")
	case "PWD":
		c.say(`257 "/" is it.`)
	case "CWD":
		c.say("250 OK.")
	case "REST":
		c.say("350 OK.")
	case "EPSV":
		c.listen()
		c.say(fmt.Sprintf("229 Here (|||%d|)", c.dataPort()))
	case "PASV":
		c.listen()
		c.say(fmt.Sprintf("227 Here (127,0,0,1,%d,%d)", c.dataPort()>>8, c.dataPort()&255))
	case "MLST":
		c.describe(arg)
	case "MLSD", "LIST":
		c.send([]byte(c.listing[arg]))
	case "SIZE":
		if text, ok := c.files[arg]; ok {
			c.say("213 " + strconv.Itoa(len(text)))
			return
		}
		c.say("550 No.")
	case "RETR":
		if text, ok := c.files[arg]; ok {
			c.send([]byte(text))
			return
		}
		c.say("550 No.")
	case "ABOR":
		c.say("226 Aborted.")
	case "QUIT":
		c.say("221 Bye.")
	default:
		c.say("500 What?")
	}
}

// describe answers MLST.
func (c *fakeConn) describe(path string) {
	facts := ""
	if _, ok := c.listing[path]; ok {
		facts = "type=dir;"
	} else if text, ok := c.files[path]; ok {
		facts = fmt.Sprintf("type=file;size=%d;modify=20260102030405;", len(text))
	}
	if facts == "" {
		c.say("550 No.")
		return
	}
	c.say("250-Facts:\r\n " + facts + " " + path + "\r\n250 End")
}

func (c *fakeConn) listen() {
	if c.data != nil {
		c.data.Close()
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		c.t.Error(err)
		return
	}
	c.data = ln
}

func (c *fakeConn) dataPort() int { return c.data.Addr().(*net.TCPAddr).Port }

// open says 150 and makes the data connection; nil if the client does not come.
func (c *fakeConn) open() net.Conn {
	c.say("150 Here.")
	var conn net.Conn
	var err error
	if c.active != "" {
		conn, err = net.Dial("tcp", c.active)
	} else if c.data != nil {
		c.data.(*net.TCPListener).SetDeadline(time.Now().Add(5 * time.Second))
		conn, err = c.data.Accept()
		c.data.Close()
		c.data = nil
	}
	if conn == nil || err != nil {
		c.say("425 No.")
		return nil
	}
	if c.private {
		conn = tls.Server(conn, c.config())
	}
	return conn
}

// send sends data and says 226.
func (c *fakeConn) send(data []byte) {
	conn := c.open()
	if conn == nil {
		return
	}
	conn.Write(data)
	conn.Close()
	c.say("226 Done.")
}

// endless sends the same over and over until the client has had enough, or until it
// has sent limit octets. It returns how many went.
func (c *fakeConn) endless(piece string, limit int64) (n int64) {
	conn := c.open()
	if conn == nil {
		return 0
	}
	defer conn.Close()
	piece = strings.Repeat(piece, max(1, 64<<10/len(piece)))
	for n < limit {
		m, err := io.WriteString(conn, piece)
		n += int64(m)
		if err != nil {
			c.say("426 Cut.")
			return n
		}
	}
	c.say("226 Done.")
	return n
}

// ferry runs a command line as it is run in a shell, with a home of its own.
func ferry(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	dir := t.TempDir()
	open := func(name string) *os.File {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	in, out, errs := open("in"), open("out"), open("err")
	code = run(args, &stdio{in: in, out: out, err: errs})
	read := func(f *os.File) string {
		f.Close()
		text, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	in.Close()
	return code, read(out), read(errs)
}

// atHome gives the test a home without servers that are known.
func atHome(t *testing.T) (home string) {
	t.Helper()
	home = t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_STATE_HOME", filepath.Join(home, "state"))
	t.Setenv("NETRC", "")
	return home
}
