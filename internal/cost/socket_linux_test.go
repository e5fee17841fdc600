package cost_test

import (
	"errors"
	"io"
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// A socket is a connection by the system calls themselves: package net allocates with each.
type socket struct{ fd int }

func (s *socket) Read(p []byte) (int, error) {
	for {
		switch n, err := unix.Read(s.fd, p); {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return 0, err
		case n == 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
}

func (s *socket) Write(p []byte) (sum int, err error) {
	for sum < len(p) {
		switch n, err := unix.Write(s.fd, p[sum:]); {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return sum, err
		default:
			sum += n
		}
	}
	return sum, nil
}

func (s *socket) Close() error { return unix.Close(s.fd) }

// The rest of net.Conn, as far as TLS asks for it.
func (s *socket) LocalAddr() net.Addr              { return nil }
func (s *socket) RemoteAddr() net.Addr             { return nil }
func (s *socket) SetDeadline(time.Time) error      { return nil }
func (s *socket) SetReadDeadline(time.Time) error  { return nil }
func (s *socket) SetWriteDeadline(time.Time) error { return nil }
