package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
)

// watch sees what the client and the server say, and which addresses they have.
type watch struct {
	ftpclient.Network

	mu      sync.Mutex
	replies map[ftp.Code]ftp.Reply // the last of each code
	data    *tls.ConnectionState   // of the last data connection
	control *tls.ConnectionState
	peer    netip.Addr // of the last connection that was made by the client
}

// newWatch puts itself into the options.
func newWatch(o *ftpclient.Options) *watch {
	w := &watch{Network: o.Net, replies: make(map[ftp.Code]ftp.Reply)}
	o.Net = w
	before := o.Trace
	o.Trace = func(e ftpclient.TraceEvent) {
		w.event(e)
		if before != nil {
			before(e)
		}
	}
	return w
}

func (w *watch) event(e ftpclient.TraceEvent) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case e.TLS != nil && e.Data:
		w.data = e.TLS
	case e.TLS != nil:
		w.control = e.TLS
	case !e.Reply.IsZero():
		w.replies[e.Reply.Code] = e.Reply
	}
}

// Dial notes who answers.
func (w *watch) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	conn, err := w.Network.Dial(ctx, network, local, address)
	if err == nil {
		if t, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
			w.mu.Lock()
			w.peer = t.AddrPort().Addr().Unmap()
			w.mu.Unlock()
		}
	}
	return conn, err
}

// last returns the last reply of a code, zero if there was none.
func (w *watch) last(code ftp.Code) ftp.Reply {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.replies[code]
}

func (w *watch) forget(code ftp.Code) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.replies, code)
}

func (w *watch) states() (control, data *tls.ConnectionState) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.control, w.data
}

// server is the address of the server; not valid where it is behind a proxy.
func (e *examination) server() netip.Addr {
	if e.o.Client.Proxy != nil {
		return netip.Addr{}
	}
	e.seen.mu.Lock()
	defer e.seen.mu.Unlock()
	return e.seen.peer
}

// sentence is an error as a sentence: what several ones have in common is said once.
func sentence(err error) string {
	var parts []string
	for _, one := range flat(err) {
		text := strings.TrimRight(strings.ReplaceAll(one.Error(), "\n", "; "), ". ")
		if len(parts) == 0 || parts[len(parts)-1] != text {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "; ") + "."
}

// said is a refusal as the server has worded it, as a sentence.
func said(re *ftpclient.ReplyError) string {
	return strings.TrimRight(strings.ReplaceAll(re.Reply.String(), "\n", " / "), ". ") + "."
}

// timedOut reports whether err is a time limit that has passed.
func timedOut(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}
