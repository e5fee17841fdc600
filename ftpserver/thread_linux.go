package ftpserver

import (
	"errors"
	"net"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// thread is one that blocks in a call of the system for a data connection.
type thread struct {
	id atomic.Int32 // 0: none is in a call
}

// nudge has the call that the thread is in return, if it is in one that waits. It
// reports whether it may be in one. The signal is the one by which the runtime itself
// interrupts threads: every Go program takes it, and thinks nothing of it.
func (t *thread) nudge() bool {
	id := t.id.Load()
	if id != 0 {
		unix.Tgkill(unix.Getpid(), int(id), unix.SIGURG)
	}
	return id != 0
}

// rouse does so until the thread is out of its call for certain: a signal that comes
// just before the call begins is lost. Whoever calls it has seen to it that no other
// call begins.
func (t *thread) rouse() {
	for pause := 50 * time.Microsecond; t.nudge(); pause = min(2*pause, 50*time.Millisecond) {
		time.Sleep(pause)
	}
}

// blocked is a data connection whose socket is in blocking mode, as the thread sees it
// that has it to itself.
type blocked struct {
	w  *wire
	fd int
	id int32 // of the thread
}

// block runs f on a thread of its own, while the socket is in blocking mode. It reports
// false if there is no such thread to be had, and has not run f then.
//
// A thread that waits in the kernel is woken by nobody but the kernel, and takes no
// processor of the runtime while it copies: what a goroutine does costs an event, a turn
// in a queue, and the turn of all others behind it. Neither deadlines nor Close reach
// such a thread; interrupt does, by rouse. A call that could do nothing for a turn
// returns EAGAIN, for option is SO_RCVTIMEO or SO_SNDTIMEO.
func (d *dataConn) block(option int, f func(b *blocked)) bool {
	tcp, ok := d.wire.Conn.(tcpConn)
	if !ok || d.tls != nil || len(d.unread) > 0 || !d.threads.take() {
		return false
	}
	defer d.threads.give()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	done := false
	alone(tcp, func(fd uintptr) {
		b := &blocked{d.wire, int(fd), int32(unix.Gettid())}
		limit := unix.NsecToTimeval(int64(b.turn()))
		if unix.SetsockoptTimeval(b.fd, unix.SOL_SOCKET, option, &limit) != nil {
			return
		}
		if _, err := unix.FcntlInt(fd, unix.F_SETFL, 0); err != nil {
			return
		}
		defer unix.FcntlInt(fd, unix.F_SETFL, unix.O_NONBLOCK)
		done = true
		f(b)
	})
	return done
}

// turn is how long the thread is left alone.
func (b *blocked) turn() time.Duration { return min(turnTime, b.w.stall) }

// call makes a call that may wait, unless the connection is interrupted.
func (b *blocked) call(f func() (int, error)) (int, error) {
	b.w.thread.id.Store(b.id)
	defer b.w.thread.id.Store(0)
	if b.w.cut.Load() {
		return 0, errInterrupted
	}
	return f()
}

// pour sends at most n octets of a file, which is at at, by a thread that blocks.
func (d *dataConn) pour(f fileSender, at, n int64) (p poured) {
	if min(n, f.Info().Size-at) < threadSize {
		return p
	}
	from, err := f.SyscallConn()
	if err != nil {
		return p
	}
	d.block(unix.SO_SNDTIMEO, func(b *blocked) {
		defer longTurns()()
		// So that segments are full. What is held back at the end goes with the FIN.
		unix.SetsockoptInt(b.fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 0)
		from.Control(func(fd uintptr) { p = d.pourFrom(int(fd), n, b) })
	})
	return p
}

// mostAtOnce is what the system is asked to send at once: it takes no more than 2 GiB.
const mostAtOnce = 1 << 30

func (d *dataConn) pourFrom(fd int, n int64, b *blocked) (p poured) {
	begun, before := time.Now(), int64(0)
	bell := time.AfterFunc(b.turn(), func() { d.wire.thread.nudge() })
	defer bell.Stop()
	for p.sent < n {
		called := time.Now()
		k, err := b.call(func() (int, error) {
			return unix.Sendfile(b.fd, fd, nil, int(min(n-p.sent, mostAtOnce)))
		})
		switch {
		case k > 0:
			p.sent += int64(k)
			d.t.bytes.Add(int64(k))
		case err == nil:
			p.ended = true
			return p
		case err == unix.EINTR:
		case err == unix.EAGAIN:
			d.wire.waited = time.Since(called)
			return p
		case err == errInterrupted:
			p.err = &dataError{err}
			return p
		case unable(err):
			return p
		default:
			p.err = d.blame(&net.OpError{Op: "write", Net: "tcp", Err: os.NewSyscallError("sendfile", err)})
			return p
		}
		if time.Since(begun) >= b.turn() {
			if p.sent-before < keepingUp {
				return p
			}
			begun, before = time.Now(), p.sent
			bell.Reset(b.turn())
		}
	}
	return p
}

// unable reports whether err says that a call cannot be used for what it was asked,
// rather than that it failed.
func unable(err error) bool {
	for _, e := range []syscall.Errno{unix.EINVAL, unix.ENOSYS, unix.EOPNOTSUPP, unix.EPERM} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
