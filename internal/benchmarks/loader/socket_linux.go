package loader

import (
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A socket is a TCP connection whose calls block their thread. It is a [net.Conn] so that
// crypto/tls can speak over it; its deadlines do nothing.
type socket struct{ fd int }

// patience is how long, in seconds, a socket waits before it fails.
const patience = 60

func dial(to netip.AddrPort) (*socket, error) {
	var (
		family int
		where  unix.Sockaddr
	)
	if to.Addr().Is4() {
		family, where = unix.AF_INET, &unix.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()}
	} else {
		family, where = unix.AF_INET6, &unix.SockaddrInet6{Port: int(to.Port()), Addr: to.Addr().As16()}
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("socket: %w", err)
	}
	s := &socket{fd}
	limit := &unix.Timeval{Sec: patience}
	err = errors.Join(
		unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, limit),
		unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_SNDTIMEO, limit),
		unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1),
	)
	if err == nil {
		err = again(func() error { return unix.Connect(fd, where) })
	}
	if err != nil && !errors.Is(err, unix.EISCONN) {
		s.Close()
		return nil, fmt.Errorf("connecting to %s: %w", to, err)
	}
	return s, nil
}

// again repeats what a signal has interrupted: Go's own come at any time.
func again(f func() error) error {
	for {
		if err := f(); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

func (s *socket) Read(p []byte) (n int, err error) {
	err = again(func() error { n, err = unix.Read(s.fd, p); return err })
	switch {
	case err != nil:
		return 0, err
	case n == 0 && len(p) > 0:
		return 0, io.EOF
	}
	return n, nil
}

func (s *socket) Write(p []byte) (done int, err error) {
	for done < len(p) {
		n := 0
		if err := again(func() error { n, err = unix.Write(s.fd, p[done:]); return err }); err != nil {
			return done, err
		}
		done += n
	}
	return done, nil
}

// never is memory that is given to the kernel and that it does not touch.
var never [4 << 20]byte

// discard drops all that comes, without copying it, and returns how much that was.
func (s *socket) discard() (int64, error) { return s.discardSome(math.MaxInt64) }

// discardSome is discard for so many octets.
func (s *socket) discardSome(most int64) (all int64, err error) {
	for all < most {
		n := 0
		p := never[:min(int64(len(never)), most-all)]
		err := again(func() error { n, _, err = unix.Recvfrom(s.fd, p, unix.MSG_TRUNC); return err })
		if err != nil || n == 0 {
			return all, err
		}
		all += int64(n)
	}
	return all, nil
}

// alert is the length of a record of TLS 1.3 that has an alert in it, and how it begins.
const (
	alert      = 24
	alertStart = "\x17\x03\x03\x00\x13"
)

// untilAlert reads until what came last looks like an alert of TLS 1.3 while nothing
// follows it (open is then true), or until the connection has ended.
func (s *socket) untilAlert() (all int64, open bool, err error) {
	buf := make([]byte, 0, 64<<10)
	for {
		flags := 0
		if len(buf) >= alert && strings.HasPrefix(string(buf[len(buf)-alert:]), alertStart) {
			flags = unix.MSG_DONTWAIT
		}
		if len(buf) == cap(buf) {
			buf = buf[:copy(buf, buf[len(buf)-alert:])]
		}
		n := 0
		err := again(func() error {
			n, _, err = unix.Recvfrom(s.fd, buf[len(buf):cap(buf)], flags)
			return err
		})
		switch {
		case flags != 0 && errors.Is(err, unix.EAGAIN):
			return all, true, nil
		case err != nil || n == 0:
			return all, false, err
		}
		buf = buf[:len(buf)+n]
		all += int64(n)
	}
}

// sendFile sends the first octets of a file, within the kernel.
func (s *socket) sendFile(f *os.File, size int64) error {
	for size > 0 {
		n := 0
		var err error
		if err := again(func() error { n, err = unix.Sendfile(s.fd, int(f.Fd()), nil, int(min(size, 1<<30))); return err }); err != nil {
			return err
		}
		if n == 0 {
			return io.ErrUnexpectedEOF
		}
		size -= int64(n)
	}
	return nil
}

// shutdown ends what is sent.
func (s *socket) shutdown() error { return unix.Shutdown(s.fd, unix.SHUT_WR) }

func (s *socket) Close() error { return unix.Close(s.fd) }

func (s *socket) LocalAddr() net.Addr              { return nil }
func (s *socket) RemoteAddr() net.Addr             { return nil }
func (s *socket) SetDeadline(time.Time) error      { return nil }
func (s *socket) SetReadDeadline(time.Time) error  { return nil }
func (s *socket) SetWriteDeadline(time.Time) error { return nil }

// cpuTime returns how much processor time this process has used.
func cpuTime() time.Duration {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
