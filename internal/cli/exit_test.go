package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"slices"
	"strconv"
	"syscall"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/app"
	"github.com/seed-6092453b/ferry/internal/trees"
	"github.com/seed-6092453b/ferry/internal/trust"
	"github.com/seed-6092453b/ferry/storage"
)

func TestExitCode(t *testing.T) {
	path := func(err error) error { return storage.PathError("open", "x", err) }
	tests := []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errors.New("odd"), 1},
		{path(storage.ErrIsDir), 1},
		{path(fs.ErrExist), 1},
		{path(storage.ErrChanged), 1},
		{usagef("no"), 2},
		{&ftpclient.ConnError{Op: "connect", Err: &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}}, 3},
		{&ftpclient.ConnError{Op: "look up", Err: &net.DNSError{Name: "host"}}, 3},
		{path(ftpclient.ErrTooMany), 3},
		{path(ftpclient.ErrLogin), 4},
		{&app.ListenError{Addr: ":21", Err: fs.ErrPermission}, 3},
		{&fs.PathError{Op: "open", Path: "f/g", Err: syscall.ENOTDIR}, 1},
		{&net.OpError{Op: "read", Err: syscall.ETIMEDOUT}, 8},
		{hint(errNoPassword, "type it"), 4},
		{path(fs.ErrNotExist), 5},
		{path(fs.ErrPermission), 6},
		{path(storage.ErrNoSpace), 7},
		{path(storage.ErrQuota), 7},
		{path(syscall.ENOSPC), 7},
		{&ftpclient.ConnError{Op: "connect", Data: true, Err: errors.New("no route")}, 8},
		{&ftpclient.ConnError{Op: "wait for the reply to RETR", Err: errors.New("gone")}, 8},
		{path(io.ErrUnexpectedEOF), 8},
		{path(syscall.ECONNRESET), 8},
		{path(context.DeadlineExceeded), 8},
		{&net.OpError{Op: "read", Err: syscall.ETIMEDOUT}, 8},
		{&trees.Error{Failed: 1, Of: 2}, 9},
		{&someError{1}, 9},
		{told(&someError{1}), 9},
		{&ftpclient.ConnError{Op: "connect", Err: &ftpclient.CertError{Host: "h", Kinds: []ftpclient.CertKind{ftpclient.CertSelfSigned}}}, 10},
		{hint(&trust.PinError{}, "pin it"), 10},
		{path(&trust.ChangedError{}), 10},
		{path(context.Canceled), 130},
		{errors.Join(errInterrupted, errors.New("x")), 130},
		{fmt.Errorf("%w (and %v)", context.Canceled, io.ErrUnexpectedEOF), 130},
	}
	for _, tt := range tests {
		if got := exitCode(tt.err); got != tt.want {
			t.Errorf("%v: exit code %d, want %d", tt.err, got, tt.want)
		}
	}
}

// TestExitCodesAreDescribed compares the constants with the table.
func TestExitCodesAreDescribed(t *testing.T) {
	all := []int{exitOK, exitFailure, exitUsage, exitConnect, exitLogin, exitNotFound, exitPermission, exitNoSpace,
		exitLost, exitPartial, exitTrust, exitInterrupted}
	var described []int
	for _, r := range exitCodes() {
		n, err := strconv.Atoi(r.key)
		if err != nil {
			t.Fatal(err)
		}
		described = append(described, n)
	}
	if !slices.Equal(all, described) {
		t.Errorf("described are %v, used are %v", described, all)
	}
}
