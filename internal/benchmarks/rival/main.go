// Command rival serves a folder by ftpserverlib, a library of others, to be measured
// beside ferry. It is a module of its own, so that ferry needs nothing of it.
package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	server "github.com/fclairamb/ftpserverlib"
	"github.com/spf13/afero"
)

// Arguments: address, user, password, folder and, where all is to be protected by TLS, the
// files with the certificate and its key.
func main() {
	if err := serve(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "rival:", err)
		os.Exit(1)
	}
}

func serve(args []string) error {
	if len(args) != 4 && len(args) != 6 {
		return errors.New("wants: address user password folder [certificate key]")
	}
	d := &driver{user: args[1], password: args[2], files: &files{afero.NewBasePathFs(afero.NewOsFs(), args[3]).(*afero.BasePathFs)}}
	if len(args) == 6 {
		pair, err := tls.LoadX509KeyPair(args[4], args[5])
		if err != nil {
			return err
		}
		d.tls = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	}
	l, err := net.Listen("tcp", args[0])
	if err != nil {
		return err
	}
	d.listener = l
	return server.NewFtpServer(d).ListenAndServe()
}

// A driver is what the library asks of its user.
type driver struct {
	listener       net.Listener
	user, password string
	files          *files
	tls            *tls.Config // nil: there is none
}

func (d *driver) GetSettings() (*server.Settings, error) {
	s := &server.Settings{
		Listener: d.listener, DefaultTransferType: server.TransferTypeBinary, IdleTimeout: 3600,
		// Where the system chooses, it searches among all ports that wait on any address,
		// and that is what would be measured.
		PassiveTransferPortRange: server.PortRange{Start: 33_000, End: 60_000},
	}
	if d.tls != nil {
		s.TLSRequired = server.MandatoryEncryption
	}
	return s, nil
}

func (d *driver) ClientConnected(server.ClientContext) (string, error) { return "rival", nil }

func (d *driver) ClientDisconnected(server.ClientContext) {}

func (d *driver) AuthUser(_ server.ClientContext, user, password string) (server.ClientDriver, error) {
	if user != d.user || password != d.password {
		return nil, errors.New("not logged in")
	}
	return d.files, nil
}

func (d *driver) GetTLSConfig() (*tls.Config, error) {
	if d.tls == nil {
		return nil, errors.New("there is no TLS")
	}
	return d.tls, nil
}

// files hands out the system's own files where octets are moved, and not afero's around
// them: only then can the library's copying become sendfile and splice.
type files struct{ *afero.BasePathFs }

func (f *files) GetHandle(name string, flags int, offset int64) (server.FileTransfer, error) {
	path, err := f.RealPath(name)
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, flags, 0o666)
	if err != nil {
		return nil, err
	}
	if _, err := file.Seek(offset, io.SeekStart); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}
