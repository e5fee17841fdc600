package ftpclient_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/storage"
)

func TestTemporary(t *testing.T) {
	for _, test := range []struct {
		err  ftpclient.ConnError
		want bool
	}{
		{ftpclient.ConnError{Op: "connect", Err: syscall.ECONNREFUSED}, true},
		{ftpclient.ConnError{Op: "wait for the reply to RETR", Err: io.EOF}, true},
		{ftpclient.ConnError{Op: "connect", Err: &net.DNSError{IsNotFound: true}}, false},
		{ftpclient.ConnError{Op: "connect", Err: &net.DNSError{IsTimeout: true}}, true},
		{ftpclient.ConnError{Op: "set up TLS", Err: &ftpclient.CertError{Kinds: []ftpclient.CertKind{ftpclient.CertExpired}, Err: io.EOF}}, false},
		{ftpclient.ConnError{Op: "set up TLS", Err: errors.New("no cipher in common")}, false},
		{ftpclient.ConnError{Op: "set up TLS", Err: fmt.Errorf("read: %w", syscall.ECONNRESET)}, true},
		{ftpclient.ConnError{Op: "wait for the greeting", Err: &ftp.ProtocolError{Problem: "no reply"}}, false},
		{ftpclient.ConnError{Op: "wait for the end of RETR", Err: &ftp.ProtocolError{Problem: "out of turn"}}, true},
		{ftpclient.ConnError{Op: "send", Data: true, Err: ftpclient.ErrClosed}, false},
	} {
		if got := test.err.Temporary(); got != test.want {
			t.Errorf("%v: %v", &test.err, got)
		}
	}
	if err := fmt.Errorf("login: %w", ftpclient.ErrTooMany); !errors.Is(err, storage.ErrBusy) || errors.Is(storage.ErrBusy, ftpclient.ErrTooMany) {
		t.Error("ErrTooMany is no storage.ErrBusy, or the other way round")
	}
}
