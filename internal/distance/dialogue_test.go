package distance_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/internal/distance"
	"github.com/seed-6092453b/ferry/internal/memnet"
)

// TestPassive has the reply to EPSV and PASV name a port of the relay, by which the
// server's port is reached, as far away as the server is.
func TestPassive(t *testing.T) {
	for _, tt := range []struct {
		reply string // what the server says for a port
		parse func(string) (netip.AddrPort, error)
	}{
		{"229 Extended (|||5000|)\r\n", func(s string) (netip.AddrPort, error) {
			ap, err := ftp.ParseExtendedPassive(s)
			return netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), ap.Port()), err
		}},
		{"227 Passive (10,0,0,1,19,136).\r\n", ftp.ParsePassive},
	} {
		far(t, distance.Options{}, func(c net.Conn) {
			io.WriteString(c, "220-Hello\r\n220 there\r\n"+tt.reply)
			io.Copy(io.Discard, c)
		}, func(t *testing.T, n *memnet.Net, r *distance.Relay, c net.Conn) {
			for _, h := range []distance.Network{n, n.Host("10.0.0.1")} {
				l, err := h.Listen(t.Context(), "tcp", ":5000")
				check(t, err)
				defer l.Close()
				go serveData(l)
			}

			b := bufio.NewReader(c)
			read(t, b, "220-Hello\r\n")
			read(t, b, "220 there\r\n")
			line, _ := b.ReadString('\n')
			to, err := tt.parse(line)
			if err != nil || to.Addr() != netip.MustParseAddr("127.0.0.1") || to.Port() == 5000 {
				t.Fatalf("%q is no port of the relay (%v)", line, err)
			}
			start := time.Now()
			data := dial(t, n, to.String())
			defer data.Close()
			got, _ := io.ReadAll(data)
			if string(got) != "the file" {
				t.Errorf("%q over the data connection", got)
			}
			took(t, start, 2, "the file")
			if n := r.Counts(); n.Control != 1 || n.Data != 1 {
				t.Errorf("%+v", n)
			}
		})
	}
}

func serveData(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		io.WriteString(c, "the file")
		c.Close()
	}
}

// TestActive has the server connect to the relay where the client waits for it.
func TestActive(t *testing.T) {
	for _, command := range []string{"PORT 127,0,0,1,19,136\r\n", "EPRT |1|127.0.0.1|5000|\r\n"} {
		var n *memnet.Net
		ready := make(chan struct{})
		far(t, distance.Options{}, func(c net.Conn) {
			line, _ := bufio.NewReader(c).ReadString('\n')
			verb, arg, _ := strings.Cut(strings.TrimSpace(line), " ")
			to, err := ftp.ParseHostPort(arg)
			if verb == "EPRT" {
				to, err = ftp.ParseExtended(arg)
			}
			if err != nil || to.Port() == 5000 {
				io.WriteString(c, "501 "+line)
				return
			}
			<-ready
			data, err := n.Dial(context.Background(), "tcp", nil, to.String())
			if err != nil {
				io.WriteString(c, "425 "+err.Error()+"\r\n")
				return
			}
			io.WriteString(data, "the file")
			data.Close()
			io.WriteString(c, "226 Done\r\n")
		}, func(t *testing.T, net *memnet.Net, r *distance.Relay, c net.Conn) {
			n = net
			close(ready)
			l, err := net.Listen(t.Context(), "tcp", "127.0.0.1:5000")
			check(t, err)
			defer l.Close()
			start := time.Now()
			io.WriteString(c, command)
			data, err := l.Accept()
			check(t, err)
			defer data.Close()
			got, _ := io.ReadAll(data)
			// The command is there with the handshake, at 1.5. The server's connection stands,
			// for the server, a round trip later, and the file takes half of one.
			took(t, start, 3, "the file")
			if string(got) != "the file" || r.Counts().Data != 1 || r.Counts().Down < int64(len(got)) {
				t.Errorf("%q, %+v", got, r.Counts())
			}
		})
	}
}

// What follows the reply to AUTH is never read, however much it looks like a dialogue.
func TestNothingIsReadUnderTLS(t *testing.T) {
	const secret = "229 Extended (|||5000|)\r\n"
	far(t, distance.Options{}, func(c net.Conn) {
		b := bufio.NewReader(c)
		b.ReadString('\n')
		io.WriteString(c, "234 Go\r\n")
		io.Copy(c, b)
	}, func(t *testing.T, _ *memnet.Net, r *distance.Relay, c net.Conn) {
		b := bufio.NewReader(c)
		io.WriteString(c, "AUTH TLS\r\n")
		read(t, b, "234 Go\r\n")
		io.WriteString(c, secret+"no end of line")
		read(t, b, secret)
		rest := make([]byte, 14)
		if _, err := io.ReadFull(b, rest); err != nil || string(rest) != "no end of line" {
			t.Errorf("%q, %v", rest, err)
		}
		if n := r.Counts(); n.Commands != 1 || n.Turns != 1 {
			t.Errorf("%+v, want one command and one turn", n)
		}
	})
	far(t, distance.Options{}, func(c net.Conn) { io.Copy(c, c) },
		func(t *testing.T, _ *memnet.Net, r *distance.Relay, c net.Conn) {
			hello := "\x16\x03\x01 no line"
			io.WriteString(c, hello)
			got := make([]byte, len(hello))
			if _, err := io.ReadFull(c, got); err != nil || string(got) != hello {
				t.Errorf("%q, %v", got, err)
			}
		})
}

// With ports that are relayed one to one nothing has to be read.
func TestPorts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		server, relay := n.Host("192.0.2.1"), n.Host("192.0.2.2")
		l, err := server.Listen(t.Context(), "tcp", "192.0.2.1:5001")
		check(t, err)
		defer l.Close()
		go serveData(l)
		r, err := distance.Listen(t.Context(), "192.0.2.1:21", distance.Options{
			RTT: rtt, Host: "192.0.2.2", Port: 2121, Ports: [2]int{5000, 5003}, Net: relay,
		})
		check(t, err)
		defer r.Close()
		if r.Addr() != "192.0.2.2:2121" {
			t.Error(r.Addr())
		}
		start := time.Now()
		c, err := server.Dial(t.Context(), "tcp", nil, "192.0.2.2:5001")
		check(t, err)
		defer c.Close()
		got, _ := io.ReadAll(c)
		if string(got) != "the file" {
			t.Errorf("%q", got)
		}
		took(t, start, 2, "the file")
	})
}
