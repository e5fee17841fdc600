package ftpserver

import (
	"context"
	"errors"
	"io"
	"math"
	"sync"
	"syscall"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// codec returns how the octets of a file cross the data connection now.
func (s *session) codec() ftp.Codec {
	return ftp.Codec{Params: s.params, ASCII: s.srv.cfg.ASCII}
}

func (s *session) cmdRetr(arg string) ftp.Reply {
	path := s.path(arg)
	if sp := s.prior.span; sp.set {
		return s.retrSpan(path, sp)
	}
	c, rest := s.codec(), s.prior.rest
	var r storage.Range
	if c.Identity() {
		r.Off = rest
	} else {
		c.Skip = rest
		if reply := s.checkSkip(path, c); !reply.IsZero() {
			return reply
		}
	}
	f, err := s.account.FS.Open(s.ctx, storageName(path), r)
	if err != nil {
		return s.replyFor("RETR", err)
	}
	size := int64(-1)
	text := s.tr("Opening data connection.")
	if info := f.Info(); c.Identity() && info.Size >= 0 {
		size = max(0, info.Size-rest)
		if rest == 0 {
			// Many clients read the size from here.
			text = s.tr("Opening data connection for %s (%d bytes).", path, size)
		}
	}
	return s.begin("RETR", path, size, text, job{
		move: func(ctx context.Context, d *dataConn) error {
			defer f.Close()
			return sendFile(d, f, c)
		},
		drop: func() { f.Close() },
		done: s.tr("Transfer complete."),
	})
}

// checkSkip refuses a restart offset that lies behind the end of the file as it
// goes over the wire (RFC 3659, 5.3).
func (s *session) checkSkip(path string, c ftp.Codec) ftp.Reply {
	if c.Skip == 0 {
		return ftp.Reply{}
	}
	f, err := s.account.FS.Open(s.ctx, storageName(path), storage.Range{})
	if err == nil {
		_, err = c.Locate(ctxReader{s.ctx, f}, c.Skip)
		f.Close()
	}
	if err != nil && !errors.Is(err, ftp.ErrNoPlace) {
		return s.replyFor("RETR", err)
	}
	return ftp.Reply{}
}

// ctxReader ends with its context: counting through a large file takes a while.
type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (r ctxReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// buffers holds what files are copied through. The size is what makes uploads
// cheap: fewer, larger system calls.
var buffers = sync.Pool{New: func() any { return new([256 << 10]byte) }}

// sendFile sends a file. Where its octets go as they are and a descriptor backs
// it, the kernel copies.
func sendFile(d *dataConn, f storage.Reader, c ftp.Codec) error {
	if !c.Identity() {
		w := c.NewWriter(d)
		if err := copyFile(w, f); err != nil {
			return err
		}
		return w.Close()
	}
	return sendOctets(d, f, math.MaxInt64)
}

// sendOctets sends at most n octets of a file as they are; f ends there as well.
func sendOctets(d *dataConn, f storage.Reader, n int64) error {
	if s, ok := f.(interface {
		io.ReadSeeker
		syscall.Conn
	}); ok {
		if done, err := d.sendFile(s, n); done {
			return err
		}
	}
	return copyFile(d, f)
}

// copyFile copies all of r to w, seeing nothing of either but Read and Write.
func copyFile(w io.Writer, r io.Reader) error {
	buf := buffers.Get().(*[256 << 10]byte)
	defer buffers.Put(buf)
	_, err := io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{r}, buf[:])
	return err
}
