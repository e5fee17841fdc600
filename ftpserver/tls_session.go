package ftpserver

import "crypto/tls"

// control returns the configuration of one control connection, whose tickets
// carry nonce.
func (t *serverTLS) control(nonce [16]byte) *tls.Config {
	return t.base.Clone()
}
