package peers

import (
	_ "embed"
	"os/exec"
	"strconv"
	"testing"
)

//go:embed pyftpdlib_serve.py
var pyftpdlibScript string

// Pyftpdlib returns Python's pyftpdlib, which needs no root.
func Pyftpdlib() Server {
	return Server{Name: "pyftpdlib", Package: "python3-pyftpdlib", command: pyftpdlib}
}

func pyftpdlib(t testing.TB, dir string, tg *Target) *exec.Cmd {
	path := requireModule(t, "pyftpdlib", "python3-pyftpdlib")
	tg.User, tg.Password = account, password
	args := []string{"-I", "-c", pyftpdlibScript, tg.Host, strconv.Itoa(tg.Port), tg.User, tg.Password, tg.Root}
	if tg.TLS != nil {
		requireModule(t, "OpenSSL", "python3-openssl")
		args = append(args, string(tg.TLS.Start), tg.TLS.CertFile, tg.TLS.KeyFile)
	}
	return exec.Command(path, args...)
}
