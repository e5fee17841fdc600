package ftpclient

import (
	"context"
	"io/fs"

	"github.com/seed-6092453b/ferry/storage"
)

// Mkdir sends MKD.
func (cl *Client) Mkdir(ctx context.Context, name string) error {
	if v := cl.view(ctx); v != nil {
		return v.Mkdir(ctx, name)
	}
	path, err := cl.newPath(name)
	if err == nil && name == "." {
		err = fs.ErrExist
	}
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = cl.do(ctx, false, func(c *Conn) error {
			_, err := c.alternative(ctx, "MKD", "XMKD", path)
			return err
		})
		err = cl.diagnose(ctx, name, err, newName)
	}
	return pathError("mkdir", name, err)
}

// Remove sends RMD for a directory and DELE for anything else.
func (cl *Client) Remove(ctx context.Context, name string, want storage.Kind) error {
	if v := cl.view(ctx); v != nil {
		return v.Remove(ctx, name, want)
	}
	path, err := cl.path(name)
	if err == nil && name == "." {
		err = fs.ErrPermission
	}
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = cl.do(ctx, false, func(c *Conn) error {
			if want == storage.KindDir {
				_, err := c.alternative(ctx, "RMD", "XRMD", path)
				return err
			}
			_, err := c.Do(ctx, "DELE", path)
			return err
		})
		for_ := gone
		if want == storage.KindDir {
			for_ = goneDir
		}
		err = cl.diagnose(ctx, name, err, for_)
	}
	return pathError("remove", name, err)
}

// Rename sends RNFR and RNTO. Whether a file of the new name is replaced is up to
// the server; most do, some answer fs.ErrExist.
func (cl *Client) Rename(ctx context.Context, from, to string) error {
	if v := cl.view(ctx); v != nil {
		return v.Rename(ctx, from, to)
	}
	oldPath, err := cl.path(from)
	if err == nil && from == "." {
		err = fs.ErrPermission
	}
	if err != nil {
		return pathError("rename", from, err)
	}
	newPath, err := cl.newPath(to)
	if err == nil && to == "." {
		err = fs.ErrExist
	}
	if err != nil {
		return pathError("rename", to, err)
	}
	if err := ctx.Err(); err != nil {
		return pathError("rename", from, err)
	}
	second := false
	err = cl.do(ctx, false, func(c *Conn) error {
		list := []*request{newRequest("RNFR", oldPath), newRequest("RNTO", newPath)}
		if !c.srv.is().ahead {
			if err := c.exchange(ctx, list[0]); err != nil || list[0].err() != nil {
				return firstError(err, list[0])
			}
			second = true
			return firstError(c.exchange(ctx, list[1]), list[1])
		}
		err := c.exchange(ctx, list...)
		second = err == nil && list[0].err() == nil
		return firstError(err, list...)
	})
	if second {
		return pathError("rename", to, cl.diagnose(ctx, to, err, newFile))
	}
	return pathError("rename", from, cl.diagnose(ctx, from, err, anyKind))
}

// firstError returns err, or else the first refusal.
func firstError(err error, list ...*request) error {
	for _, q := range list {
		if err == nil {
			err = q.err()
		}
	}
	return err
}
