package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// Do sends a command, with an argument if one is given, and returns its final
// reply. A reply of 4yz or 5yz is returned together with a *ReplyError. An
// argument with NUL or LF is storage.ErrName. A command that uses the data
// connection is refused, see Begin, and so is one that changes how commands are
// protected from then on.
func (c *Conn) Do(ctx context.Context, verb string, args ...string) (ftp.Reply, error) {
	return c.doBy(ctx, newRequest(strings.ToUpper(verb), args...))
}

// DoAll is Do for whoever shows a user all that the server says (RFC 1123, 4.1.4.2): it
// returns the preliminary replies as well, ahead of the final one. The replies that
// came before an error are returned, too.
func (c *Conn) DoAll(ctx context.Context, verb string, args ...string) ([]ftp.Reply, error) {
	var all []ftp.Reply
	q := newRequest(strings.ToUpper(verb), args...)
	q.early = func(r ftp.Reply) { all = append(all, r) }
	r, err := c.doBy(ctx, q)
	if !r.IsZero() {
		all = append(all, r)
	}
	return all, err
}

func (c *Conn) doBy(ctx context.Context, q *request) (ftp.Reply, error) {
	if err := c.byHand(q); err != nil {
		return ftp.Reply{}, err
	}
	err := c.exchange(ctx, q)
	if err == nil && c.account(ctx, q.err()) {
		err = c.exchange(ctx, q)
	}
	if err != nil {
		return q.reply, err
	}
	c.forget(q.verb)
	c.levelled(q)
	return q.reply, q.err()
}

// Pipeline sends commands, each a line without its end, and returns their final
// replies, one for each, refusals too. The commands go ahead of the replies if
// the server is known to take that. The error is that of the connection; the
// replies that came before it are returned.
func (c *Conn) Pipeline(ctx context.Context, cmds ...string) ([]ftp.Reply, error) {
	list := make([]*request, len(cmds))
	for i, line := range cmds {
		verb, arg, hasArg := strings.Cut(line, " ")
		list[i] = newRequest(strings.ToUpper(verb))
		if hasArg {
			list[i].args = []string{arg}
		}
		if err := c.byHand(list[i]); err != nil {
			return nil, err
		}
	}
	err := c.exchange(ctx, list...)
	var replies []ftp.Reply
	for _, q := range list {
		c.forget(q.verb)
		c.levelled(q)
		if q.reply.IsZero() {
			break
		}
		replies = append(replies, q.reply)
	}
	return replies, err
}

// byHand reports an error if a user cannot send the command by itself now.
func (c *Conn) byHand(q *request) error {
	if q.verb == "REIN" && c.protected() {
		return errors.New("ftpclient: REIN by itself: it may end TLS; use Relogin")
	}
	return c.free(q)
}

// free reports an error if the command cannot be sent by itself now.
func (c *Conn) free(q *request) error {
	if row := ftp.Lookup(q.verb); row != nil && row.Traits.Has(ftp.Transfers) {
		return fmt.Errorf("ftpclient: %s needs a data connection", q.verb)
	}
	switch q.verb {
	case "AUTH", "CCC", "MIC", "CONF", "ENC":
		return fmt.Errorf("ftpclient: %s by itself: it changes what goes over the connection from then on", q.verb)
	}
	if len(q.args) > 1 {
		return fmt.Errorf("ftpclient: %s with more than one argument", q.verb)
	}
	if c.transfer != nil {
		return fmt.Errorf("ftpclient: a transfer is running on this connection: %w", storage.ErrBusy)
	}
	if unusable[q.verb] {
		c.dropKept()
	}
	return nil
}

// stateful are the commands that change what the connection is thought to be.
var stateful = map[string]bool{
	"USER": true, "PASS": true, "ACCT": true, "REIN": true, "QUIT": true, "SMNT": true, "HOST": true,
	"CWD": true, "CDUP": true, "XCWD": true, "XCUP": true,
	"TYPE": true, "MODE": true, "STRU": true, "OPTS": true, "LANG": true,
	"REST": true, "RNFR": true, "RANG": true, "EPSV": true,
	"AUTH": true, "ADAT": true, "PBSZ": true, "PROT": true, "CCC": true,
}

// forget drops what was known and a command of the user may have changed.
func (c *Conn) forget(verb string) {
	if stateful[verb] {
		c.home = ""
		c.forgetParams(verb)
	}
	switch verb {
	case "REIN", "USER", "HOST":
		c.accounted, c.hashing = false, ""
	case "OPTS":
		c.hashing = ""
	}
}
