package ftpserver

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// promptSize is how long a file may be to go over at once: less than the send buffer of
// any new connection takes.
const promptSize = 8 << 10

// sendNow sends a small file on a data connection that the client has made already. There
// is nothing to wait for then: no goroutine is needed, and the 226 goes over together
// with the 150. It returns the plan for what is left to be done; nil if that is
// nothing.
func (t *transfer) sendNow(plan dataPlan) (left dataPlan) {
	p, passive := plan.(*passivePlan)
	file, ok := t.job.file.(syscall.Conn)
	if !passive || !ok || t.by.tls != nil || t.by.peer.Zone() != "" || t.size < 0 || t.size > promptSize {
		return plan
	}
	conn, ok := p.acceptNow()
	if !ok {
		return plan
	}
	p.met()
	if conn.send(file, t); t.bytes.Load() == t.size {
		conn.close()
		return nil
	}
	return &madePlan{conn.wrap(netip.AddrPort{}), nil}
}

// promptUpload is how much of an upload may be there already for it to be received at
// once.
const promptUpload = 16 << 10

// backed reports whether a descriptor backs a file that is being written.
func backed(w storage.Writer) (ok bool) {
	if k, may := w.(storage.KernelWriter); may {
		k.WriteBy(0, func(uintptr, int) (int, error) {
			ok = true
			return 0, nil
		})
	}
	return ok
}

// mayBeEarly reports whether to look if an upload has come already. Most clients wait for
// the 150 before they send, and to look is in vain then, and dearer than to wait as
// usual: so the session looks ever more seldom until it finds one.
func (s *session) mayBeEarly() bool { return s.late&(s.late-1) == 0 }

// receiveNow takes a small upload from a data connection that the client has made already,
// if all of it and its end have come; whole is not nil then. Else left is the plan for
// what is still to come.
func (t *transfer) receiveNow(plan dataPlan) (left dataPlan, whole *arrived) {
	p, passive := plan.(*passivePlan)
	if !passive || t.by.tls != nil || t.by.peer.Zone() != "" {
		return plan, nil
	}
	conn, ok := p.acceptNow()
	if !ok {
		return plan, nil
	}
	p.met()
	buf := buffers.Get().(*[256 << 10]byte)
	n, err := conn.receive(buf[:promptUpload])
	if err != nil {
		return nil, &arrived{bareConn: conn, buf: buf, left: buf[:n], err: err}
	}
	ahead := append([]byte(nil), buf[:n]...)
	buffers.Put(buf)
	return &madePlan{conn.wrap(netip.AddrPort{}), ahead}, nil
}

// arrived is a data connection of which all has come that will ever come. It implements
// net.Conn without the system.
type arrived struct {
	bareConn
	buf  *[256 << 10]byte
	left []byte
	err  error // behind it
}

// move does the job of an upload without a goroutine.
func (a *arrived) move(ctx context.Context, t *transfer) outcome {
	defer buffers.Put(a.buf)
	d := newDataConn(a, t.by.stall)
	d.t = t
	err := t.job.run(ctx, d)
	if err != nil {
		d.reset()
	} else {
		err = d.Close()
	}
	return outcome{err: err, data: true}
}

func (a *arrived) Read(p []byte) (int, error) {
	if len(a.left) == 0 {
		return 0, a.err
	}
	n := copy(p, a.left)
	a.left = a.left[n:]
	return n, nil
}

func (a *arrived) Close() error {
	a.close()
	return nil
}

// Nothing goes the other way, and nobody waits.
func (*arrived) Write([]byte) (int, error)        { return 0, errors.ErrUnsupported }
func (*arrived) LocalAddr() net.Addr              { return nil }
func (*arrived) RemoteAddr() net.Addr             { return nil }
func (*arrived) SetDeadline(time.Time) error      { return nil }
func (*arrived) SetReadDeadline(time.Time) error  { return nil }
func (*arrived) SetWriteDeadline(time.Time) error { return nil }

// madePlan is a data connection that stands already.
type madePlan struct {
	conn  net.Conn
	ahead []byte // has been read of it
}

func (p *madePlan) open(_ context.Context, t *transfer) (*dataConn, error) {
	d := newDataConn(p.conn, t.by.stall)
	d.unread = p.ahead
	return d, nil
}

func (p *madePlan) close() { p.conn.Close() }

// none is what a transfer without a goroutine waits for.
var none = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

// atOnce makes t a transfer that is over before anything is said of it, when its end is set.
func (s *session) atOnce(t *transfer) {
	t.done, t.over = none, true
	s.transfer, s.late = t, 0
	s.observe(TransferStarted{Conn: s.conn, User: s.userName(), Verb: t.verb, Path: t.told})
}

// over ends a transfer that was over before anything was said of it.
func (s *session) over(t *transfer, c *ftp.Command, arg string, opening answer) {
	final := s.result(t)
	s.out = final.appendWire(opening.appendWire(slices.Grow(s.out[:0], 2*replyRoom)))
	s.write(s.out)
	s.commanded(c, arg, final.Code)
}
