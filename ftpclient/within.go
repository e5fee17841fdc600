package ftpclient

import (
	"context"
	"errors"

	"github.com/seed-6092453b/ferry/ftp"
)

// enter makes path the working directory, "" being the one that is. leave changes
// back; a connection on which that fails is closed: it would be somewhere else
// than everybody thinks.
func (c *Conn) enter(ctx context.Context, path string) (leave func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	if err := c.learnHome(ctx); err != nil {
		return nil, err
	}
	if err := c.chdir(ctx, path); err != nil {
		return nil, err
	}
	return func() {
		if !c.alive() {
			return
		}
		back, cancel := context.WithTimeout(context.WithoutCancel(ctx), reasonTime)
		defer cancel()
		if err := c.chdir(back, c.home); err != nil {
			c.shut()
			c.o.Log.Warn("the server does not change back to the first directory", "directory", c.home, "reason", err)
		}
	}, nil
}

// WorkingDir returns the path of the directory that the connection is in (PWD, or XPWD
// where there is none; RFC 959, appendix II), in the octets of the server.
func (c *Conn) WorkingDir(ctx context.Context) (string, error) {
	err := c.learnHome(ctx)
	return c.home, err
}

// learnHome asks once where the connection is (PWD).
func (c *Conn) learnHome(ctx context.Context) error {
	if c.home != "" {
		return nil
	}
	r, err := c.alternative(ctx, "PWD", "XPWD")
	if err != nil {
		return err
	}
	dir, ok := ftp.UnquotePath(r.Text())
	if !ok || dir == "" {
		return &ReplyError{Command: "PWD", Reply: r}
	}
	c.home = dir
	return nil
}

// chdir changes the directory.
func (c *Conn) chdir(ctx context.Context, path string) error {
	_, err := c.alternative(ctx, "CWD", "XCWD", path)
	if err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		c.shut() // nobody knows where it is now
	}
	return err
}

// alternative sends a command, and its older form if the server does not have it
// (RFC 1123, 4.1.3.1). A refusal is an error.
func (c *Conn) alternative(ctx context.Context, verb, older string, args ...string) (ftp.Reply, error) {
	if !c.srv.has(verb) {
		verb = older
	}
	q := newRequest(verb, args...)
	if err := c.exchange(ctx, q); err != nil {
		return q.reply, err
	}
	if verb != older && refusedVerb(q.err()) {
		q = newRequest(older, args...)
		if err := c.exchange(ctx, q); err != nil {
			return q.reply, err
		}
	}
	return q.reply, q.err()
}
