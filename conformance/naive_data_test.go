package conformance_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/ftp"
)

// prepare agrees on a data connection.
func (s *naiveSession) prepare() {
	switch s.j.Task {
	case conformance.TaskGetActive, conformance.TaskGetTLSActive:
		s.listen(s.conn.LocalAddr().(*net.TCPAddr).IP)
		return
	}
	if s.passive != "" && s.has("reuses the data port") {
		s.dial(s.passive)
		return
	}
	host := s.tcp.RemoteAddr().(*net.TCPAddr).IP.String()
	if !s.has("sends PASV at once") {
		if r := s.ask("EPSV"); r.ok() {
			s.dial(net.JoinHostPort(host, strconv.Itoa(s.extended(r.text()))))
			return
		}
	}
	r := s.want("PASV")
	text := r.text()[4:]
	if s.has("wants parentheses") && !strings.Contains(text, "(") {
		s.fail("there is no address in %s", text)
	}
	ap, err := ftp.ParsePassive(text)
	s.must(err)
	if s.has("goes where 227 says") {
		host = ap.Addr().String()
	}
	s.dial(net.JoinHostPort(host, strconv.Itoa(int(ap.Port()))))
}

// dial connects to where the server listens.
func (s *naiveSession) dial(addr string) {
	s.drop()
	conn, err := s.net.Dial(s.ctx, "tcp", nil, addr)
	s.must(err)
	s.passive, s.dialed = addr, conn
}

// extended reads the port of 229.
func (s *naiveSession) extended(text string) int {
	ap, err := ftp.ParseExtendedPassive(text)
	if err != nil || s.has("knows one delimiter") && !strings.Contains(text, "(|||") {
		s.fail("there is no port in %s", text)
	}
	return int(ap.Port())
}

// listen tells the server where to connect to, in the family that it takes.
func (s *naiveSession) listen(ip net.IP) {
	s.drop()
	ln, err := s.net.Listen(s.ctx, "tcp", net.JoinHostPort(ip.String(), "0"))
	s.must(err)
	s.active = ln
	proto := 1
	if ip.To4() == nil {
		proto = 2
	}
	r := s.ask("EPRT", fmt.Sprintf("|%d|%s|%d|", proto, ip, ln.Addr().(*net.TCPAddr).Port))
	if r.code == 522 && proto == 2 && !s.has("knows no other protocol") {
		s.listen(net.IPv4(127, 0, 0, 1))
		return
	}
	if !r.ok() {
		s.fail("%s", r.text())
	}
}

// first takes whoever comes first for the server, and nobody else.
func (s *naiveSession) first() {
	conn, err := s.active.Accept()
	s.must(err)
	s.active.Close()
	s.active, s.dialed = nil, conn
}

// data makes the data connection.
func (s *naiveSession) data() *naiveData {
	d := &naiveData{}
	var err error
	if s.active == nil {
		d.Conn, s.dialed = s.dialed, nil
	} else {
		if !s.has("takes anybody's data") { // else the server's own must not be refused, which would tell
			defer s.drop()
		}
		for {
			if d.Conn, err = s.active.Accept(); err != nil || s.has("takes anybody's data") || s.known(d.Conn) {
				break
			}
			d.Conn.Close()
		}
	}
	s.must(err)
	s.moving = d.Conn
	d.Conn.SetDeadline(time.Now().Add(s.j.Patience))
	if s.private && !s.has("sends no TLS in active mode") {
		t := tls.Client(d, s.config)
		s.must(t.HandshakeContext(s.ctx))
		return &naiveData{Conn: t, below: d}
	}
	return d
}

// known reports whether a data connection comes from the server.
func (s *naiveSession) known(conn net.Conn) bool {
	from, server := conn.RemoteAddr().(*net.TCPAddr).IP, s.tcp.RemoteAddr().(*net.TCPAddr).IP
	return from.Equal(server) || from.IsLoopback() && server.To4() == nil && from.Equal(net.IPv4(127, 0, 0, 1))
}

// naiveData is a data connection that knows how it has ended.
type naiveData struct {
	net.Conn
	below *naiveData  // TCP, where this is TLS
	ended atomic.Bool // TCP has ended
}

func (d *naiveData) Read(p []byte) (int, error) {
	n, err := d.Conn.Read(p)
	if err == io.EOF {
		d.ended.Store(true)
	}
	return n, err
}

// cut reports whether TLS was ended by TCP, and not by close_notify.
func (d *naiveData) cut() bool { return d.below != nil && d.below.ended.Load() }

// unblock reads a file in block mode (RFC 959, 3.4.2), and gives markers to mark.
func (s *naiveSession) unblock(r io.Reader, w io.Writer, mark func(string)) {
	for {
		var head [3]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			if s.has("takes any end of blocks") {
				return
			}
			s.must(err)
		}
		block := make([]byte, int(head[1])<<8|int(head[2]))
		n, err := io.ReadFull(r, block)
		if s.has("takes a cut block") && err != nil {
			w.Write(block[:n])
			return
		}
		s.must(err)
		if head[0]&0x10 != 0 {
			mark(string(block))
		} else {
			_, err = w.Write(block)
			s.must(err)
		}
		if head[0]&0x40 != 0 {
			return
		}
	}
}
