package ftpserver

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
)

// handshakeReason returns err, of a handshake with a client, with words before it
// for those who do not know TLS by heart, where there are better ones.
func handshakeReason(err error) error {
	words := ""
	var op *net.OpError
	alert := errors.As(err, &op)
	text := err.Error()
	says := func(part string) bool { return strings.Contains(text, part) }
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		words = "the client closed the connection"
	case alert && op.Op == "remote error" && (says("certificate") && !says("certificate required") || says("unknown CA")):
		words = "the client does not trust the certificate"
	case alert && op.Op == "local error" && says("bad record MAC"):
		// In TLS 1.3 OpenSSL sends this alert of its own in the clear.
		words = "the client gave up in a way that cannot be read, most often because it does not trust the certificate"
	case says("client offered only unsupported versions"):
		words = "the client knows only versions of TLS that are too old"
	case says("first record does not look like a TLS handshake"):
		words = "the client does not speak TLS"
	case says("no cipher suite supported by both"):
		words = "client and certificate have no cipher in common"
	default:
		return err
	}
	return fmt.Errorf("%s (%w)", words, err)
}
