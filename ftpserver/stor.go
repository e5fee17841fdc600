package ftpserver

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// owner names who may go on with the part of a cut overwrite: the same account
// from the same address.
func (s *session) owner() string {
	var room [128]byte
	b := append(append(room[:0], s.account.Name...), 0)
	return string(s.conn.Remote.Addr().AppendTo(b))
}

func (s *session) cmdStor(arg string) answer {
	if sp := s.prior.span; sp.set {
		return s.storSpan(s.path(arg), sp)
	}
	o := storage.CreateOptions{Mode: storage.Replace}
	if s.prior.restart.isSet() {
		o.Mode = storage.Resume
	}
	r, _ := s.store("STOR", s.path(arg), o)
	return r
}

// cmdAppe appends; after REST it is the same as STOR (RFC 3659, 5.3).
func (s *session) cmdAppe(arg string) answer {
	if s.prior.span.set {
		return s.say(ftp.CodeUnavailable, "A range means nothing to %s.", str("APPE"))
	}
	o := storage.CreateOptions{Mode: storage.Append}
	if s.prior.restart.isSet() {
		o.Mode = storage.Resume
	}
	r, _ := s.store("APPE", s.path(arg), o)
	return r
}

// cmdStou stores under a name that nothing has yet: the one given, or one made
// from it, or one of its own.
func (s *session) cmdStou(arg string) answer {
	if s.prior.span.set {
		return s.say(ftp.CodeUnavailable, "A range means nothing to %s.", str("STOU"))
	}
	if s.prior.restart.isSet() {
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
func (s *session) store(verb, path string, o storage.CreateOptions) (answer, error) {
	if !s.account.Can.Has(CanWrite) {
		return s.denied(CanWrite), fs.ErrPermission
	}
	if refusal := s.checkRestart(); !refusal.IsZero() {
		return refusal, ftp.ErrNoPlace
	}
	name := storageName(path)
	if !s.account.Can.Has(CanOverwrite) {
		if s.exists(name) == nil {
			if s.held.Has(CanOverwrite) {
				return s.denied(CanOverwrite), fs.ErrPermission
			}
			return s.say(ftp.CodeUnavailable, "It exists already, and may not be changed."), fs.ErrExist
		}
		if o.Mode == storage.Resume {
			return s.replyFor(verb, fs.ErrNotExist), fs.ErrNotExist
		}
		o.Mode = storage.Exclusive // lest it comes into being meanwhile
	}
	c, err := s.decoder(name, &o)
	if err != nil {
		return s.replyFor(verb, err), err
	}
	o.Owner, o.SizeHint = s.owner(), s.prior.allo
	// Where the old file stays until the end, it can be asked for when the storage has
	// looked for it anyway.
	stays := o.Mode == storage.Replace && s.account.FS.Features().Has(storage.Atomic)
	replaces := !stays && s.replaces(name, o.Mode)
	w, err := s.account.FS.Create(s.ctx, name, o)
	if err != nil {
		return s.replyFor(verb, err), err
	}
	if stays {
		known := false
		if replaces, known = storage.Replaces(w); !known {
			replaces = s.replaces(name, o.Mode)
		}
	}
	grace := time.Duration(0)
	if replaces {
		grace = deathTime
	}
	if o.Len > 0 {
		w = spanWriter{w}
	}
	opening := s.say(ftp.CodeOpening, "Ready to receive %s.", str(path))
	if verb == "STOU" {
		opening = filled(ftp.CodeOpening, "FILE: %s", str(path)) // to the letter: RFC 1123, 4.1.2.9
	}
	return s.begin(verb, path, -1, opening, job{
		up:   upload{s, w, c, grace, o.SizeHint},
		done: s.tr("Stored."),
		// What has to be waited for is no matter of the session's loop: syncing, and a
		// storage that is not a file here.
		prompt: s.mayBeEarly() && c.Identity() && !s.account.FS.Features().Has(storage.Durable) && backed(w),
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
	return ctx.Err() != nil || hungUp(s.wire) && !s.leaving.Load()
}

// cmdAbor closes what data connection is open or to come. That it is open with no
// transfer is 225 of RFC 959 only where it stays so.
func (s *session) cmdAbor(string) answer {
	open := s.isOpen()
	s.dropData()
	if open {
		return s.say(ftp.CodeDone, "The data connection is closed.")
	}
	return s.say(ftp.CodeDone, "Nothing to abort.")
}
