package ftpserver

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// owner names who may go on with the part of a cut overwrite: the same account
// from the same address.
func (s *session) owner() string {
	return s.account.Name + "\x00" + s.conn.Remote.Addr().String()
}

func (s *session) cmdStor(arg string) ftp.Reply {
	if sp := s.prior.span; sp.set {
		return s.storSpan(s.path(arg), sp)
	}
	o := storage.CreateOptions{Mode: storage.Replace}
	if s.prior.rest > 0 {
		o.Mode = storage.Resume
	}
	r, _ := s.store("STOR", s.path(arg), o)
	return r
}

// cmdAppe appends; after REST it is the same as STOR (RFC 3659, 5.3).
func (s *session) cmdAppe(arg string) ftp.Reply {
	if s.prior.span.set {
		return s.say(ftp.CodeUnavailable, "A range means nothing to %s.", "APPE")
	}
	o := storage.CreateOptions{Mode: storage.Append}
	if s.prior.rest > 0 {
		o.Mode = storage.Resume
	}
	r, _ := s.store("APPE", s.path(arg), o)
	return r
}

// cmdStou stores under a name that nothing has yet: the one given, or one made
// from it, or one of its own.
func (s *session) cmdStou(arg string) ftp.Reply {
	if s.prior.span.set {
		return s.say(ftp.CodeUnavailable, "A range means nothing to %s.", "STOU")
	}
	if s.prior.rest > 0 {
		return s.say(ftp.CodeBadSequence, "A restart point means nothing to STOU.")
	}
	base := s.path(arg)
	if arg == "" {
		base = s.path("ferry-" + strings.ToLower(rand.Text()[:10]))
	}
	path := base
	for i := 1; ; i++ {
		r, err := s.store("STOU", path, storage.CreateOptions{Mode: storage.Exclusive})
		if !errors.Is(err, fs.ErrExist) || i > maxUnique {
			return r
		}
		path = fmt.Sprintf("%s.%d", base, i)
	}
}

// maxUnique is how many names STOU tries.
const maxUnique = 1000

// store begins to receive a file. Its error is what the reply says, if it is a
// refusal.
func (s *session) store(verb, path string, o storage.CreateOptions) (ftp.Reply, error) {
	if !s.account.Can.Has(CanWrite) {
		return s.denied(), fs.ErrPermission
	}
	name := storageName(path)
	if !s.account.Can.Has(CanOverwrite) {
		if s.exists(name) == nil {
			return s.say(ftp.CodeUnavailable, "It exists already, and may not be changed."), fs.ErrExist
		}
		if o.Mode == storage.Resume {
			return s.replyFor(verb, fs.ErrNotExist), fs.ErrNotExist
		}
		o.Mode = storage.Exclusive // lest it comes into being meanwhile
	}
	c := s.codec()
	if o.Mode == storage.Resume && o.Len == 0 {
		var err error
		if c.Start, err = s.locate(name, c, s.prior.rest); err != nil {
			return s.replyFor(verb, err), err
		}
		o.Offset = c.Start.Off
	}
	o.Owner, o.SizeHint = s.owner(), s.prior.allo
	grace := time.Duration(0)
	if s.replaces(name, o.Mode) {
		grace = deathTime
	}
	w, err := s.account.FS.Create(s.ctx, name, o)
	if err != nil {
		return s.replyFor(verb, err), err
	}
	if o.Len > 0 {
		w = spanWriter{w}
	}
	text := s.tr("Ready to receive %s.", path)
	if verb == "STOU" {
		text = "FILE: " + path // to the letter: RFC 1123, 4.1.2.9
	}
	return s.begin(verb, path, -1, text, job{
		move: func(ctx context.Context, d *dataConn) error { return s.receive(ctx, d, w, c, grace) },
		drop: func() { w.Abort() },
		done: s.tr("Stored."),
	}), nil
}

// replaces reports whether the end of the upload is that of an older file.
func (s *session) replaces(name string, mode storage.CreateMode) bool {
	if mode == storage.Replace {
		return s.exists(name) == nil
	}
	_, part := s.part(name)
	return part
}

// deathTime is how long the control connection of a client that is killed may
// outlive its data connection: Linux closes the files of a process from the last
// opened to the first, and may do something else in between.
const deathTime = 10 * time.Millisecond

// locate returns the place in the file of a restart offset on the wire.
func (s *session) locate(name string, c ftp.Codec, rest int64) (ftp.Marker, error) {
	if c.Identity() {
		return ftp.Marker{Off: rest}, nil
	}
	if _, ok := s.part(name); ok {
		// To read the part would end it: it can be gone on with in TYPE I alone.
		return ftp.Marker{}, storage.PathError("resume", name, errors.ErrUnsupported)
	}
	f, err := s.account.FS.Open(s.ctx, name, storage.Range{})
	if err != nil {
		return ftp.Marker{}, err
	}
	defer f.Close()
	return c.Locate(ctxReader{s.ctx, f}, rest)
}

// receive writes what comes over the data connection. If the connection breaks
// or the transfer is aborted, what has come is kept for a restart; if the
// storage fails, nothing is. Once all has come it is too late for ABOR: ctx no
// longer counts then, but the context of the session does. The time of grace is
// how long the client is watched once all seems to have come.
func (s *session) receive(ctx context.Context, d *dataConn, w storage.Writer, c ftp.Codec, grace time.Duration) error {
	defer w.Abort()
	var src io.Reader = d
	if !c.Identity() {
		src = c.NewReader(bufio.NewReaderSize(d, 64<<10))
	}
	if err := copyFile(w, src); err != nil {
		var de *dataError
		if errors.As(err, &de) && d.moved.Load() > 0 {
			if err := w.Suspend(context.WithoutCancel(ctx)); err != nil {
				return errors.Join(de, err)
			}
		}
		return err
	}
	// A client that is killed closes both of its connections: the end of the data
	// is not the end of the file then (RFC 959, 3.2).
	if s.vanishes(ctx, grace) {
		w.Suspend(context.WithoutCancel(ctx))
		return &dataError{errInterrupted}
	}
	if err := d.Close(); err != nil {
		return err
	}
	_, err := w.Commit(s.ctx)
	return err
}

// vanishes reports whether the transfer is cancelled or the client gone, or either
// comes to pass within the time of grace. A client that has said QUIT may be gone.
func (s *session) vanishes(ctx context.Context, grace time.Duration) bool {
	if grace > 0 {
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
	}
	return ctx.Err() != nil || hungUp(s.control) && !s.leaving.Load()
}

func (s *session) cmdAbor(string) ftp.Reply {
	s.dropData()
	return s.say(ftp.CodeDone, "Nothing to abort.")
}
