package ftpclient

import (
	"context"
	"errors"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// Copy has the server copy a file: by CPFR and CPTO (ProFTPD's mod_copy), as
// commands or as subcommands of SITE, or by SITE COPY if no blank in the names
// could be mistaken. errors.ErrUnsupported where there is none of them. Whether a
// file of the new name is replaced is up to the server.
func (cl *Client) Copy(ctx context.Context, from, to string) error {
	if v := cl.view(ctx); v != nil {
		if c, ok := storage.As[storage.Copier](v); ok {
			return c.Copy(ctx, from, to)
		}
		return pathError("copy", from, errors.ErrUnsupported)
	}
	oldPath, err := cl.path(from)
	if err == nil && from == "." {
		err = storage.ErrIsDir
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return pathError("copy", from, err)
	}
	newPath, err := cl.newPath(to)
	if err == nil && to == "." {
		err = storage.ErrIsDir
	}
	if err != nil {
		return pathError("copy", to, err)
	}
	// Servers copy directories as well, with all that is in them.
	info, err := cl.Stat(ctx, from)
	if err == nil && info.IsDir() {
		err = storage.ErrIsDir
	}
	if err != nil {
		return pathError("copy", from, err)
	}
	second := false
	err = cl.do(ctx, false, func(c *Conn) error {
		second, err = c.copy(ctx, oldPath, newPath)
		return err
	})
	if second {
		return pathError("copy", to, cl.diagnose(ctx, to, err, newFile))
	}
	return pathError("copy", from, cl.diagnose(ctx, from, err, anyFile))
}

// copy copies in the first way that the server has. It reports whether an error is
// about the second name.
func (c *Conn) copy(ctx context.Context, from, to string) (second bool, err error) {
	if from == to {
		return false, nil // some servers would empty the file
	}
	if c.srv.offersFeature("CPFR") && c.srv.has("CPTO") {
		second, err = c.inTwo(ctx, "CPFR", "CPTO", func(ctx context.Context, verb, arg string) (ftp.Reply, error) { return c.ask(ctx, verb, arg) }, from, to)
		if !refusedVerb(err) {
			return second, err
		}
	}
	has, err := c.siteHas(ctx, "CPFR")
	if err != nil {
		return false, err
	}
	if has {
		return c.inTwo(ctx, "SITE CPFR", "SITE CPTO", func(ctx context.Context, verb, arg string) (ftp.Reply, error) {
			return c.ask(ctx, "SITE", strings.TrimPrefix(verb, "SITE ")+" "+arg)
		}, from, to)
	}
	if has, err = c.siteHas(ctx, "COPY"); err != nil || !has || strings.ContainsAny(from+to, ` "`) {
		return false, errors.Join(err, errors.ErrUnsupported)
	}
	return false, c.siteDo(ctx, "COPY", "%s %s", from, to)
}

// inTwo sends two commands, each with a name. The first must be answered 3yz.
func (c *Conn) inTwo(ctx context.Context, one, two string, send func(ctx context.Context, verb, arg string) (ftp.Reply, error), from, to string) (second bool, err error) {
	r, err := send(ctx, one, from)
	switch {
	case err != nil:
		return false, err
	case !r.Code.Intermediate():
		return false, newReplyError(one, r)
	}
	r, err = send(ctx, two, to)
	if err == nil && !r.Code.OK() {
		err = newReplyError(two, r)
	}
	return true, err
}
