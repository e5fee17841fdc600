package ftpclient

import (
	"context"
	"errors"

	"github.com/seed-6092453b/ferry/ftp"
)

// Downloads are asked for in one write with the ports that they come over, several at a
// time, where the server is known to do one command after the other all the same: EPSV, RETR
// a, EPSV, RETR b. Between the end of one file and the beginning of the next there is then
// but the making of the data connection, and all these commands take one system call.
//
// A server that reads more commands while it sends takes them for an abort. It must have
// read these before: they go out when all octets of the file before have come, and fit
// into any segment (RFC 9293, 3.7.1).
//
// Octets cannot go astray: each file has a data connection of its own, to the port that stands
// in the reply before that to its RETR, which has to be the next in turn. Whatever does not
// fit, or an abort, ends the connection: what was asked for is asked for again.
const (
	maxPairs      = 8
	maxPairOctets = 512
)

// errPairs is what has become of files that were asked for together with others, before
// they began. They can be asked for again.
var errPairs = errors.New("what was asked for together has not come")

// askPairs asks for the files with these paths, and for their ports.
func (c *Conn) askPairs(paths []string) error {
	list := make([]*request, 0, 2*len(paths))
	last := &c.advance
	for _, path := range paths {
		a := c.nextPort()
		a.retr = newRequest("RETR", path)
		list = append(list, a.q, a.retr)
		a.seq = c.sent + len(list) - 1
		*last, last = a, &a.behind
	}
	return c.send(list...)
}

// owes reports whether files are asked for that nobody has begun to read.
func (c *Conn) owes() bool { return c.advance != nil && c.advance.retr != nil }

// paired begins a transfer that was asked for together with its port.
func (b *beginning) paired(ctx context.Context) (*Transfer, error) {
	c, a := b.c, b.c.advance
	if len(b.before) > 0 || b.check != nil || b.cmd.restart() != nil || b.cmd.Verb != a.retr.verb || b.cmd.Arg != a.retr.args[0] {
		return nil, c.unpaired(errors.New("another command has come in between"))
	}
	l, w, err := c.claim(ctx)
	if l == nil {
		return nil, c.unpaired(errors.Join(err, a.q.err()))
	}
	b.careful, b.asked = true, a
	t, err := b.start(ctx, w, l)
	var re *ReplyError
	switch {
	case err == nil, ctx.Err() == nil && c.alive() && errors.As(err, &re) && !noData(err):
		return t, err
	case ctx.Err() != nil:
		c.shut()
		return nil, err
	}
	return nil, c.unpaired(err)
}

// unpaired gives a connection up on which files were asked for together.
func (c *Conn) unpaired(why error) error {
	c.srv.distrustPairs(why)
	c.advance = nil
	c.shut()
	return &ConnError{Op: "begin what was asked for", Addr: c.o.addr, Err: errors.Join(errPairs, why)}
}

// takesPairs reports whether files may be asked for together.
func (s *server) takesPairs() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.quirks.pairs && !s.inStep
}

// distrustPairs has no files asked for together any more.
func (s *server) distrustPairs(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.quirks.pairs {
		s.quirks.pairs = false
		s.log.Info("files that were asked for together have not come; they are asked for one by one from now on", "reason", why)
	}
}

// together takes the names of files that are asked for in one write out of those to be
// read, and returns their paths.
func (b *batch) together(c *Conn) []string {
	if !c.srv.takesPairs() {
		return nil
	}
	if c.nextPort() == nil {
		return nil
	}
	var paths []string
	room := maxPairOctets
	var line []byte
	for len(paths) < maxPairs && b.more() && b.todo[0] != "." {
		path, err := b.turn.cl.path(b.todo[0])
		if err == nil {
			line, err = ftp.AppendCommand(line[:0], "RETR", path)
		}
		if room -= len("EPSV 2\r\n") + len(line); err != nil || room < 0 {
			break // it comes in its turn, by itself
		}
		b.asked = append(b.asked, b.take())
		paths = append(paths, path)
	}
	return paths
}
