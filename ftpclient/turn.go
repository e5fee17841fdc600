package ftpclient

import (
	"io"
	"slices"

	"github.com/seed-6092453b/ferry/ftp"
)

// turn is a reply behind which the control connection becomes another: TLS begins, or
// ends. The goroutine that reads replies stops behind it, so that no read is under way
// and nothing of what follows is taken, until it is told what to read from.
type turn struct {
	codes  []ftp.Code
	behind int            // octets that were read behind the reply; valid once it has come
	resume chan io.Reader // what to read from then on
}

// expectTurn has the reader stop behind the next reply with one of the codes. It is
// called while no reply is due (see catchUp): one that is owed to a command before
// could have the same code. Any other reply leaves the connection as it is, and c.turn
// is then to be cleared.
func (c *Conn) expectTurn(codes ...ftp.Code) *turn {
	t := &turn{codes: codes, resume: make(chan io.Reader, 1)}
	c.turn.Store(t)
	return t
}

// turns reports whether the reader has to stop behind the reply.
func (c *Conn) turns(r ftp.Reply, buffered int) *turn {
	t := c.turn.Load()
	if t == nil || !slices.Contains(t.codes, r.Code) {
		return nil
	}
	t.behind = buffered
	c.turn.Store(nil)
	return t
}
