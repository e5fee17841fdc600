package ftpclient_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/seed-6092453b/ferry/internal/memnet"
)

const proxyAddr = "10.0.0.1:1080"

// fakeProxy is a SOCKS5 or HTTP proxy on a host of its own. What it does wrong is told by
// say.
type fakeProxy struct {
	host           *memnet.Host
	http           bool
	user, password string            // "": nobody has to log in
	names          map[string]string // what it resolves
	cert           *tls.Certificate  // not nil: with TLS

	// say is written in the place of what the proxy would answer to a command for
	// the address; "" lets it do its work.
	say func(command, address string) string

	mu   sync.Mutex
	seen []string // "CONNECT host:port", "BIND host:port"
	all  sync.WaitGroup
}

// start runs the proxy until the test ends, and fails the test if the client connects
// to anything else.
func (p *fakeProxy) start(t testing.TB, n *memnet.Net) *fakeProxy {
	t.Helper()
	p.host = n.Host("10.0.0.1")
	ln, err := p.host.Listen(t.Context(), "tcp", proxyAddr)
	if err != nil {
		t.Fatal(err)
	}
	if p.cert != nil {
		ln = tls.NewListener(ln, &tls.Config{Certificates: []tls.Certificate{*p.cert}})
	}
	n.OnConnect = func(dialed, _ *memnet.Conn) {
		if from, to := dialed.LocalAddr().String(), dialed.RemoteAddr().String(); strings.HasPrefix(from, "127.0.0.1:") && to != proxyAddr && !strings.HasPrefix(to, "10.0.0.1:") {
			t.Errorf("%s connects to %s without the proxy", from, to)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	p.all.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			p.all.Go(func() {
				defer conn.Close()
				p.serve(ctx, conn)
			})
		}
	})
	t.Cleanup(func() {
		ln.Close()
		cancel()
		p.all.Wait()
	})
	return p
}

func (p *fakeProxy) serve(ctx context.Context, conn net.Conn) {
	r := bufio.NewReader(conn)
	if p.http {
		p.serveHTTP(ctx, conn, r)
	} else {
		p.serveSOCKS(ctx, conn, r)
	}
}

func (p *fakeProxy) serveHTTP(ctx context.Context, conn net.Conn, r *bufio.Reader) {
	var lines []string
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			break
		}
		lines = append(lines, line)
	}
	words := strings.Fields(lines[0])
	if len(words) != 3 || words[0] != "CONNECT" {
		io.WriteString(conn, "HTTP/1.1 405 Method Not Allowed\r\n\r\n")
		return
	}
	wanted := "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(p.user+":"+p.password))
	switch said := p.answer("CONNECT", words[1]); {
	case p.user != "" && !strings.Contains(strings.Join(lines, "\n"), wanted):
		io.WriteString(conn, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n")
		return
	case said != "":
		io.WriteString(conn, said)
		return
	}
	far, err := p.dial(ctx, words[1])
	if err != nil {
		io.WriteString(conn, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 5\r\n\r\nsorry")
		return
	}
	io.WriteString(conn, "HTTP/1.0 200 Connection established\r\nX-Filler: yes\r\n\r\n")
	splice(conn, r, far)
}

func (p *fakeProxy) serveSOCKS(ctx context.Context, conn net.Conn, r *bufio.Reader) {
	method, methods := byte(0), []byte(nil)
	if head, err := take(r, 2); err == nil {
		methods, _ = take(r, int(head[1]))
	}
	if p.user != "" {
		method = 2
	}
	if !strings.Contains(string(methods), string(rune(method))) {
		conn.Write([]byte{5, 0xff})
		return
	}
	conn.Write([]byte{5, method})
	if p.user != "" {
		head, _ := take(r, 2)
		user, _ := take(r, int(head[1]))
		size, _ := take(r, 1)
		password, err := take(r, int(size[0]))
		if err != nil || string(user) != p.user || string(password) != p.password {
			conn.Write([]byte{1, 1})
			return
		}
		conn.Write([]byte{1, 0})
	}
	head, err := take(r, 4)
	if err != nil {
		return
	}
	var host string
	switch head[3] {
	case 1, 4:
		b, _ := take(r, map[byte]int{1: 4, 4: 16}[head[3]])
		ip, _ := netip.AddrFromSlice(b)
		host = ip.String()
	case 3:
		size, _ := take(r, 1)
		name, _ := take(r, int(size[0]))
		host = string(name)
	}
	port, err := take(r, 2)
	if err != nil {
		return
	}
	address := net.JoinHostPort(host, strconv.Itoa(int(binary.BigEndian.Uint16(port))))
	command := map[byte]string{1: "CONNECT", 2: "BIND"}[head[1]]
	if said := p.answer(command, address); said != "" {
		io.WriteString(conn, said)
		return
	}
	if command == "BIND" {
		p.bind(ctx, conn, r)
		return
	}
	far, err := p.dial(ctx, address)
	if err != nil {
		conn.Write([]byte{5, 5, 0, 1, 0, 0, 0, 0, 0, 0})
		return
	}
	conn.Write(socksReply(far.LocalAddr()))
	splice(conn, r, far)
}

// bind listens for one connection.
func (p *fakeProxy) bind(ctx context.Context, conn net.Conn, r *bufio.Reader) {
	ln, err := p.host.Listen(ctx, "tcp", "10.0.0.1:0")
	if err != nil {
		return
	}
	port := ln.Addr().(*net.TCPAddr).Port
	conn.Write(socksReply(&net.TCPAddr{IP: net.IPv4zero, Port: port})) // as many say it
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		if _, err := r.Peek(1); err != nil {
			ln.Close() // the client has given up
		}
	}()
	far, err := ln.Accept()
	ln.Close()
	if err != nil {
		<-gone
		return
	}
	conn.Write(socksReply(far.RemoteAddr()))
	<-waiting(gone, r, far, conn)
}

// waiting joins the two once the watcher of the client has seen something.
func waiting(gone chan struct{}, r *bufio.Reader, far, conn net.Conn) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		down := make(chan struct{})
		go func() {
			defer close(down)
			io.Copy(conn, far)
			half(conn)
		}()
		<-gone
		io.Copy(far, r)
		half(far)
		<-down
		far.Close()
	}()
	return done
}

func (p *fakeProxy) dial(ctx context.Context, address string) (net.Conn, error) {
	host, port, _ := net.SplitHostPort(address)
	if ip := p.names[host]; ip != "" {
		address = net.JoinHostPort(ip, port)
	}
	return p.host.Dial(ctx, "tcp", nil, address)
}

// answer notes a command, and returns what is said instead of an answer.
func (p *fakeProxy) answer(command, address string) string {
	p.mu.Lock()
	p.seen = append(p.seen, command+" "+address)
	p.mu.Unlock()
	if p.say == nil {
		return ""
	}
	return p.say(command, address)
}

func (p *fakeProxy) commands() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.seen...)
}

func socksReply(at net.Addr) []byte {
	ap := at.(*net.TCPAddr).AddrPort()
	b := []byte{5, 0, 0, 1}
	if ap.Addr().Unmap().Is6() {
		b[3] = 4
	}
	b = append(b, ap.Addr().Unmap().AsSlice()...)
	return binary.BigEndian.AppendUint16(b, ap.Port())
}

func take(r io.Reader, n int) ([]byte, error) {
	b := make([]byte, n)
	_, err := io.ReadFull(r, b)
	return b, err
}

func half(c net.Conn) { c.(interface{ CloseWrite() error }).CloseWrite() }

// splice joins two connections until both directions have ended.
func splice(conn net.Conn, r io.Reader, far net.Conn) {
	defer far.Close()
	var both sync.WaitGroup
	both.Go(func() { io.Copy(far, r); half(far) })
	both.Go(func() { io.Copy(conn, far); half(conn) })
	both.Wait()
}
