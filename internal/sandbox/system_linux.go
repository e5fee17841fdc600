package sandbox

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// resolvers is rewritten by whatever connects the machine to a network. Where it
// leads to a file below /run, the rewritten one can be read, too.
const resolvers = "/etc/resolv.conf"

// systemFiles are those that Go's library, or the C library in its place, reads
// whenever it is asked for an address, a user, a group or the authorities that
// sign certificates. None of them is a secret: everybody on the machine can read
// them.
var systemFiles = []string{
	"/etc/hosts", "/etc/nsswitch.conf", "/etc/services", "/etc/protocols",
	"/etc/gai.conf", "/etc/host.conf", "/etc/localtime",

	"/etc/passwd", "/etc/group", // listings say who owns what

	"/etc/ssl/certs", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
	"/etc/pki/tls/certs", "/etc/pki/tls/cacert.pem", "/etc/pki/ca-trust/extracted",
	"/etc/ca-certificates/extracted",
	"/usr/share/ca-certificates", "/usr/local/share/ca-certificates", "/var/lib/ca-certificates",
}

// system allows reading what no setting names.
func (r *rules) system() error {
	if err := r.read(resolvers); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	paths := slices.Clone(systemFiles)
	// By these crypto/x509 is told of other authorities.
	if file := os.Getenv("SSL_CERT_FILE"); file != "" {
		paths = append(paths, file)
	}
	paths = append(paths, filepath.SplitList(os.Getenv("SSL_CERT_DIR"))...)
	for _, path := range paths {
		if err := r.alone(path); err != nil {
			return err
		}
	}
	return nil
}
