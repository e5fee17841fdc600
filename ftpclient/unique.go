package ftpclient

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/charset"
)

// ErrUnnamed reports a file that was stored, though the server does not say under
// which name.
var ErrUnnamed = errors.New("the server has stored the file and does not say under which name")

// StoreUnique stores what r gives, up to its end, in a directory under a name that
// the server chooses, and returns that name (STOU; RFC 1123, 4.1.2.9). An error of r
// aborts the upload; what a server then keeps, and under which name, is not known.
func (cl *Client) StoreUnique(ctx context.Context, dir string, r io.Reader) (name string, err error) {
	path, err := cl.path(dir)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return "", pathError("store", dir, err)
	}
	err = cl.do(ctx, false, func(c *Conn) error {
		// STOU stores where one is (RFC 959, 4.1.3).
		leave, err := c.enter(ctx, path)
		if err != nil {
			return err
		}
		defer leave()
		t, err := c.Begin(ctx, Command{Verb: "STOU"})
		if err != nil {
			return err
		}
		if _, err := io.Copy(t, r); err != nil {
			return errors.Join(err, t.Abort())
		}
		if err := t.Close(); err != nil {
			return err
		}
		if name = uniqueName(t.opening, t.final); name == "" {
			return ErrUnnamed
		}
		return nil
	})
	if err != nil {
		return "", pathError("store", dir, cl.diagnose(ctx, dir, err, anyDir))
	}
	if v := cl.view(ctx); v != nil {
		// In the other direction a name is always translated with its directory.
		_, sent, err := cl.sent(ctx, v, dir)
		if err == nil {
			name, err = charset.Outside(ctx, v, storage.Join(sent, name))
		}
		return name, pathError("store", dir, err)
	}
	return storage.Join(dir, name), nil
}

// uniqueName finds the name that the server has chosen: in the preliminary reply,
// where RFC 1123 wants it, or in the final one, as "unique file name:x" or by
// itself. It is "" if there is none that a file can have.
func uniqueName(opening, final ftp.Reply) string {
	text, ok := ftp.UniqueName(opening.Text())
	if !ok {
		text, ok = ftp.UniqueName(final.Text())
	}
	if _, rest, found := strings.Cut(final.Text(), "unique file name:"); !ok && found {
		text, ok = strings.TrimRight(rest, ".)"), true
	}
	if !ok {
		return ""
	}
	text, _, _ = strings.Cut(text, "\n")
	text = strings.Trim(text, " \"")
	if text = text[strings.LastIndexByte(text, '/')+1:]; !goodName(text) {
		return ""
	}
	return text
}
