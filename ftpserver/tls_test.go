package ftpserver_test

import (
	"crypto/tls"
	"slices"
	"testing"
	"testing/synctest"
)

// AUTH begins TLS, and everything begins anew with it but the connection.
func TestAuthTLS(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.withTLS()
		c := w.connect()
		c.login("joe", "secret")
		c.want(200, "TYPE I")
		c.want(234, "AUTH TLS")
		c.secure(nil)
		c.want(530, "PWD")
		c.want(503, "AUTH TLS")
		c.want(503, "PROT P")
		c.want(501, "PBSZ x")
		c.want(200, "PBSZ 0")
		c.want(200, "PROT P")
		c.login("joe", "secret")
		if r := c.want(211, "STAT"); !slices.Contains(r.Lines, " TYPE: A N; STRU: F; MODE: S") {
			t.Errorf("the type is still that of before: %q", r.Lines)
		}
		c.want(221, "QUIT")
	})
}

// A GetCertificate that panics ends one session, and not the server.
func TestHandshakePanics(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		mad := true
		w.withTLS().GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			if mad {
				panic("the certificates have lost their mind")
			}
			return nil, nil
		}
		c := w.connect()
		c.want(234, "AUTH TLS")
		cfg := &tls.Config{RootCAs: servers().pool, ServerName: serverName}
		if err := tls.Client(c.conn, cfg).Handshake(); err == nil {
			t.Error("the handshake has worked")
		}
		synctest.Wait()
		for _, told := range []string{"a bug ended the session", "have lost their mind", "TestHandshakePanics"} {
			if err := w.logged(told, true); err != nil {
				t.Errorf("%q is not in the log: %v", told, err)
			}
		}
		mad = false
		w.connect().beginTLS(nil).login("joe", "secret")
	})
}
