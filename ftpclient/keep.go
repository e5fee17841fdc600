package ftpclient

import (
	"context"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// In block and compressed mode the data connection may stay open from one file to
// the next (RFC 959, 3.2; the server says so by 250 where it would else say 226).
// Between two transfers it is watched: a server may close it at any time, and one
// that sends what nobody asked for cannot be trusted to keep files apart.

// keep keeps a data connection for the next transfer.
func (c *Conn) keep(d *dataConn) {
	d.idle(c.set.Mode)
	c.kept.Store(d)
	if !c.alive() {
		c.dropKept()
	}
}

// dropKept closes the data connection that is kept, if any.
func (c *Conn) dropKept() {
	if d := c.kept.Swap(nil); d != nil {
		d.Conn.Close()
	}
}

// takeKept returns the data connection that is kept, if a transfer in this mode
// can use it; nil means that one has to be made.
func (c *Conn) takeKept(verb string, p ftp.Params) *dataConn {
	if streams(verb) || !framed(p.Mode) {
		c.dropKept()
		return nil
	}
	d := c.kept.Swap(nil)
	if d == nil {
		return nil
	}
	if d.mode != p.Mode || !d.wake() {
		d.Conn.Close()
		return nil
	}
	return d
}

// streams reports whether what the command brings goes over in stream mode,
// whatever MODE says (RFC 3659, 7.2).
func streams(verb string) bool { return verb == "MLSD" }

// idle leaves d alone until the next transfer.
func (d *dataConn) idle(mode byte) {
	d.mode = mode
	d.ctx, d.stall, d.since = context.Background(), 0, time.Time{}
	d.stop.Store(false)
	d.reader() // for the goroutine and for the next transfer
	d.watched = make(chan struct{})
	go func() {
		defer close(d.watched)
		_, err := d.br.Peek(1)
		d.gone = err == nil || !d.stop.Load()
	}()
}

// wake ends idle. It reports whether d can be used.
func (d *dataConn) wake() bool {
	d.interrupt()
	<-d.watched
	d.stop.Store(false)
	return !d.gone
}

// unusable are the commands after which a data connection that was open is not, or
// not for what comes next (RFC 959, 3.2 and 3.3).
var unusable = map[string]bool{
	"MODE": true, "REIN": true, "AUTH": true, "PROT": true, "CCC": true,
	"PORT": true, "PASV": true, "EPRT": true, "EPSV": true, "LPRT": true, "LPSV": true, "SPSV": true, "CPSV": true,
	"ABOR": true,
}
