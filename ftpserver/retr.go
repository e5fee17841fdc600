package ftpserver

import (
	"context"
	"errors"
	"io"
	"math"
	"sync"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// codec returns how the octets of a file cross the data connection now.
func (s *session) codec() ftp.Codec {
	return ftp.Codec{Params: s.params, ASCII: s.srv.cfg.ASCII, Page: s.srv.cfg.EBCDIC}
}

// asStream returns c in stream mode: in MODE Z that is what is compressed, and what
// SIZE and REST count.
func asStream(c ftp.Codec) ftp.Codec {
	if c.Mode == 'Z' {
		c.Mode = 'S'
	}
	return c
}

func (s *session) cmdRetr(arg string) answer {
	path := s.path(arg)
	if sp := s.prior.span; sp.set {
		return s.retrSpan(path, sp)
	}
	if refusal := s.checkRestart(); !refusal.IsZero() {
		return refusal
	}
	c, at := s.codec(), s.prior.restart.at
	c.Every = s.srv.cfg.MarkerInterval
	whole := asStream(c).Identity() // the file is the stream, octet by octet
	var r storage.Range
	switch {
	case c.KeepsOpen():
		c.Start, r.Off = at, at.Off
	case whole:
		r.Off = at.Off
	default:
		c.Skip = at.Off
	}
	f, err := s.account.FS.Open(s.ctx, storageName(path), r)
	if err != nil {
		return s.replyFor("RETR", err)
	}
	info := f.Info()
	c.Literal = info.Form != ""
	if err = c.Check(info.Form, info.Size); err == nil {
		err = s.checkSkip(path, c)
	}
	if err != nil {
		f.Close()
		return s.cannotSend("RETR", err)
	}
	size := int64(-1)
	if c.Identity() && info.Size >= 0 {
		size = max(0, info.Size-at.Off)
	}
	j := job{file: f, done: s.tr("Transfer complete.")}
	if !c.Identity() {
		j = encoded(j, c, s.deflate.Block)
	}
	return s.begin("RETR", path, size, s.sending(path, info.Size, c), j)
}

// sending announces a download, with the size if the whole file goes over and is
// the same there: many clients read it from here.
func (s *session) sending(path string, size int64, c ftp.Codec) answer {
	c.Mode = 'S'
	sized := c.Identity() && size >= 0 && !s.prior.restart.isSet()
	switch open := s.isOpen(); {
	case open && sized:
		return s.say(ftp.CodeOpening, "Data connection already open; sending %s (%d bytes).", str(path), num(size))
	case open:
		return s.say(ftp.CodeOpening, "Data connection already open.")
	case sized:
		return s.say(ftp.CodeOpening, "Opening data connection for %s (%d bytes).", str(path), num(size))
	}
	return s.say(ftp.CodeOpening, "Opening data connection.")
}

// checkSkip refuses a restart offset that lies behind the end of the file as it
// goes over the wire (RFC 3659, 5.3).
func (s *session) checkSkip(path string, c ftp.Codec) error {
	if c.Skip == 0 {
		return nil
	}
	f, err := s.account.FS.Open(s.ctx, storageName(path), storage.Range{})
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := asStream(c).Locate(ctxReader{s.ctx, f}, c.Skip); !errors.Is(err, ftp.ErrNoPlace) {
		return err
	}
	return nil
}

// cannotSend refuses a file that type, structure or mode has no form for.
func (s *session) cannotSend(verb string, err error) answer {
	var ce *ftp.CodecError
	if errors.As(err, &ce) && !ce.Page {
		return s.say(ftp.CodeUnavailable, "It cannot be sent in this type, structure and mode: %s.", str(s.lookup(ce.Reason)))
	}
	return s.replyFor(verb, err)
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

// corkSize is how long a file may be for its last segment to wait for the end: a few
// segments.
const corkSize = 64 << 10

// encoded returns j with its file sent by c.
func encoded(j job, c ftp.Codec, block int) job {
	f := j.file
	j.file = nil
	j.move = func(_ context.Context, d *dataConn) error {
		defer f.Close()
		return encode(d, c, block, func(w io.Writer) error {
			_, err := copyFile(w, f)
			return err
		})
	}
	j.drop = func() { f.Close() }
	return j
}

// sendOctets sends at most n octets of a file as they are; f ends there as well. Where a
// descriptor backs the file, the kernel copies.
func sendOctets(d *dataConn, f storage.Reader, n int64) error {
	if s, ok := f.(fileSender); ok {
		// A large one costs twice as much that way: its segments are full by themselves.
		if d.tls != nil || f.Info().Size <= corkSize {
			d.holdEnd()
		}
		if done, err := d.sendFile(s, n); done {
			return err
		}
	}
	_, err := copyFile(d, f)
	return err
}

// encode sends what write writes, and then the end of the file. With block > 0 what
// was compressed is sent after each so many octets of the file.
func encode(d *dataConn, c ftp.Codec, block int, write func(w io.Writer) error) error {
	w := c.NewWriter(d)
	var to io.Writer = w
	if f, ok := w.(flusher); ok && block > 0 && c.Mode == 'Z' {
		to = &blockWriter{w: f, size: block}
	}
	if err := write(to); err != nil {
		return err
	}
	return w.Close()
}

// flusher is a writer that holds octets back.
type flusher interface {
	io.Writer
	Flush() error
}

// blockWriter flushes after each so many octets.
type blockWriter struct {
	w         flusher
	size, now int
}

func (b *blockWriter) Write(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var k int
		k, err = b.w.Write(p[n:min(len(p), n+b.size-b.now)])
		n += k
		if b.now += k; b.now == b.size && err == nil {
			b.now = 0
			err = b.w.Flush()
		}
	}
	return n, err
}

// copyFile copies all of r to w, seeing nothing of either but Read and Write.
func copyFile(w io.Writer, r io.Reader) (int64, error) { return copyOctets(w, r, math.MaxInt64) }

// copyOctets copies at most so many octets. There are fewer, without an error, if r ends.
func copyOctets(w io.Writer, r io.Reader, most int64) (done int64, err error) {
	buf := buffers.Get().(*[256 << 10]byte)
	defer buffers.Put(buf)
	for done < most && err == nil {
		var n, written int
		n, err = r.Read(buf[:min(int64(len(buf)), most-done)])
		if n == 0 {
			continue
		}
		written, lost := w.Write(buf[:n])
		done += int64(written)
		if lost == nil && written < n {
			lost = io.ErrShortWrite
		}
		if lost != nil {
			return done, lost
		}
	}
	if err == io.EOF {
		err = nil
	}
	return done, err
}
