//go:build !race

// The race detector adds to what each goroutine and each object holds.

package ftpserver_test

import (
	"crypto/tls"
	"net"
	"testing"

	"github.com/seed-6092453b/ferry/ftpserver"
)

// A session that does nothing holds little more with TLS than without: what the handshake
// needed besides is given up.
func TestRealIdleTLSMemory(t *testing.T) {
	s := serveRealTLS(t, "127.0.0.1", ftpserver.Limits{SessionsPerIP: -1}, nil,
		ftpserver.TLS{Config: &tls.Config{Certificates: []tls.Certificate{certified()}}})
	each := func(count int, secure bool) int64 {
		before := inUse()
		for range count {
			conn, err := net.Dial("tcp", s.addr)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { conn.Close() })
			c := newClient(t, conn)
			c.reply()
			if secure {
				c.beginTLS(&tls.Config{RootCAs: servers().pool, ServerName: serverName})
			}
			c.login("joe", "secret")
		}
		return (inUse() - before) / int64(count)
	}
	each(20, true)
	clear, secure := each(300, false), each(300, true)
	t.Logf("%d octets for each without TLS, %d with it; the client's connection is a part of that", clear, secure)
	if clear > 7<<10 {
		t.Errorf("an idle session takes %d octets", clear)
	}
	if secure-clear > 10<<10 {
		t.Errorf("TLS costs an idle session %d octets", secure-clear)
	}
}
