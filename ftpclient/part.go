package ftpclient

import (
	"context"
	"io"
	"slices"
	"time"
)

// partTime is how long a server is given to be done with a connection that was given up.
const partTime = 5 * time.Second

// isUpload reports whether a command is an upload.
func isUpload(verb string) bool { return verb == "STOR" || verb == "APPE" || verb == "STOU" }

// part ends a connection that is given up: this side of it first, and the whole when the
// server has ended its side, too, which it does behind the last command that it was sent,
// or when partTime is over.
//
// A command cannot be called back, and a server that is slow may not have read it yet. If
// that was an upload, it would empty the file that is stored meanwhile over another
// connection. A connection that is closed at once tells nothing of what the server does.
func (c *Conn) part() {
	defer close(c.over)
	defer c.raw.Close()
	half, ok := c.raw.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	c.raw.SetReadDeadline(aLongTimeAgo)
	<-c.down
	c.raw.SetReadDeadline(time.Now().Add(partTime))
	io.Copy(io.Discard, c.raw)
}

// calm waits until the server is done with all connections that were given up, or has had
// its time. Who stores does so before, and who looks at what has been stored.
func (p *pool) calm(ctx context.Context) error {
	p.mu.Lock()
	p.parting = p.remaining()
	list := slices.Clone(p.parting)
	p.mu.Unlock()
	for _, c := range list {
		select {
		case <-c.over:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// findCalm is find behind calm.
func (p *pool) findCalm(ctx context.Context, kept bool) (*lease, error) {
	if err := p.calm(ctx); err != nil {
		return nil, err
	}
	return p.find(ctx, kept)
}

// remaining is parting without the connections that are over. p.mu is held.
func (p *pool) remaining() []*Conn {
	return slices.DeleteFunc(p.parting, func(c *Conn) bool {
		select {
		case <-c.over:
			return true
		default:
			return false
		}
	})
}
