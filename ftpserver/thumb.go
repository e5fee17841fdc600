package ftpserver

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"image"
	"io"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

const (
	maxThumb   = 1024      // pixels along a side of what THMB sends, whatever is asked for
	maxPicture = 256 << 20 // octets of a picture file
	maxHead    = 4 << 20   // octets, within which a picture must tell its size

	// maxDecoding is how long a picture may be worked at. A JPEG picture of many
	// pixels may be gone over again for every hundred octets of its file: hours.
	maxDecoding = 30 * time.Second
)

var (
	errPicture = errors.New("not a picture")
	errPixels  = errors.New("picture too large")
)

// cmdThmb sends a small picture of a picture (draft-peterson-streamlined-ftp-
// command-extensions): in TYPE I, whatever TYPE is.
func (s *session) cmdThmb(arg string) answer {
	a, err := ftp.ParseThumb(arg)
	if err != nil {
		return s.usage("THMB")
	}
	format, known := thumbFormats[a.Format]
	if !known {
		return s.say(ftp.CodeNotForParameter, "The formats are JPEG, PNG and GIF.")
	}
	path := s.path(a.Path)
	p, err := openPicture(s.ctx, s.account.FS, storageName(path))
	if err == nil && p.pixels() > int64(s.srv.cfg.Limits.Pixels) {
		p.f.Close()
		err = errPixels
	}
	if err != nil {
		return s.replyFor("THMB", err)
	}
	c, block := s.codec(), s.deflate.Block
	c.Type, c.Stru, c.Every = 'I', 'F', 0
	w, h := min(a.Width, maxThumb), min(a.Height, maxThumb)
	return s.begin("THMB", path, -1, s.say(ftp.CodeOpening, "Opening data connection."), job{
		move: func(ctx context.Context, d *dataConn) error {
			defer p.f.Close()
			small, err := s.srv.thumbnail(ctx, p, w, h, format)
			if err != nil {
				return err
			}
			if c.Identity() {
				_, err = d.Write(small)
				return err
			}
			return encode(d, c, block, func(w io.Writer) error {
				_, err := w.Write(small)
				return err
			})
		},
		drop: func() { p.f.Close() },
		done: s.tr("Transfer complete."),
	})
}

// picture is a picture file of which only the head has been read.
type picture struct {
	f             storage.Reader
	head          []byte
	format        string
	width, height int
	turn          orientation
}

func (p *picture) pixels() int64 { return int64(p.width) * int64(p.height) }

// openPicture opens a picture and finds out how large it is.
func openPicture(ctx context.Context, fsys storage.FS, name string) (*picture, error) {
	f, err := fsys.Open(ctx, name, storage.Range{})
	if err != nil {
		return nil, err
	}
	p := &picture{f: f}
	if err = p.readHead(ctx); err != nil {
		f.Close()
		return nil, err
	}
	return p, nil
}

func (p *picture) readHead(ctx context.Context) error {
	if p.f.Info().Size > maxPicture {
		return errPixels
	}
	var head bytes.Buffer
	r := &failingReader{r: ctxReader{ctx, p.f}}
	cfg, format, err := image.DecodeConfig(io.TeeReader(io.LimitReader(r, maxHead), &head))
	if r.err != nil {
		return r.err
	}
	if err != nil || !pictureFormats[format] || cfg.Width <= 0 || cfg.Height <= 0 {
		return errPicture
	}
	p.head, p.format, p.width, p.height = head.Bytes(), format, cfg.Width, cfg.Height
	if format == "jpeg" {
		p.turn = exifOrientation(p.head)
	}
	return nil
}

// decode reads the picture. What is damaged is errPicture; an error of the
// storage is itself.
func (p *picture) decode(ctx context.Context) (image.Image, error) {
	r := &failingReader{r: ctxReader{ctx, p.f}}
	img, _, err := image.Decode(io.LimitReader(io.MultiReader(bytes.NewReader(p.head), r), maxPicture))
	switch {
	case r.err != nil:
		return nil, r.err
	case err != nil || img.Bounds().Empty():
		return nil, errPicture
	}
	return img, nil
}

// failingReader remembers why reading has failed: decoders do not always say.
type failingReader struct {
	r   io.Reader
	err error // but for io.EOF
}

func (r *failingReader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}

// thumbnail makes a picture of at most w by h pixels. All pictures that are being
// decoded have no more than Limits.Pixels together: the memory that they take is
// proportional to that, and later ones wait. One that takes longer than maxDecoding
// is errPixels.
func (srv *Server) thumbnail(ctx context.Context, p *picture, w, h int, encode encoder) ([]byte, error) {
	if err := srv.pixels.Acquire(ctx, p.pixels()); err != nil {
		return nil, err
	}
	defer srv.pixels.Release(p.pixels())
	ctx, cancel := context.WithTimeoutCause(ctx, maxDecoding, errPixels)
	defer cancel()
	img, err := p.decode(ctx)
	if err != nil {
		return nil, cmp.Or(context.Cause(ctx), err)
	}
	small, err := shrinkTo(ctx, img, w, h, p.turn)
	if err != nil {
		return nil, cmp.Or(context.Cause(ctx), err)
	}
	var out bytes.Buffer
	err = encode(&out, small)
	return out.Bytes(), err
}
