package ftpclient

import (
	"context"
	"fmt"
	"io"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// questions are what is to be asked behind the uploads that are stored.
func (b *writing) questions() []*request {
	var list []*request
	for _, o := range b.asked {
		list = append(list, o.questions()...)
	}
	return list
}

// questions are what is to be asked behind an upload, and is not answered.
func (o *outgoing) questions() []*request {
	var list []*request
	for _, q := range []*request{o.mtime, o.size, o.rename, o.into} {
		if q != nil && q.reply.IsZero() {
			list = append(list, q)
		}
	}
	return list
}

// ask finds out what has to be asked behind an upload that the server has taken. What
// does not go along with the next upload is asked at once.
func (b *writing) ask(ctx context.Context, c *Conn, o *outgoing) error {
	ahead := c.srv.is().ahead
	if !o.ModTime.IsZero() {
		switch can, err := c.canSetTime(ctx); {
		case err != nil:
			return err
		case can && ahead && c.srv.offers("MFMT", "MFMT"):
			o.mtime = newRequest("MFMT", ftp.FormatTime(c.srv.stampOf(o.ModTime))+" "+o.path)
		case can:
			if err := b.setTime(ctx, c, o); err != nil {
				return err
			}
		}
	}
	if o.size = b.sizeQuestion(c, o.path); o.size == nil {
		o.publish()
	}
	b.asked = append(b.asked, o)
	if len(o.questions()) == 0 || !ahead {
		return b.finish(ctx, c)
	}
	return nil
}

// sizeQuestion asks how long a file is, where the server can tell: octets that came over
// the data connection of another, or that were lost, make it another length. What SIZE
// tells is the length of a transfer, and a mode that marks the end has no such.
func (b *writing) sizeQuestion(c *Conn, path string) *request {
	switch {
	case b.turn.cl.Conversion() != "":
	case !framed(c.set.Mode) && c.srv.offers("SIZE", "SIZE"):
		return newRequest("SIZE", path)
	case framed(c.set.Mode) && c.srv.offersFeature("MLST"):
		return newRequest("MLST", path)
	}
	return nil
}

// sizeAnswer is the answer to sizeQuestion; -1 if there is none.
func (o *outgoing) sizeAnswer() int64 {
	if o.size == nil {
		return -1
	}
	if o.size.verb == "MLST" {
		if info, err := factsOf(o.size, o.path); err == nil {
			return info.Size
		}
		return -1
	}
	if n, err := sizeOf(o.size); err == nil {
		return n
	}
	return -1
}

// unanswered reports whether a file's size was asked for in vain, though the server has told
// others by the same command. It is asked once more then: nothing else shows that octets
// were lost on the way.
func (b *writing) unanswered(c *Conn, o *outgoing) bool {
	if o.size == nil || o.again || o.sizeAnswer() >= 0 || !c.srv.works(o.size.verb) {
		return false
	}
	o.size, o.again = b.sizeQuestion(c, o.path), true
	return o.size != nil
}

// elsewhere returns that the server has the file under another name, if the answers so far
// say so.
func (o *outgoing) elsewhere() error {
	for _, q := range []*request{o.mtime, o.size} {
		if q == nil || q.reply.IsZero() {
			continue
		}
		if err := altered(o.path, q.err()); err != nil {
			return err
		}
	}
	return nil
}

// publish has the file renamed with the next commands, if it is to be. Where RNFR is
// refused, so is RNTO for being out of turn: the two need not wait for each other.
func (o *outgoing) publish() {
	if o.final != "" && o.into == nil {
		o.rename, o.into = newRequest("RNFR", o.path), newRequest("RNTO", o.final)
	}
}

// published returns why a file could not be renamed, if so.
func (o *outgoing) published() error {
	switch {
	case o.into == nil:
		return nil
	case o.rename.reply.Code.Transient(), o.rename.reply.Code.Permanent():
		return o.rename.err()
	}
	return o.into.err()
}

// setTime sets the time of a file, as well as the server can.
func (b *writing) setTime(ctx context.Context, c *Conn, o *outgoing) error {
	path := o.path
	if o.into != nil && o.published() == nil {
		path = o.final
	}
	err := c.setTime(ctx, path, o.ModTime)
	if err == nil {
		o.info.ModTime = o.ModTime
		return nil
	}
	if onlyLost(ctx, err) != nil {
		return err
	}
	c.o.Log.Warn("the time of an upload could not be set", "file", o.Name, "reason", err)
	return nil
}

// finish asks what has not been asked yet, and tells of the files.
func (b *writing) finish(ctx context.Context, c *Conn) error {
	for len(b.asked) > 0 {
		if err := c.exchange(ctx, b.questions()...); err != nil {
			return err
		}
		if err := b.heard(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// heard looks at the answers, and tells of the files of which nothing more is to be asked.
func (b *writing) heard(ctx context.Context, c *Conn) error {
	var open []*outgoing
	for i, o := range b.asked {
		if len(o.questions()) == 0 {
			if err := b.answered(ctx, c, o); err != nil {
				b.asked = append(open, b.asked[i:]...)
				return err
			}
		}
		if !o.done {
			open = append(open, o)
		}
	}
	b.asked = open
	return b.tell()
}

// answered looks at the answers about one file. It is not renamed before its size is known.
func (b *writing) answered(ctx context.Context, c *Conn, o *outgoing) error {
	if err := o.elsewhere(); err != nil {
		b.settled(o, err)
		return nil
	}
	if o.mtime != nil && o.mtime.err() == nil {
		o.info.ModTime = o.ModTime
	} else if o.mtime != nil {
		o.mtime = nil
		if err := b.setTime(ctx, c, o); err != nil { // in the way that is left
			return err
		}
	}
	if b.unanswered(c, o) {
		return nil
	}
	var err error
	if n := o.sizeAnswer(); n >= 0 && n != o.Size {
		err = b.otherSize(c, o, n)
	}
	if err == nil && o.final != "" && o.into == nil {
		o.publish()
		return nil
	}
	if err == nil {
		err = o.published()
	}
	b.settled(o, err)
	return nil
}

// otherSize is the error of an upload of which the server has n octets.
func (b *writing) otherSize(c *Conn, o *outgoing, n int64) error {
	switch {
	case n > o.Size:
		return fmt.Errorf("%w: the server has %d octets where %d were sent", storage.ErrChanged, n, o.Size)
	case o.t != nil && o.t.modern():
		return c.lossy(o.t, nil)
	}
	return fmt.Errorf("%w: the server has %d octets of %d, though it reports success", io.ErrUnexpectedEOF, n, o.Size)
}
