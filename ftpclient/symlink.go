package ftpclient

import (
	"context"
	"errors"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

// Symlink makes a symbolic link by SITE SYMLINK (ProFTPD's mod_site_misc), if SITE
// HELP lists it. A blank in the target could be taken for its end: such a target is
// errors.ErrUnsupported. It is made from within its directory, because to ProFTPD the
// target counts from where one is.
func (cl *Client) Symlink(ctx context.Context, target, name string) error {
	if v := cl.view(ctx); v != nil {
		if l, ok := storage.As[storage.Linker](v); ok {
			return l.Symlink(ctx, target, name)
		}
		return pathError("symlink", name, errors.ErrUnsupported)
	}
	_, err := storage.LinkTarget(target, name)
	if err == nil && strings.ContainsAny(target, "\r\n") {
		err = storage.ErrName
	}
	if err == nil {
		_, err = cl.newPath(name)
	}
	dir, base := storage.Split(name)
	var path string
	if err == nil {
		path, err = cl.path(dir)
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
			leave, err := c.enter(ctx, path)
			if err != nil {
				return err
			}
			defer leave()
			if strings.IndexByte(" -~", base[0]) >= 0 {
				base = "./" + base // see Client.path
			}
			return c.siteDo(ctx, "SYMLINK", "%s %s", target, base)
		})
		err = cl.diagnose(ctx, name, err, newName)
	}
	return pathError("symlink", name, err)
}
