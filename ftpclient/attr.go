package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// SetAttr changes ModTime by MFMT and Mode by SITE CHMOD, where the server has
// them. It changes nothing else (errors.ErrUnsupported).
func (cl *Client) SetAttr(ctx context.Context, name string, a storage.Attr) error {
	path, err := cl.path(name)
	if err == nil {
		err = ctx.Err()
	}
	if err == nil && (!a.Birth.IsZero() || a.Owner != "" || a.Group != "") {
		err = errors.ErrUnsupported
	}
	if err != nil || a.Mode == nil && a.ModTime.IsZero() {
		return pathError("setattr", name, err)
	}
	if path == "" {
		path = "."
	}
	err = cl.do(ctx, true, func(c *Conn) error { return c.setAttr(ctx, path, a) })
	if err != nil {
		err = cl.diagnose(ctx, name, err, anyKind)
	}
	return pathError("setattr", name, err)
}

// setAttr finds out first whether all of it can be had.
func (c *Conn) setAttr(ctx context.Context, path string, a storage.Attr) error {
	if !a.ModTime.IsZero() && !c.srv.offers("MFMT", "MFMT") {
		return errors.ErrUnsupported
	}
	if a.Mode != nil {
		if can, err := c.canChmod(ctx); err != nil || !can {
			return errors.Join(err, errors.ErrUnsupported)
		}
		if err := c.chmod(ctx, path, *a.Mode); err != nil {
			return err
		}
	}
	if a.ModTime.IsZero() {
		return nil
	}
	return c.setTime(ctx, path, a.ModTime)
}

// setTime sends MFMT (draft-somers-ftp-mfxx), with fractions of a second unless the
// server is known to take none.
func (c *Conn) setTime(ctx context.Context, path string, t time.Time) error {
	exact, second := t.Truncate(time.Millisecond), t.Truncate(time.Second)
	if c.srv.wholeSeconds() {
		exact = second
	}
	r, err := c.ask(ctx, "MFMT", ftp.FormatTime(exact)+" "+path)
	if err != nil || r.Code.OK() {
		return err
	}
	re := newReplyError("MFMT", r)
	if !second.Equal(exact) && r.Code.Permanent() && re.Cause == nil {
		if r, err = c.ask(ctx, "MFMT", ftp.FormatTime(second)+" "+path); err != nil {
			return err
		}
		if r.Code.OK() {
			c.srv.setWholeSeconds()
			return nil
		}
		re = newReplyError("MFMT", r)
	}
	return re
}

func (c *Conn) chmod(ctx context.Context, path string, mode fs.FileMode) error {
	bits := uint32(mode.Perm())
	for _, b := range []struct {
		mode fs.FileMode
		bit  uint32
	}{{fs.ModeSetuid, 0o4000}, {fs.ModeSetgid, 0o2000}, {fs.ModeSticky, 0o1000}} {
		if mode&b.mode != 0 {
			bits |= b.bit
		}
	}
	r, err := c.ask(ctx, "SITE", fmt.Sprintf("CHMOD %03o %s", bits, path))
	if err != nil || r.Code.OK() {
		return err
	}
	return newReplyError("SITE CHMOD", r)
}

// canChmod asks once whether the server has SITE CHMOD: SITE HELP tells.
func (c *Conn) canChmod(ctx context.Context) (bool, error) {
	if a := c.srv.chmodAnswer(); a != unknown {
		return a == yes, nil
	}
	r, err := c.ask(ctx, "SITE", "HELP")
	if err != nil {
		return false, err
	}
	a := no
	if r.Code.OK() && strings.Contains(strings.ToUpper(r.Text()), "CHMOD") {
		a = yes
	}
	c.srv.setChmod(a)
	return a == yes, nil
}

func (s *server) chmodAnswer() answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.chmod
}

func (s *server) setChmod(a answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chmod = a
}

func (s *server) wholeSeconds() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.whole
}

func (s *server) setWholeSeconds() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.whole = true
}
