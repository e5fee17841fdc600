package ftpclient

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

// SetAttr changes what a asks for, by the first of these that the server has:
//
//   - ModTime by MFMT, MFF, SITE UTIME, or MDTM where FEAT says that it sets
//   - Birth by MFCT or MFF
//   - Mode by MFF or SITE CHMOD
//   - Owner and Group by MFF, or SITE CHOWN and SITE CHGRP
//
// (draft-somers-ftp-mfxx.) If one of them cannot be had the error is
// errors.ErrUnsupported and nothing is changed. If the server refuses one, those
// before it, in the order of this list from its end, stay.
func (cl *Client) SetAttr(ctx context.Context, name string, a storage.Attr) error {
	if v := cl.view(ctx); v != nil {
		return v.SetAttr(ctx, name, a)
	}
	path, err := cl.path(name)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil || a == (storage.Attr{}) {
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
	var steps []step
	var facts []string
	for _, plan := range []func(context.Context, string, storage.Attr, *[]string) (step, error){
		c.planOwner, c.planMode, c.planBirth, c.planTime,
	} {
		s, err := plan(ctx, path, a, &facts)
		if err != nil {
			return err
		}
		if s != nil {
			steps = append(steps, s)
		}
	}
	if len(facts) > 0 {
		if err := c.setFacts(ctx, path, facts); err != nil {
			return err
		}
	}
	for _, s := range steps {
		if err := s(ctx); err != nil {
			return err
		}
	}
	return nil
}

// step is a change that is made by a command of its own.
type step func(context.Context) error

// planOwner: where MFF has one of them, it is expected to have the other.
func (c *Conn) planOwner(ctx context.Context, path string, a storage.Attr, facts *[]string) (step, error) {
	if a.Owner == "" && a.Group == "" {
		return nil, nil
	}
	if strings.ContainsAny(a.Owner+a.Group, " ;:=") {
		return nil, fs.ErrInvalid // it would be something else on the way
	}
	if (a.Owner == "" || c.srv.takesFact("UNIX.owner")) && (a.Group == "" || c.srv.takesFact("UNIX.group")) {
		if a.Owner != "" {
			*facts = append(*facts, "UNIX.owner="+a.Owner)
		}
		if a.Group != "" {
			*facts = append(*facts, "UNIX.group="+a.Group)
		}
		return nil, nil
	}
	sub, who := "CHOWN", a.Owner
	switch {
	case a.Owner == "":
		sub, who = "CHGRP", a.Group
	case a.Group != "":
		who += ":" + a.Group
	}
	return c.siteStep(ctx, sub, who+" "+path)
}

func (c *Conn) planMode(ctx context.Context, path string, a storage.Attr, facts *[]string) (step, error) {
	if a.Mode == nil {
		return nil, nil
	}
	if c.srv.takesFact("UNIX.mode") {
		*facts = append(*facts, "UNIX.mode="+octal(*a.Mode))
		return nil, nil
	}
	return c.siteStep(ctx, "CHMOD", octal(*a.Mode)+" "+path)
}

// siteStep is a step by SITE, if the server has it.
func (c *Conn) siteStep(ctx context.Context, sub, arg string) (step, error) {
	has, err := c.siteHas(ctx, sub)
	if err != nil || !has {
		return nil, errors.Join(err, errors.ErrUnsupported)
	}
	return func(ctx context.Context) error { return c.siteDo(ctx, sub, "%s", arg) }, nil
}

// canChmod reports whether modes can be set.
func (c *Conn) canChmod(ctx context.Context) (bool, error) {
	if c.srv.takesFact("UNIX.mode") {
		return true, nil
	}
	return c.siteHas(ctx, "CHMOD")
}

// canChown reports whether owners and groups can be set.
func (c *Conn) canChown(ctx context.Context) (bool, error) {
	if c.srv.takesFact("UNIX.owner") && c.srv.takesFact("UNIX.group") {
		return true, nil
	}
	chown, err := c.siteHas(ctx, "CHOWN")
	if err != nil || !chown {
		return false, err
	}
	return c.siteHas(ctx, "CHGRP")
}

// takesFact reports whether MFF sets the fact, by what FEAT says.
func (s *server) takesFact(fact string) bool {
	if !s.has("MFF") {
		return false
	}
	for f := range strings.SplitSeq(s.features()["MFF"], ";") {
		if strings.EqualFold(strings.Trim(f, " *"), fact) {
			return true
		}
	}
	return false
}

// setFacts sends MFF (draft-somers-ftp-mfxx, 5).
func (c *Conn) setFacts(ctx context.Context, path string, facts []string) error {
	r, err := c.ask(ctx, "MFF", strings.Join(facts, ";")+"; "+path)
	if err != nil || r.Code.OK() {
		return err
	}
	return newReplyError("MFF", r)
}
