package ftpserver

import (
	"io"
	"time"
)

// end closes the connection. In TLS that begins with close_notify (RFC 8446, 6.1),
// by which a peer knows that it has everything. One that has sent everything
// itself need not have waited for it.
//
// A client may say close_notify, too, or renew its keys. To close a socket with
// that unread would be a reset, which takes back what is still on its way to the
// client: so after a download its end is waited for, but nothing waits for that.
func (d *dataConn) end() error {
	if d.tls == nil {
		return d.wire.Close()
	}
	err := d.tls.CloseWrite()
	if err == nil && d.wire.held != nil {
		err = d.wire.release()
	}
	d.wire.drop()
	cw, ok := d.wire.Conn.(interface{ CloseWrite() error })
	if !d.sent || err != nil || !ok || cw.CloseWrite() != nil {
		d.wire.Close()
		if !d.sent {
			err = nil
		}
		return err
	}
	d.wire.Conn.SetDeadline(time.Now().Add(lingerMost))
	d.lingers.linger(d.wire, func() { io.CopyN(io.Discard, d.wire.Conn, lingerSize) })
	return nil
}
