package ftpserver_test

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// connectTLS connects, begins TLS and logs in.
func (s *realServer) connectTLS(t *testing.T, cfg *tls.Config) *client {
	t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	c := newClient(t, conn)
	if r := c.reply(); r.Code != ftp.CodeReady {
		t.Fatalf("greeting: %v", r)
	}
	c.beginTLS(cfg).login("joe", "x")
	c.want(ftp.CodeOK, "TYPE I")
	return c
}

// openTLS begins a transfer, makes its data connection and begins TLS on it.
func (c *client) openTLS(line string, cfg *tls.Config) (*tls.Conn, *net.TCPConn) {
	c.t.Helper()
	tcp := c.open(line)
	conn := tls.Client(tcp, cfg)
	if err := conn.Handshake(); err != nil {
		c.t.Fatal(err)
	}
	return conn, tcp
}

// An uploader that never reads its data connection, and closes it as soon as it has
// written the last octet, loses nothing: nothing comes to it that would be unread
// then, which would make its system reset the connection.
func TestRealUploaderNeverReads(t *testing.T) {
	s := serveRealTLS(t, "127.0.0.1", ftpserver.Limits{}, nil, ftpserver.TLS{Config: &tls.Config{Certificates: []tls.Certificate{certified()}}})
	for name, version := range versions {
		for _, resume := range []bool{false, true} {
			cfg := trusting(&ticketCache{keep: true})
			cfg.MinVersion, cfg.MaxVersion = version, version
			c := s.connectTLS(t, cfg)
			if !resume {
				cfg = cfg.Clone()
				cfg.ClientSessionCache = nil
			}
			for size, times := range map[int]int{1: 30, 64 << 10: 30, 8 << 20: 2} {
				t.Run(fmt.Sprintf("TLS%s/resume=%v/%d", name, resume, size), func(t *testing.T) {
					c.t = t
					for range times {
						want := noise(size)
						conn, tcp := c.openTLS("STOR f", cfg)
						if conn.ConnectionState().DidResume != resume {
							t.Fatal("resumed:", !resume)
						}
						if _, err := conn.Write(want); err != nil {
							t.Fatal(err)
						}
						conn.CloseWrite()
						tcp.Close()
						if r := c.reply(); r.Code != ftp.CodeDone {
							t.Fatal(r)
						}
						s.check(t, "f", want)
					}
				})
			}
		}
	}
}

// A client that ends its side of TLS before it reads, and reads slowly, gets all:
// what it has sent is not left unread by the server, which would be a reset.
func TestRealDownloaderEndsFirst(t *testing.T) {
	s := serveRealTLS(t, "127.0.0.1", ftpserver.Limits{}, nil, ftpserver.TLS{Config: &tls.Config{Certificates: []tls.Certificate{certified()}}})
	for name, version := range versions {
		t.Run("TLS"+name, func(t *testing.T) {
			cfg := trusting(&ticketCache{})
			cfg.MinVersion, cfg.MaxVersion = version, version
			c := s.connectTLS(t, cfg)
			want := noise(2 << 20)
			c.put("f", want, cfg)
			for range 5 {
				conn, tcp := c.openTLS("RETR f", cfg)
				tcp.SetReadBuffer(64 << 10)
				conn.CloseWrite()
				if r := c.reply(); r.Code != ftp.CodeDone {
					t.Fatal(r)
				}
				got, err := io.ReadAll(conn)
				if err != nil || !bytes.Equal(got, want) {
					t.Fatalf("%d of %d octets, error %v", len(got), len(want), err)
				}
				conn.Close()
			}
		})
	}
}

// put stores a file over TLS.
func (c *client) put(name string, content []byte, cfg *tls.Config) {
	c.t.Helper()
	conn, tcp := c.openTLS("STOR "+name, cfg)
	if _, err := conn.Write(content); err != nil {
		c.t.Fatal(err)
	}
	conn.CloseWrite()
	tcp.Close()
	if r := c.reply(); r.Code != ftp.CodeDone {
		c.t.Fatal(r)
	}
}

// A transfer from one server to another with TLS on its data connection (FXP): one
// of them is the client of TLS, whichever the user tells to by CPSV or SSCN.
func TestRealFXPWithTLS(t *testing.T) {
	here, there := serveFXP(t, time.Minute), serveFXP(t, time.Minute)
	cfg := trusting(&ticketCache{})
	for _, how := range []string{"CPSV", "SSCN on the passive side", "SSCN on the active side"} {
		t.Run(how, func(t *testing.T) {
			from, to := here.connectTLS(t, cfg), there.connectTLS(t, trusting(&ticketCache{}))
			want := noise(3 << 20)
			from.put("f", want, cfg)
			verb := "PASV"
			switch how {
			case "CPSV":
				verb = "CPSV"
			case "SSCN on the passive side":
				from.want(ftp.CodeOK, "SSCN ON")
			case "SSCN on the active side":
				to.want(ftp.CodeOK, "SSCN ON")
			}
			ap, err := ftp.ParsePassive(from.want(ftp.CodePassive, verb).Text())
			if err != nil {
				t.Fatal(err)
			}
			to.want(ftp.CodeOK, "PORT "+ftp.FormatHostPort(ap))
			from.want(ftp.CodeOpening, "RETR f")
			to.want(ftp.CodeOpening, "STOR g")
			for _, c := range []*client{to, from} {
				if r := c.reply(); r.Code != ftp.CodeDone {
					t.Fatal(r)
				}
			}
			there.check(t, "g", want)
			// CPSV is for one transfer; SSCN until it is taken back.
			from.want(ftp.CodeOK, "SSCN OFF")
			from.put("f", noise(1000), cfg)
		})
	}
}

// Two servers that are both the server of TLS get nowhere, and say so.
func TestRealFXPWithoutTLSClient(t *testing.T) {
	here, there := serveFXP(t, time.Second), serveFXP(t, time.Second)
	cfg := trusting(&ticketCache{})
	from, to := here.connectTLS(t, cfg), there.connectTLS(t, trusting(&ticketCache{}))
	from.put("f", noise(1000), cfg)
	ap, err := ftp.ParsePassive(from.want(ftp.CodePassive, "PASV").Text())
	if err != nil {
		t.Fatal(err)
	}
	to.want(ftp.CodeOK, "PORT "+ftp.FormatHostPort(ap))
	from.want(ftp.CodeOpening, "RETR f")
	to.want(ftp.CodeOpening, "STOR g")
	for _, c := range []*client{to, from} {
		if r := c.reply(); r.Code != ftp.CodeProtocols {
			t.Error(r)
		}
	}
}

// serveFXP serves with TLS. The certificates of other servers are verified.
func serveFXP(t *testing.T, connect time.Duration) *realServer {
	return serveRealTLS(t, "127.0.0.1", ftpserver.Limits{DataConnect: connect}, nil, ftpserver.TLS{Config: &tls.Config{
		Certificates: []tls.Certificate{certified()}, RootCAs: servers().pool,
	}})
}

// A port that was opened before PROT P serves TLS as well.
func TestRealProtectedLate(t *testing.T) {
	s := serveRealTLS(t, "127.0.0.1", ftpserver.Limits{}, nil, ftpserver.TLS{Config: &tls.Config{Certificates: []tls.Certificate{certified()}}})
	cfg := trusting(&ticketCache{})
	c := s.connectTLS(t, cfg)
	want := noise(1 << 20)
	begin := func(line string) *tls.Conn {
		c.want(ftp.CodeOK, "PROT C")
		tcp := c.dial()
		c.want(ftp.CodeOK, "PROT P")
		c.want(ftp.CodeOpening, line)
		return tls.Client(tcp, cfg)
	}
	up := begin("STOR f")
	if _, err := up.Write(want); err != nil {
		t.Fatal(err)
	}
	up.Close()
	if r := c.reply(); r.Code != ftp.CodeDone {
		t.Fatal(r)
	}
	s.check(t, "f", want)
	down := begin("RETR f")
	if got, err := io.ReadAll(down); err != nil || !bytes.Equal(got, want) {
		t.Fatalf("%d of %d octets, error %v", len(got), len(want), err)
	}
	down.Close()
	if r := c.reply(); r.Code != ftp.CodeDone {
		t.Fatal(r)
	}
}
