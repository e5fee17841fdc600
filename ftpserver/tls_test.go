package ftpserver_test

import (
	"slices"
	"testing"
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
