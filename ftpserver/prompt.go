package ftpserver

import (
	"context"
	"net"
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
// with the 150. It returns how many octets it has sent, and the plan for what is left
// to be done; nil if that is nothing.
func sendNow(plan dataPlan, by *protection, f storage.Reader, size int64) (left dataPlan, sent int64) {
	p, passive := plan.(*passivePlan)
	file, ok := f.(syscall.Conn)
	if !passive || !ok || by.tls != nil || by.peer.Zone() != "" || size < 0 || size > promptSize {
		return plan, 0
	}
	conn, ok := p.acceptNow()
	if !ok {
		return plan, 0
	}
	p.met()
	if sent = conn.send(file, size); sent == size {
		conn.close()
		return nil, sent
	}
	made, err := conn.wrap()
	return &madePlan{made, err}, sent
}

// madePlan is a data connection that stands already.
type madePlan struct {
	conn net.Conn
	err  error
}

func (p *madePlan) open(_ context.Context, by *protection) (*dataConn, error) {
	if p.err != nil {
		return nil, p.err
	}
	return newDataConn(p.conn, by.stall), nil
}

func (p *madePlan) close() {
	if p.err == nil {
		p.conn.Close()
	}
}

// none is the outcome of a transfer without a goroutine.
var none = func() chan outcome { c := make(chan outcome); close(c); return c }()

// atOnce returns a transfer that is over before anything is said of it.
func (s *session) atOnce(verb, path string, size int64, begun time.Time, j job) *transfer {
	t := &transfer{verb: verb, path: path, told: s.told(path), size: size, final: j.done, started: begun, done: none, over: true}
	s.observe(TransferStarted{Conn: s.conn, User: s.userName(), Verb: t.verb, Path: t.told})
	return t
}

// over ends a transfer that was over before anything was said of it.
func (s *session) over(t *transfer, verb, arg string, opening ftp.Reply) {
	final := s.result(t, t.end)
	s.out = final.AppendWire(opening.AppendWire(s.out[:0]))
	s.write(s.out)
	s.commanded(verb, arg, final)
}
