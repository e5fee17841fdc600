package ftpclient

import (
	"context"
	"errors"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

// Symlink makes a symbolic link by SITE SYMLINK (ProFTPD's mod_site_misc), if SITE
// HELP lists it. A blank in the target could be taken for its end: such a target is
// errors.ErrUnsupported. Whether the target counts from the directory of name, as
// it should, is up to the server.
func (cl *Client) Symlink(ctx context.Context, target, name string) error {
	if v := cl.view(ctx); v != nil {
		if l, ok := storage.As[storage.Linker](v); ok {
			return l.Symlink(ctx, target, name)
		}
		return pathError("symlink", name, errors.ErrUnsupported)
	}
	_, err := storage.LinkTarget(target, name)
	var path string
	if err == nil && strings.ContainsAny(target, "\r\n") {
		err = storage.ErrName
	}
	if err == nil {
		path, err = cl.path(name)
	}
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = cl.do(ctx, false, func(c *Conn) error {
			has, err := c.siteHas(ctx, "SYMLINK")
			if err != nil || !has || strings.Contains(target, " ") {
				return errors.Join(err, errors.ErrUnsupported)
			}
			return c.siteDo(ctx, "SYMLINK", "%s %s", target, path)
		})
		err = cl.diagnose(ctx, name, err, newName)
	}
	return pathError("symlink", name, err)
}
