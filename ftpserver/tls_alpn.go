package ftpserver

import (
	"crypto/tls"
	"slices"
)

// The protocols that clients may ask for in the TLS handshake (RFC 7301). Whoever
// asks for others, and not for these, was led here by somebody who wants a browser
// to talk to an FTP server (ALPACA), and is refused.
const (
	alpnControl = "ftp" // IANA has it for control and data connections alike
	alpnData    = "ftp-data"
)

// setALPN has cfg, which is that of one connection, take a client that asks for one
// of protocols, or for none.
func (t *serverTLS) setALPN(cfg *tls.Config, protocols ...string) {
	cfg.NextProtos = protocols
	if !t.cfg.AnyALPN {
		return
	}
	further := cfg.GetConfigForClient
	cfg.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if !slices.ContainsFunc(hello.SupportedProtos, func(p string) bool { return slices.Contains(protocols, p) }) {
			cfg.NextProtos = nil // what is asked for is not answered
		}
		if further != nil {
			return further(hello)
		}
		return nil, nil
	}
}
