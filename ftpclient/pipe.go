package ftpclient

import (
	"context"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// maxPaths is how many octets the paths may have that are asked for ahead, less than
// any server queues: it may have to take them all before one of the files is read.
const maxPaths = 32 << 10

// pipe reads files over the data connection that is open, with as many commands on
// their way as the server queues, until there are no more names or the data connection is
// gone. Names that were asked for in vain then stand in b.todo again.
//
// Which octets belong to which file is told by the replies alone: those of a file
// are looked at only after its own 125 or 150, which has to name it, and those of the
// next one only after its 250. A command that is refused sends none (RFC 959, 5.4).
func (b *batch) pipe(ctx context.Context, c *Conn, p ftp.Params) error {
	if len(c.setParams(p)) > 0 {
		return nil
	}
	d := c.takeKept("RETR", p)
	if d == nil {
		return nil
	}
	q := &pipeline{batch: b, c: c, p: p, d: d, depth: c.srv.depth()}
	for {
		if err := q.fill(); err != nil {
			return q.fail(err)
		}
		if len(q.out) == 0 {
			c.keep(q.d)
			return nil
		}
		if err := q.first(ctx); err != nil {
			return q.fail(err)
		}
		if q.d == nil {
			return q.drain(ctx)
		}
	}
}

// pipeline is the state of pipe.
type pipeline struct {
	*batch
	c   *Conn
	p   ftp.Params
	d   *dataConn // nil once it is gone
	out []asked

	depth int // of out
	paths int // octets of the paths in out
}

// asked is a file that was asked for.
type asked struct {
	name string
	t    *Transfer
}

// fill sends commands, in one write.
func (q *pipeline) fill() error {
	if len(q.out) > q.depth/2 || q.paths > maxPaths/2 {
		return nil
	}
	var list []*request
	var added []asked
	for len(q.out)+len(added) < q.depth && q.paths < maxPaths && q.more() {
		path, err := q.turn.cl.path(q.todo[0])
		if err != nil || q.todo[0] == "." || !nameable(path) {
			break // it comes in its turn, by itself
		}
		name := q.take()
		t := q.c.newTransfer(Command{Verb: "RETR", Arg: path, Literal: q.turn.cl.Form() != ""}, q.p)
		t.pipelined = true
		added = append(added, asked{name, t})
		list = append(list, newRequest("RETR", path))
		q.paths += len(path)
	}
	if len(list) == 0 {
		return nil
	}
	q.out = append(q.out, added...) // whatever becomes of the commands
	if err := q.c.send(list...); err != nil {
		return err
	}
	for i, a := range added {
		a.t.seq = q.c.sent - len(added) + 1 + i
		a.t.control = time.Now()
	}
	return nil
}

// first brings the transfer that was asked for first to its end.
func (q *pipeline) first(ctx context.Context) error {
	a := q.out[0]
	q.c.transfer = a.t
	err := a.t.await(ctx, keptLink(q.d))
	switch {
	case err == nil && !q.c.isNamed(a.t.cmd.Arg, a.t.opening):
		return q.c.doubt("wait for the reply to RETR", a.t.opening)
	case err == nil:
		q.shift()
		if err := q.deliver(a.name, a.t); err != nil {
			return err
		}
		q.d = a.t.left
		return nil
	case ctx.Err() != nil, lost(err):
		return err
	}
	a.t.end(err)
	if noData(err) {
		q.d.Conn.Close()
		q.d = nil
		return nil
	}
	q.shift()
	return q.tell(a.name, err)
}

// shift forgets what was asked for first.
func (q *pipeline) shift() {
	q.paths -= len(q.out[0].t.cmd.Arg)
	q.out = q.out[1:]
}

// drain takes the replies to what was asked for and cannot come any more, as there
// is no data connection, and has it asked for again.
func (q *pipeline) drain(ctx context.Context) error {
	var again []string
	for _, a := range q.out {
		again = append(again, a.name)
		if !a.t.final.IsZero() {
			continue
		}
		if _, err := q.c.final(ctx, a.t.seq, "RETR"); err != nil {
			return q.fail(err)
		}
	}
	q.back(again...)
	q.out = nil
	return nil
}

// fail gives the connection up: with several files on their way, nothing else
// brings both sides in step again for certain.
func (q *pipeline) fail(err error) error {
	if t := q.c.transfer; t != nil {
		t.detach()
		t.end(err)
	}
	if q.d != nil {
		q.d.Conn.Close()
	}
	q.c.shut()
	var again []string
	for _, a := range q.out {
		again = append(again, a.name)
	}
	q.back(again...)
	return err
}
