package limits

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// thread runs f in a thread of its own, and returns what that thread cost.
func thread(f func() error) (c Cost, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and it ends with it
		var before, after unix.Rusage
		begun := time.Now()
		err = unix.Getrusage(unix.RUSAGE_THREAD, &before)
		err = errors.Join(err, f(), unix.Getrusage(unix.RUSAGE_THREAD, &after))
		c.Wall = time.Since(begun)
		c.CPU = time.Duration(after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano())
	}()
	<-done
	return c, err
}

// again repeats what a signal has interrupted.
func again(f func() (int, error)) (int, error) {
	for {
		if n, err := f(); !errors.Is(err, unix.EINTR) {
			return n, err
		}
	}
}

// sendFile sends so many octets of a file, from its beginning whenever it has ended.
func sendFile(conn, f *os.File, octets int64) error {
	to, from := int(conn.Fd()), int(f.Fd())
	for octets > 0 {
		var at int64
		for octets > 0 && at < sourceSize {
			n, err := again(func() (int, error) { return unix.Sendfile(to, from, &at, int(min(octets, sourceSize-at))) })
			if err != nil {
				return err
			}
			if n == 0 {
				return io.ErrUnexpectedEOF
			}
			octets -= int64(n)
		}
	}
	return nil
}

// never is memory that the kernel is given and does not touch.
var never [4 << 20]byte

func discard(conn *os.File) error {
	fd := int(conn.Fd())
	for {
		n, err := again(func() (int, error) {
			n, _, err := unix.Recvfrom(fd, never[:], unix.MSG_TRUNC)
			return n, err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

// seal sends so many octets of a file in records of 16 KiB, sixteen in one call.
func seal(conn, f *os.File, octets int64) error {
	block, err := aes.NewCipher(make([]byte, 16))
	if err != nil {
		return err
	}
	g, err := cipher.NewGCM(block)
	if err != nil {
		return err
	}
	const record, header = 16 << 10, 5
	plain, sealed := make([]byte, 16*record), make([]byte, 0, 16*(record+header+16))
	nonce := make([]byte, g.NonceSize())
	var at int64
	for octets > 0 {
		n, err := f.ReadAt(plain[:min(int64(len(plain)), octets)], at)
		if err != nil {
			return err
		}
		if at += int64(n); at == sourceSize {
			at = 0
		}
		sealed = sealed[:0]
		for rest := plain[:n]; len(rest) > 0; {
			m := min(record, len(rest))
			start := len(sealed)
			sealed = append(sealed, 23, 3, 3, byte((m+16)>>8), byte(m+16))
			nonce[0]++
			sealed = g.Seal(sealed, nonce, rest[:m], sealed[start:start+header])
			rest = rest[m:]
		}
		if _, err := conn.Write(sealed); err != nil {
			return err
		}
		octets -= int64(n)
	}
	return nil
}

// receive moves all from a connection to a file.
func receive(to, conn *os.File) error {
	out, in := int(to.Fd()), int(conn.Fd())
	buf := make([]byte, 1<<20)
	for {
		n, err := again(func() (int, error) { return unix.Read(in, buf) })
		if err != nil || n == 0 {
			return err
		}
		for rest := buf[:n]; len(rest) > 0; {
			m, err := again(func() (int, error) { return unix.Write(out, rest) })
			if err != nil {
				return err
			}
			rest = rest[m:]
		}
	}
}

// splice moves all from a connection to a file, by way of a pipe.
func splice(to, conn *os.File) error {
	out, in := int(to.Fd()), int(conn.Fd())
	var pipe [2]int
	if err := unix.Pipe2(pipe[:], unix.O_CLOEXEC); err != nil {
		return err
	}
	defer unix.Close(pipe[0])
	defer unix.Close(pipe[1])
	const size = 1 << 20
	// It is smaller where the system does not let it be so large.
	_, _ = unix.FcntlInt(uintptr(pipe[0]), unix.F_SETPIPE_SZ, size)
	move := func(from, to, most int) (int, error) {
		return again(func() (int, error) {
			n, err := unix.Splice(from, nil, to, nil, most, unix.SPLICE_F_MOVE)
			return int(n), err
		})
	}
	for {
		n, err := move(in, pipe[1], size)
		if err != nil || n == 0 {
			return err
		}
		for n > 0 {
			m, err := move(pipe[0], out, n)
			if err != nil {
				return err
			}
			n -= m
		}
	}
}

// accept takes so many connections and says its replies on each, over TLS if secret is
// not nil.
func accept(l *os.File, sessions int, secret *tls.Config) error {
	fd := int(l.Fd())
	for range sessions {
		conn, err := again(func() (int, error) {
			fd, _, err := unix.Accept4(fd, unix.SOCK_CLOEXEC)
			return fd, err
		})
		if err != nil {
			return err
		}
		s := socket(conn)
		var rw io.ReadWriteCloser = s
		if secret != nil {
			rw = tls.Server(s, secret)
		}
		if err := errors.Join(converse(rw), rw.Close()); err != nil {
			return err
		}
	}
	return nil
}

// socket is a connection whose calls block.
type socket int

func (s socket) Read(p []byte) (int, error) {
	n, err := again(func() (int, error) { return unix.Read(int(s), p) })
	if n == 0 && err == nil && len(p) > 0 {
		err = io.EOF
	}
	return max(n, 0), err
}

// Write is for so little that the kernel takes it whole.
func (s socket) Write(p []byte) (int, error) {
	return again(func() (int, error) { return unix.Write(int(s), p) })
}

func (s socket) Close() error { return unix.Close(int(s)) }

// The rest of net.Conn, as far as TLS asks for it.
func (s socket) LocalAddr() net.Addr              { return nil }
func (s socket) RemoteAddr() net.Addr             { return nil }
func (s socket) SetDeadline(time.Time) error      { return nil }
func (s socket) SetReadDeadline(time.Time) error  { return nil }
func (s socket) SetWriteDeadline(time.Time) error { return nil }
