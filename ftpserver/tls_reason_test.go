package ftpserver_test

import (
	"crypto/tls"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/ftp"
)

// Why a handshake failed is told in one line that an operator can do something with.
func TestReasonOfHandshake(t *testing.T) {
	for name, tt := range map[string]struct {
		client func(conn net.Conn)
		want   string
	}{
		"trusts nobody": {func(conn net.Conn) {
			tls.Client(conn, &tls.Config{ServerName: serverName}).Handshake()
		}, "the client does not trust the certificate (remote error: tls: "},
		"another name": {func(conn net.Conn) {
			tls.Client(conn, &tls.Config{RootCAs: servers().pool, ServerName: "other.example"}).Handshake()
		}, "the client does not trust the certificate (remote error: tls: "},
		"goes away": {func(conn net.Conn) {}, "the client closed the connection (EOF)"},
		"goes on without": {func(conn net.Conn) {
			io.WriteString(conn, "USER anonymous\r\n")
			io.Copy(io.Discard, conn)
		}, "the client does not speak TLS (tls: first record "},
		"is old": {func(conn net.Conn) {
			tls.Client(conn, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}).Handshake()
		}, "the client knows only versions of TLS that are too old (tls: client offered "},
		"another protocol": {func(conn net.Conn) {
			tls.Client(conn, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}}).Handshake()
		}, "tls: client requested unsupported application protocols"},
		"another cipher": {func(conn net.Conn) {
			tls.Client(conn, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12,
				CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256}}).Handshake()
		}, "client and certificate have no cipher in common (tls: no cipher suite "},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.withTLS()
				c := w.connect()
				c.want(ftp.CodeSecurityDone, "AUTH TLS")
				tt.client(c.conn)
				c.conn.Close()
				synctest.Wait()
				w.mu.Lock()
				defer w.mu.Unlock()
				var lines []string
				for line := range strings.Lines(w.log.String()) {
					if strings.Contains(line, "level=WARN") {
						lines = append(lines, line)
					}
				}
				if len(lines) != 1 || !strings.Contains(lines[0], "a TLS handshake failed") || !strings.Contains(lines[0], tt.want) {
					t.Errorf("the log: %q, want %q", lines, tt.want)
				}
			})
		})
	}
}
