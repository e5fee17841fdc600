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

func (c *Conn) planBirth(_ context.Context, path string, a storage.Attr, facts *[]string) (step, error) {
	switch {
	case a.Birth.IsZero():
		return nil, nil
	case c.srv.offersFeature("MFCT"):
		return func(ctx context.Context) error { return c.stamp(ctx, "MFCT", path, a.Birth) }, nil
	case c.srv.takesFact("Create"):
		*facts = append(*facts, "Create="+ftp.FormatTime(a.Birth.Truncate(time.Second)))
		return nil, nil
	}
	return nil, errors.ErrUnsupported
}

func (c *Conn) planTime(ctx context.Context, path string, a storage.Attr, facts *[]string) (step, error) {
	if a.ModTime.IsZero() {
		return nil, nil
	}
	if c.srv.offersFeature("MFMT") || !c.srv.takesFact("Modify") {
		if can, err := c.canSetTime(ctx); err != nil || !can {
			return nil, errors.Join(err, errors.ErrUnsupported)
		}
		return func(ctx context.Context) error { return c.setTime(ctx, path, a.ModTime) }, nil
	}
	*facts = append(*facts, "Modify="+ftp.FormatTime(a.ModTime.Truncate(time.Second)))
	return nil, nil
}

// canSetTime reports whether the server has one of the commands of setTime. It is
// asked where FEAT does not tell.
func (c *Conn) canSetTime(ctx context.Context) (bool, error) {
	if c.srv.offers("MFMT", "MFMT") {
		return true, nil
	}
	return c.canSetTimeElse(ctx)
}

// canSetTimeElse is canSetTime without MFMT.
func (c *Conn) canSetTimeElse(ctx context.Context) (bool, error) {
	if c.srv.takesFact("Modify") || c.srv.setsByMDTM() {
		return true, nil
	}
	return c.siteHas(ctx, "UTIME")
}

// setTime sets when a file was modified.
func (c *Conn) setTime(ctx context.Context, path string, t time.Time) error {
	if !c.srv.offers("MFMT", "MFMT") {
		return c.setTimeElse(ctx, path, t)
	}
	err := c.stamp(ctx, "MFMT", path, t)
	if !refusedVerb(err) {
		return err
	}
	if can, cerr := c.canSetTimeElse(ctx); cerr != nil || !can {
		return errors.Join(cerr, err)
	}
	return c.setTimeElse(ctx, path, t)
}

// setTimeElse is setTime without MFMT.
func (c *Conn) setTimeElse(ctx context.Context, path string, t time.Time) error {
	switch {
	case c.srv.takesFact("Modify"):
		return c.setFacts(ctx, path, []string{"Modify=" + ftp.FormatTime(t.Truncate(time.Second))})
	case c.srv.setsByMDTM():
		r, err := c.ask(ctx, "MDTM", ftp.FormatTime(t.Truncate(time.Second))+" "+path)
		if err != nil || r.Code.OK() {
			return err
		}
		return newReplyError("MDTM", r)
	}
	return c.utime(ctx, path, t)
}

// stamp sends MFMT or MFCT (draft-somers-ftp-mfxx, 3 and 4), with fractions of a
// second unless the server is known to take none.
func (c *Conn) stamp(ctx context.Context, verb, path string, t time.Time) error {
	exact, second := c.srv.stampOf(t), t.Truncate(time.Second)
	r, err := c.ask(ctx, verb, ftp.FormatTime(exact)+" "+path)
	if err != nil || r.Code.OK() {
		return err
	}
	re := newReplyError(verb, r)
	if !second.Equal(exact) && r.Code.Permanent() && re.Cause == nil {
		if r, err = c.ask(ctx, verb, ftp.FormatTime(second)+" "+path); err != nil {
			return err
		}
		if r.Code.OK() {
			c.srv.setWholeSeconds()
			return nil
		}
		re = newReplyError(verb, r)
	}
	return re
}

// utime sends SITE UTIME, in the form with three times that most servers with the
// command know, and else in the one with a single time.
func (c *Conn) utime(ctx context.Context, path string, t time.Time) error {
	at := ftp.FormatTime(t.Truncate(time.Second))
	err := c.siteDo(ctx, "UTIME", "%s %s %s %s UTC", path, at, at, at)
	var re *ReplyError
	if errors.As(err, &re) && re.Reply.Code.Permanent() && re.Reply.Code < ftp.CodeNotLoggedIn {
		err = c.siteDo(ctx, "UTIME", "%s %s", at, path)
	}
	return err
}

// setsByMDTM reports whether FEAT says that MDTM sets the time, too, as some servers
// do: "MDTM YYYYMMDDHHMMSS[+-TZ];filename". By RFC 3659, 3.1, all of its argument
// is a name.
func (s *server) setsByMDTM() bool {
	return strings.Contains(strings.ToUpper(s.features()["MDTM"]), "YYYYMMDDHHMMSS")
}

// offersFeature reports whether FEAT lists a command that has not been refused.
// Unlike offers, it takes a server without FEAT for one without the command.
func (s *server) offersFeature(verb string) bool {
	return s.offers(verb, verb) && s.features() != nil
}

// stampOf is the time as the server takes it.
func (s *server) stampOf(t time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.whole {
		return t.Truncate(time.Second)
	}
	return t.Truncate(time.Millisecond)
}

func (s *server) setWholeSeconds() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.whole = true
}

// octal writes permission bits as chmod(1) and MFF have them.
func octal(mode fs.FileMode) string {
	bits := uint32(mode.Perm())
	for _, b := range []struct {
		mode fs.FileMode
		bit  uint32
	}{{fs.ModeSetuid, 0o4000}, {fs.ModeSetgid, 0o2000}, {fs.ModeSticky, 0o1000}} {
		if mode&b.mode != 0 {
			bits |= b.bit
		}
	}
	return fmt.Sprintf("%03o", bits)
}
