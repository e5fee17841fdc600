package ftpclient

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// What follows does at the server, in one command, what would else take one for
// each file.

// Combine appends the parts to the target, in their order, and deletes them (COMB,
// of Globalscape and ferry). The target is made if it is not there. A server
// without COMB is errors.ErrUnsupported.
func (cl *Client) Combine(ctx context.Context, target string, parts ...string) error {
	var words []string
	for _, name := range append([]string{target}, parts...) {
		path, err := cl.path(name)
		if err == nil && name == "." {
			err = storage.ErrIsDir
		}
		if err != nil {
			return pathError("combine", name, err)
		}
		words = append(words, ftp.QuotePath(path))
	}
	err := ctx.Err()
	if err == nil {
		err = cl.do(ctx, false, func(c *Conn) error {
			if !c.srv.offersFeature("COMB") {
				return errors.ErrUnsupported
			}
			_, err := c.Do(ctx, "COMB", strings.Join(words, " "))
			return err
		})
	}
	var re *ReplyError
	if errors.As(err, &re) && (re.Cause == nil || notThere(err)) {
		// Only a look tells which of them is missing.
		for _, name := range parts {
			if _, serr := cl.Stat(ctx, name); notThere(serr) {
				re.Cause = fs.ErrNotExist
				return pathError("combine", name, err)
			}
		}
	}
	return pathError("combine", target, err)
}

// Combines reports whether the server has said that it has Combine. It is not known, and
// false, before anything has connected.
func (cl *Client) Combines() bool { return cl.pool.srv.offersFeature("COMB") }

// TreeSize returns how many octets the files in a directory and below have, by DSIZ
// (draft-peterson-streamlined-ftp-command-extensions) or else by listing it all.
// What symbolic links lead to is not counted by a listing; what a server counts is
// up to it. Files of a size that is not known count nothing.
func (cl *Client) TreeSize(ctx context.Context, dir string) (int64, error) {
	path, err := cl.path(dir)
	if err != nil {
		return 0, pathError("size", dir, err)
	}
	var n int64
	err = cl.do(ctx, true, func(c *Conn) error {
		if !c.srv.offersFeature("DSIZ") {
			return errors.ErrUnsupported
		}
		q := newRequest("DSIZ", argument(path)...)
		if err := c.exchange(ctx, q); err != nil {
			return err
		}
		n, err = sizeOf(q)
		return err
	})
	if unsupported(err) {
		return cl.sizeBelow(ctx, dir)
	}
	if err != nil {
		return 0, pathError("size", dir, cl.diagnose(ctx, dir, err, anyKind))
	}
	return n, nil
}

// sizeBelow adds up a tree. The directories within are kept for later, since a
// listing may hold the connection.
func (cl *Client) sizeBelow(ctx context.Context, dir string) (sum int64, err error) {
	var below []string
	for info, err := range cl.List(ctx, dir) {
		switch {
		case err != nil:
			return 0, err
		case info.Target != "":
		case info.IsDir():
			below = append(below, storage.Join(dir, info.Name))
		default:
			sum += max(info.Size, 0)
		}
	}
	for _, name := range below {
		n, err := cl.sizeBelow(ctx, name)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

// RemoveTree removes a directory with all that is in it (RMDA, or SITE RMDIR). A
// server that has neither is errors.ErrUnsupported. After another error some of it
// may be gone.
func (cl *Client) RemoveTree(ctx context.Context, dir string) error {
	path, err := cl.path(dir)
	if err == nil && dir == "." {
		err = fs.ErrPermission
	}
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = cl.do(ctx, false, func(c *Conn) error {
			if c.srv.offersFeature("RMDA") {
				_, err := c.Do(ctx, "RMDA", path)
				if !refusedVerb(err) {
					return err
				}
			}
			has, err := c.siteHas(ctx, "RMDIR")
			if err != nil || !has {
				return errors.Join(err, errors.ErrUnsupported)
			}
			return c.siteDo(ctx, "RMDIR", "%s", path)
		})
		err = cl.diagnose(ctx, dir, err, anyDir)
	}
	return pathError("remove", dir, err)
}

// MkdirAll makes a directory and those above it that are missing: by SITE MKDIR
// where the server has it and more than one is missing, else one by one. That all
// are there already is fine.
func (cl *Client) MkdirAll(ctx context.Context, dir string) error {
	info, err := cl.Stat(ctx, dir)
	switch {
	case err == nil && info.IsDir():
		return nil
	case err == nil:
		return pathError("mkdir", dir, storage.ErrNotDir)
	case !notThere(err):
		return err
	}
	parent, _ := storage.Split(dir)
	if parent == dir {
		return err
	}
	err = cl.Mkdir(ctx, dir)
	if !notThere(err) {
		return cl.made(ctx, dir, err)
	}
	path, err := cl.newPath(dir)
	if err == nil {
		err = cl.do(ctx, true, func(c *Conn) error {
			has, err := c.siteHas(ctx, "MKDIR")
			if err != nil || !has {
				return errors.Join(err, errors.ErrUnsupported)
			}
			return c.siteDo(ctx, "MKDIR", "%s", path)
		})
	}
	if err == nil || lost(err) || ctx.Err() != nil {
		return pathError("mkdir", dir, err)
	}
	if err := cl.MkdirAll(ctx, parent); err != nil {
		return err
	}
	return cl.made(ctx, dir, cl.Mkdir(ctx, dir))
}

// made takes a directory that somebody else has made meanwhile for one's own.
func (cl *Client) made(ctx context.Context, dir string, err error) error {
	if errors.Is(err, fs.ErrExist) {
		if info, serr := cl.Stat(ctx, dir); serr == nil && info.IsDir() {
			return nil
		}
	}
	return err
}
