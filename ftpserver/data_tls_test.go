package ftpserver_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// trusting is the configuration of a client that keeps its tickets in cache.
func trusting(cache tls.ClientSessionCache) *tls.Config {
	return &tls.Config{RootCAs: servers().pool, ServerName: serverName, ClientSessionCache: cache}
}

// beginTLS makes the client's control connection TLS, and asks for the same on data
// connections.
func (c *client) beginTLS(cfg *tls.Config) *client {
	c.t.Helper()
	c.want(ftp.CodeSecurityDone, "AUTH TLS-P")
	c.secure(cfg)
	return c
}

// connectTLS connects, begins TLS and logs in.
func (w *world) connectTLS(cfg *tls.Config) *client {
	w.t.Helper()
	w.withTLS()
	c := w.connect().beginTLS(cfg)
	c.login("joe", "secret")
	c.want(ftp.CodeOK, "TYPE I")
	return c
}

// passive returns where the next data connection goes.
func (c *client) passive() netip.AddrPort {
	c.t.Helper()
	ap, err := ftp.ParseExtendedPassive(c.want(ftp.CodeExtendedPassive, "EPSV").Text())
	if err != nil {
		c.t.Fatal(err)
	}
	return netip.AddrPortFrom(netip.MustParseAddrPort(c.conn.RemoteAddr().String()).Addr(), ap.Port())
}

// tap makes a data connection that is not protected yet.
func (w *world) tap(at netip.AddrPort) net.Conn {
	w.t.Helper()
	conn, err := w.net.Host(client4).Dial(context.Background(), "tcp", nil, at.String())
	if err != nil {
		w.t.Fatal(err)
	}
	w.conns = append(w.conns, conn)
	return conn
}

// transfer begins a transfer, with a data connection in TLS.
func (w *world) transfer(c *client, line string, cfg *tls.Config) *tls.Conn {
	w.t.Helper()
	conn := tls.Client(w.tap(c.passive()), cfg)
	c.want(ftp.CodeOpening, line)
	if err := conn.Handshake(); err != nil {
		w.t.Fatal(err)
	}
	return conn
}

// upload stores a file. What comes from the server meanwhile is read, if anything
// does.
func (w *world) upload(c *client, name string, content []byte, cfg *tls.Config) tls.ConnectionState {
	w.t.Helper()
	conn := w.transfer(c, "STOR "+name, cfg)
	if _, err := conn.Write(content); err != nil {
		w.t.Fatal(err)
	}
	conn.CloseWrite()
	if got, err := io.ReadAll(conn); len(got) > 0 || err != nil {
		w.t.Fatalf("an upload brought %q, error %v", got, err)
	}
	conn.Close()
	if r := c.reply(); r.Code != ftp.CodeDone {
		w.t.Fatal(r)
	}
	return conn.ConnectionState()
}

// download fetches a file.
func (w *world) download(c *client, name string, cfg *tls.Config) ([]byte, tls.ConnectionState) {
	w.t.Helper()
	conn := w.transfer(c, "RETR "+name, cfg)
	got, err := io.ReadAll(conn)
	if err != nil {
		w.t.Fatal(err)
	}
	conn.Close()
	if r := c.reply(); r.Code != ftp.CodeDone {
		w.t.Fatal(r)
	}
	return got, conn.ConnectionState()
}

var versions = map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}

// A ticket that an uploader leaves unread would cost it the end of what it has sent.
// In TLS 1.2 tickets come within the handshake. This rests on the order in which
// crypto/tls calls its hooks.
func TestTicketsOnDataConnections(t *testing.T) {
	for name, version := range versions {
		for _, resume := range []bool{false, true} {
			t.Run(fmt.Sprintf("TLS%s/resume=%v", name, resume), func(t *testing.T) {
				inBubble(t, func(t *testing.T, w *world) {
					control := trusting(&ticketCache{keep: true})
					control.MinVersion, control.MaxVersion = version, version
					c := w.connectTLS(control)
					cfg := control
					if !resume {
						cfg = control.Clone()
						cfg.ClientSessionCache = new(ticketCache)
					}
					came := func(s tls.ConnectionState, want int) {
						t.Helper()
						cache := cfg.ClientSessionCache.(*ticketCache)
						if cache.puts != want || s.DidResume != resume || s.Version != version {
							t.Errorf("%d tickets came, want %d; resumed: %v", cache.puts, want, s.DidResume)
						}
						cache.puts = 0
					}
					control.ClientSessionCache.(*ticketCache).puts = 0
					up, down := 0, 0
					if resume {
						down = 1
					}
					if resume && version == tls.VersionTLS12 {
						up = 1
					}
					want := noise(100_000)
					for range 3 {
						came(w.upload(c, "f", want, cfg), up)
						got, s := w.download(c, "f", cfg)
						if !bytes.Equal(got, want) {
							t.Fatalf("%d octets differ", len(got))
						}
						came(s, down)
						if !resume {
							cfg.ClientSessionCache = new(ticketCache)
						}
					}
				})
			})
		}
	}
}

// A client of TLS 1.2 gets on as one of TLS 1.3 does.
func TestResumeTLS12(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		cfg := trusting(new(ticketCache))
		cfg.MaxVersion = tls.VersionTLS12
		c := w.connectTLS(cfg)
		for range 5 {
			if s := w.upload(c, "f", noise(1000), cfg); !s.DidResume {
				t.Error("not resumed")
			}
			if _, s := w.download(c, "f", cfg); !s.DidResume {
				t.Error("not resumed")
			}
		}
		// By then it has to.
		conn := w.transfer(c, "RETR f", trusting(nil))
		if _, err := io.ReadAll(conn); err == nil {
			t.Error("a download without a ticket came to its end")
		}
		if r := c.reply(); r.Code != ftp.CodeProtocols {
			t.Error(r)
		}
	})
}

// There are clients that keep the tickets of all their control connections in one
// cache, where each is in the way of the others.
func TestSharedTickets(t *testing.T) {
	for _, together := range []bool{false, true} {
		t.Run(fmt.Sprintf("together=%v", together), func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.withTLS()
				cfg := trusting(tls.NewLRUClientSessionCache(8))
				var all []*client
				for range 4 {
					c := w.connect()
					if all = append(all, c); together {
						continue
					}
					c.beginTLS(cfg).login("joe", "secret")
					for range 3 {
						w.upload(c, "f", noise(1000), cfg)
					}
				}
				if together { // none has read a ticket when the next begins
					for _, c := range all {
						c.beginTLS(cfg)
					}
					for _, c := range all {
						c.login("joe", "secret")
					}
				}
				for range 5 {
					for _, c := range all {
						w.upload(c, "f", noise(1000), cfg)
						w.upload(c, "f", noise(1000), cfg)
						w.download(c, "f", cfg)
					}
				}
			})
		})
	}
}

// However many connect to the port of a transfer and say nothing, or the wrong
// thing: the client is served at once.
func TestThievesInTheWay(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.TLS.Reuse = ftpserver.ReuseRequire
		cfg := trusting(new(ticketCache))
		c := w.connectTLS(cfg)
		at := c.passive()
		c.want(ftp.CodeOpening, "STOR f")
		var first net.Conn
		for i := range 40 {
			thief := w.tap(at)
			if first == nil {
				first = thief
			}
			switch i % 4 {
			case 0:
				io.WriteString(thief, "\x16\x03\x01\x02")
			case 1:
				io.WriteString(thief, "mine!")
			case 2:
				tls.Client(thief, trusting(nil)).Handshake()
			}
			synctest.Wait()
		}
		begun := time.Now()
		if _, err := first.Read(make([]byte, 1)); err == nil || time.Since(begun) > 0 {
			t.Error("so many may try at the same time")
		}
		conn := tls.Client(w.tap(at), cfg)
		if _, err := io.WriteString(conn, "the client's"); err != nil {
			t.Fatal(err)
		}
		conn.Close()
		if r := c.reply(); r.Code != ftp.CodeDone {
			t.Fatal(r)
		}
		if took := time.Since(begun); took > 0 {
			t.Errorf("the client was served after %v", took)
		}
		if err := w.is("f", "the client's"); err != nil {
			t.Error(err)
		}
	})
}

// Without a ticket, a client that has shown a certificate on the control connection
// is known by it.
func TestCertificateOfDataConnection(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		own := w.withTLS()
		own.ClientAuth, own.ClientCAs = tls.VerifyClientCertIfGiven, people().pool
		alice, bob := trusting(nil), trusting(nil)
		alice.Certificates = []tls.Certificate{people().issue("alice")}
		bob.Certificates = []tls.Certificate{people().issue("bob")}
		c := w.connectTLS(alice)
		w.upload(c, "f", noise(1000), alice)
		for _, thief := range []*tls.Config{bob, trusting(nil)} {
			conn := w.transfer(c, "STOR g", thief)
			if _, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, io.EOF) {
				t.Errorf("the connection ended with %v", err)
			}
			if r := c.reply(); r.Code != ftp.CodeProtocols || w.is("g", "") == nil {
				t.Error(r)
			}
		}
		w.upload(c, "f", noise(1000), alice)
	})
}

// A client that reads slowly is not cut off, though in TLS much is written at a time.
func TestSlowReaderTLS(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.Limits.Stall = 10 * time.Second
		cfg := trusting(new(ticketCache))
		c := w.connectTLS(cfg)
		want := noise(2 << 20)
		w.upload(c, "f", want, cfg)
		conn := w.transfer(c, "RETR f", cfg)
		var got bytes.Buffer
		for {
			_, err := io.CopyN(&got, conn, 16<<10)
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("after %d octets: %v", got.Len(), err)
			}
			time.Sleep(4 * time.Second) // fake, in a bubble; TLS may have had some of it before
		}
		conn.Close()
		c.conn.SetReadDeadline(time.Time{})
		if r := c.reply(); r.Code != ftp.CodeDone || !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%d octets, %v", got.Len(), r)
		}
	})
}
