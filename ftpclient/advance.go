package ftpclient

import (
	"context"

	"github.com/seed-6092453b/ferry/ftp"
)

// advance is a passive port that is asked for behind a transfer, for the next one, so
// that the reply comes with the end of the transfer and costs no round trip of its
// own.
//
// A server that queues what comes during a transfer is asked together with the
// transfer. Any other is asked once all octets of a download have come: then nothing
// is left that a command could break off, and whoever waits for the client's end of
// the data connection before the 226, as most do, has the question by then.
//
// Octets cannot go astray by that: each transfer still has a data connection of its
// own, which counts only after the 150 to its own command, and that is not sent before
// the transfer before it has ended. Replies that do not fit end the connection.
type advance struct {
	q   *request
	way way
	seq int // number of the command

	retr   *request // asked for behind it, to come over it; nil: only the port is asked for (see maxPairs)
	behind *advance // what is asked for behind that
}

// nextPort returns the question for the next port; nil if it is not to be asked ahead.
func (c *Conn) nextPort() *advance {
	if c.o.Account != "" && !c.accounted || len(c.announced(Command{})) > 0 {
		return nil // something else may have to come before it
	}
	w := c.srv.waysFor(c.o.Data)[0]
	if w == wayActive || !c.srv.proven(w) {
		return nil
	}
	q := newRequest(w.String())
	if w == wayEPSV {
		q = c.epsv()
	}
	return &advance{q: q, way: w}
}

// askBehind returns the question that goes along with a transfer, if the server bears
// that; else nil.
func (c *Conn) askBehind() *advance {
	if queues, trusted := c.srv.advances(); !queues || !trusted || c.srv.takesPairs() {
		return nil
	}
	return c.nextPort()
}

// askAtEnd asks for the next port at the end of a download, and for what is to come over
// it, if together says what that is.
func (c *Conn) askAtEnd(together func(*Conn) []string) error {
	if _, trusted := c.srv.advances(); !trusted || c.advance != nil {
		return nil
	}
	if together != nil {
		if paths := together(c); len(paths) > 0 {
			return c.askPairs(paths)
		}
	}
	a := c.nextPort()
	if a == nil {
		return nil
	}
	if err := c.send(a.q); err != nil {
		return err
	}
	c.advance, a.seq = a, c.sent
	return nil
}

// claim makes the data connection to the port that was asked for ahead. The result is
// nil if there is none, or if the server did not take the question.
func (c *Conn) claim(ctx context.Context) (*link, way, error) {
	a := c.advance
	if a == nil {
		return nil, 0, nil
	}
	c.advance = a.behind
	if a.q.reply.IsZero() {
		r, err := c.final(ctx, a.seq, a.q.verb)
		if err != nil {
			return nil, 0, err
		}
		a.q.reply = r
	}
	if a.q.err() != nil {
		c.srv.distrustAhead(a.q.verb + ": " + a.q.reply.String())
		return nil, 0, nil
	}
	at, err := passivePort(a.way, a.q)
	if err != nil {
		return nil, 0, c.doubt("wait for the reply to "+a.q.verb, a.q.reply)
	}
	return c.dialLink(ctx, at.Port(), c.o.Timeout), a.way, nil
}

// overtook takes the reply to the question if it has come before that to the transfer,
// at whose end it cannot be mistaken for any other. Such a server is not asked ahead any
// more.
func (c *Conn) overtook(r ftp.Reply) bool {
	if c.advance == nil || c.owes() || !c.advance.q.reply.IsZero() || !passiveCode(r.Code) {
		return false
	}
	c.advance.q.reply = r
	c.got++
	c.srv.distrustAhead("it answers out of turn: " + r.String())
	return true
}

func passiveCode(code ftp.Code) bool {
	return code == ftp.CodePassive || code == ftp.CodeLongPassive || code == ftp.CodeExtendedPassive
}

// doubt ends a connection on which it is no longer certain which reply belongs to
// which command, and has this server answer one command at a time from now on.
func (c *Conn) doubt(op string, r ftp.Reply) error {
	problem := "a reply that does not fit what was sent: " + r.String()
	c.srv.distrustAhead(problem)
	c.shut()
	return &ConnError{Op: op, Addr: c.o.addr, Err: &ftp.ProtocolError{Problem: problem}}
}

// advances reports whether the server queues what comes during a transfer, and whether
// it can be trusted with commands that are sent ahead of replies.
func (s *server) advances() (queues, trusted bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.quirks.queues, !s.inStep
}

// storesAhead reports whether uploads in block mode may be sent without waiting for the
// 125, because the data connection is closed with the refusal of one (XSTORAHEAD).
func (s *server) storesAhead() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stores
}

// distrustAhead has nothing sent ahead of replies to this server any more.
func (s *server) distrustAhead(why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.inStep {
		s.inStep = true
		s.quirks.ahead, s.quirks.queues, s.blocks, s.stores = false, false, false, false
		s.log.Info("the server does not bear commands that are sent ahead of replies; they go one by one from now on", "reason", why)
	}
}
