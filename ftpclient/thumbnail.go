package ftpclient

import (
	"context"
	"errors"
	"io/fs"
	"strconv"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// Thumbnail reads a small picture of a picture (THMB;
// draft-peterson-streamlined-ftp-command-extensions): in a format such as "JPEG" or
// "PNG", and of that many pixels at most each way. A server without THMB is
// errors.ErrUnsupported. What is returned holds a connection until it is closed.
func (cl *Client) Thumbnail(ctx context.Context, name, format string, width, height int) (storage.Reader, error) {
	path, err := cl.path(name)
	if err == nil && (name == "." || width <= 0 || height <= 0 || strings.ContainsAny(format, " \r\n\x00")) {
		err = fs.ErrInvalid
	}
	if err != nil {
		return nil, pathError("thumbnail", name, err)
	}
	arg := format + " " + strconv.Itoa(width) + " " + strconv.Itoa(height) + " " + path
	for {
		l, err := cl.pool.get(ctx)
		if err != nil {
			return nil, err
		}
		f := &reader{cl: cl, lease: l, ctx: ctx, name: name, path: path, left: -1, total: -1, stop: -1}
		f.info = storage.Info{Name: base(name), Kind: storage.KindFile, Size: -1}
		err = errors.ErrUnsupported
		if l.conn.srv.offersFeature("THMB") {
			f.t, err = l.conn.Begin(ctx, Command{Verb: "THMB", Arg: arg, Params: &ftp.Params{Type: 'I', Stru: 'F'}})
		}
		if err == nil {
			l.hold()
			return f, nil
		}
		l.release()
		if !again(ctx, l, true, err) {
			return nil, pathError("thumbnail", name, err) // a 550 may say that it is no picture
		}
	}
}
