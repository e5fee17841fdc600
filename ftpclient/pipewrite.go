package ftpclient

import (
	"bytes"
	"context"

	"github.com/seed-6092453b/ferry/ftp"
)

// maxUnsent is how many octets of files are on their way in pipe.
const maxUnsent = 256 << 10

// maxLine is how long a path may be in a command that goes ahead: no server takes the
// line for too long.
const maxLine = 400

// pipe stores files over the data connection that is open without waiting for replies,
// until there are no more or the data connection is gone. What was not stored then is
// to be sent again.
//
// The server closes the data connection with the first refusal (XSTORAHEAD), so that
// the octets of a file that it refuses reach no other; whatever was on its way behind it
// is refused for the want of a data connection. A reply that does not name its own file
// ends all of it.
func (b *writing) pipe(ctx context.Context, c *Conn, p ftp.Params) error {
	if len(c.setParams(p)) > 0 {
		return nil
	}
	d := c.takeKept("STOR", p)
	if d == nil {
		return nil
	}
	q := &stores{writing: b, c: c, p: p, depth: max(c.srv.depth()*3/4, 1)}
	q.s = newSender(ctx, c, d, q.depth)
	err := q.run(ctx)
	q.s.stop(err != nil || q.gone)
	switch {
	case err != nil:
		d.Conn.Close()
		c.shut()
		b.back()
	case q.gone:
		d.Conn.Close()
		b.back()
	default:
		c.keep(d)
	}
	return err
}

// stores is the state of pipe.
type stores struct {
	*writing
	c    *Conn
	p    ftp.Params
	s    *sender
	out  []*store // sent, and not answered
	attr []*store // to be sent with the next
	gone bool     // the data connection is, or will be

	depth int // of out, of whose commands a file has up to five
	paths int // octets of the paths in out
}

// store is a command that was sent: STOR, or one that sets the time of a file, asks for
// its size, or renames it.
type store struct {
	o       *outgoing
	more    *request // nil: it is STOR
	last    bool     // of its file
	opening ftp.Reply
}

func (q *stores) run(ctx context.Context) error {
	for {
		if err := q.fill(ctx); err != nil {
			return err
		}
		if len(q.out) == 0 {
			return nil
		}
		r, err := q.next(ctx)
		if err != nil {
			return err
		}
		if err := q.take(r); err != nil {
			return err
		}
		if err := q.tell(); err != nil {
			return err
		}
	}
}

// fill sends commands in one write, and hands the files to the sender.
func (q *stores) fill(ctx context.Context) error {
	var list []*request
	if len(q.out) > q.depth/2 || q.paths > maxPaths/2 {
		return nil
	}
	added := q.asked()
	for _, s := range added {
		list = append(list, s.more)
	}
	var data []byte
	for !q.gone && len(q.out)+len(added) < q.depth && q.paths < maxPaths && q.s.left.Load()+int64(len(data)) < maxUnsent && q.more() {
		o := q.todo[0]
		if !nameable(o.path) || len(o.path) > maxLine {
			break // it goes in its turn, by itself
		}
		var err error
		if data, err = q.encode(data, o); err != nil {
			return err
		}
		q.writing.take()
		list = append(list, newRequest("STOR", o.path))
		added = append(added, &store{o: o})
		q.paths += len(o.path)
	}
	if len(list) == 0 {
		return nil
	}
	if err := q.c.send(list...); err != nil {
		return err
	}
	q.out = append(q.out, added...)
	q.s.send(data)
	return ctx.Err()
}

// asked takes as much of what is to be asked as there is room for. What is asked about one
// file stays together: an RNTO has to follow its RNFR.
func (q *stores) asked() []*store {
	n := 0
	for n < len(q.attr) && (n == 0 || !q.attr[n-1].last || len(q.out)+n < q.depth && q.paths < maxPaths) {
		q.paths += len(q.attr[n].o.path)
		n++
	}
	list := q.attr[:n:n]
	q.attr = q.attr[n:]
	return list
}

// encode appends a file as it goes over the data connection.
func (q *stores) encode(data []byte, o *outgoing) ([]byte, error) {
	buf := bytes.NewBuffer(data)
	t := q.c.newTransfer(Command{Verb: "STOR", Arg: o.path}, q.p)
	w := t.codec.NewWriter(buf)
	_, err := w.Write(o.data)
	if err == nil {
		err = w.Close()
	}
	return buf.Bytes(), err
}

// next waits for a reply. It does so for as long as octets still move.
func (q *stores) next(ctx context.Context) (ftp.Reply, error) {
	const op = "wait for the reply to STOR"
	for {
		before := q.s.left.Load()
		timer, stop := after(q.c.o.Timeout)
		r, err := q.c.next(ctx, timer, op)
		stop()
		if err == errTimeout {
			if q.s.left.Load() != before {
				continue
			}
			q.c.shut()
			err = &ConnError{Op: op, Addr: q.c.o.addr, Err: err, Hint: "the server is silent"}
		}
		return r, err
	}
}

// take takes a reply, which has to be one to the command that was sent first.
func (q *stores) take(r ftp.Reply) error {
	s := q.out[0]
	doubt := func() error { return q.c.doubt("wait for the reply to STOR", r) }
	if r.Code.Preliminary() {
		if s.more != nil || !s.opening.IsZero() || q.gone || !q.c.isNamed(s.o.path, r) {
			return doubt()
		}
		s.opening = r
		return nil
	}
	q.out = q.out[1:]
	q.paths -= len(s.o.path)
	q.c.got++
	if s.more != nil {
		s.more.reply = r
		q.c.srv.learn(s.more.verb, r)
		if s.last {
			q.complete(s.o)
		}
		return nil
	}
	switch {
	case r.Code.OK() && (s.opening.IsZero() || r.Code != ftp.CodeActionDone && r.Code != ftp.CodeDone):
		return doubt()
	case r.Code.OK():
		q.turn.begun, q.gone = true, q.gone || r.Code == ftp.CodeDone // RFC 959, 5.4: it is closed
		q.stored(s.o)
	case s.opening.IsZero() && (r.Code == ftp.CodeNoData || r.Code == ftp.CodeAborted):
		q.gone = true // it is sent again
	default:
		q.gone = true
		q.settled(s.o, newReplyError("STOR", r))
	}
	return nil
}

// stored has the time of a file set, and its size told: octets that came over the data
// connection of another would make a file of another length. Only then is it renamed, if
// that is wanted.
func (q *stores) stored(o *outgoing) {
	if !o.ModTime.IsZero() && q.c.srv.offers("MFMT", "MFMT") {
		o.mtime = newRequest("MFMT", ftp.FormatTime(q.c.srv.stampOf(o.ModTime))+" "+o.path)
	}
	if o.size = q.sizeQuestion(q.c, o.path); o.size == nil {
		o.publish()
	}
	if !q.follow(o) {
		q.settled(o, nil)
	}
}

// follow has what is to be asked about a file sent with the next ones, and reports whether
// there is anything.
func (q *stores) follow(o *outgoing) bool {
	list := o.questions()
	for i, more := range list {
		q.attr = append(q.attr, &store{o: o, more: more, last: i == len(list)-1})
	}
	return len(list) > 0
}

// complete looks at what was said to all that was asked behind a file.
func (q *stores) complete(o *outgoing) {
	if err := o.elsewhere(); err != nil {
		q.settled(o, err)
		return
	}
	if o.mtime != nil {
		if err := o.mtime.err(); err == nil {
			o.info.ModTime = o.ModTime
		} else {
			q.c.o.Log.Warn("the time of an upload could not be set", "file", o.Name, "reason", err)
		}
		o.mtime = nil
	}
	if q.unanswered(q.c, o) {
		q.follow(o)
		return
	}
	if n := o.sizeAnswer(); n >= 0 && n != o.Size {
		q.settled(o, q.otherSize(q.c, o, n))
		return
	}
	if o.publish(); q.follow(o) {
		return
	}
	q.settled(o, o.published())
}
