package peers

import (
	_ "embed"
	"strconv"
	"testing"
)

//go:embed ftplib_tls.py
var ftplibTLSScript string

// ftplibTLS returns the client in Python's standard library, with the usual subclass
// that has data connections resume the control connection's session.
func ftplibTLS() TLSClient {
	return TLSClient{Name: "ftplib", Package: "python3", Cannot: ftplibCannot, Move: func(t testing.TB, tg Target, b Batch) error {
		_, _, err := try(t, t.TempDir(), invocation{
			path: Require(t, python, "python3"),
			args: []string{"-I", "-c", ftplibTLSScript, tg.Host, strconv.Itoa(tg.Port), tg.User, tg.Password,
				tg.TLS.CAFile, "TLSv" + tg.TLS.Number(), b.From, b.In, b.Out, b.To},
			patience: movePatience,
		})
		return err
	}}
}

func ftplibCannot(c TLSCell) string {
	if c.Start == Implicit {
		return "Python's ftplib has no implicit TLS: `FTP_TLS.connect` reads the greeting in the clear, and its `login` sends AUTH TLS"
	}
	return ""
}
