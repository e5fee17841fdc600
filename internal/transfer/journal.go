package transfer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// forgotten is the age at which the record of an upload is given up.
const forgotten = 30 * 24 * time.Hour

// upload is the record of an upload that has begun.
type upload struct {
	File   facts  `json:"file"`           // the local file
	Target string `json:"target"`         // the remote URL that it is written to, without secrets
	Before *facts `json:"before"`         // what stood there before; null: nothing
	Mark   *Mark  `json:"mark,omitempty"` // the last that the server has acknowledged

	// Parts, if not nil, are where the parts begin in which it goes over.
	Parts []int64 `json:"parts,omitzero"`
}

// key names the record of an upload.
func (c *Copier) key(p pair) string {
	sum := sha256.Sum256([]byte(c.Path(p.local) + "\x00" + c.URL(p.remote)))
	return hex.EncodeToString(sum[:16]) + ".json"
}

// prepareUpload returns where the upload can be continued, and its record. If it
// cannot be continued, it is begun, and that is put on record.
func (c *Copier) prepareUpload(ctx context.Context, info storage.Info, old *storage.Info, p pair) (start, upload, error) {
	now := upload{File: factsOf(c.Path(p.local), info), Target: c.URL(c.under(p))}
	now.File.Conversion = c.Conversion
	if !c.resumes(info) {
		return start{}, now, nil
	}
	var was upload
	begun := load(ctx, c.Journal, c.key(p), &was)
	if begun || c.TempNames { // a part kept aside is in no listing: ask for it by name
		var err error
		if old, err = c.statRemote(ctx, c.under(p)); err != nil {
			return start{}, now, err
		}
	}
	if old != nil {
		before := factsOf("", *old)
		now.Before = &before
	}
	if begun && was.Parts != nil {
		return c.resumeParts(ctx, was, now, info, p)
	}
	if begun {
		at, why := c.resumeUpload(was, now)
		if why == "" {
			var err error
			if why, err = c.proveUpload(ctx, was, at, p); err != nil {
				return start{}, now, err
			}
		}
		if why == "" {
			return at, was, nil
		}
		c.note(p, "begun anew: "+why)
	}
	return start{}, now, c.remember(ctx, p, now)
}

// resumeParts is prepareUpload for an upload that went over in parts.
func (c *Copier) resumeParts(ctx context.Context, was, now upload, info storage.Info, p pair) (start, upload, error) {
	why := was.File.change(now.File)
	switch {
	case c.Restart:
		why = "asked to"
	case was.Target != now.Target:
		why = "the record belongs to " + was.Target
	}
	if why != "" {
		c.note(p, "begun anew: "+why)
		c.dropParts(ctx, p, was.Parts)
		return start{}, now, c.remember(ctx, p, now)
	}
	have, err := c.gatherParts(ctx, p, info, was.Parts)
	at := start{have: append(spans{}, have...)}
	if len(have) > 0 && have[0][0] == 0 {
		at.off = have[0][1]
	}
	return at, was, err
}

// proveUpload compares the end of what the server has with the file, and says why that
// is no part of it. It does not where an old file stood there before: a server that
// keeps the part of a cut overwrite aside gives it up for who reads the name.
func (c *Copier) proveUpload(ctx context.Context, was upload, at start, p pair) (why string, err error) {
	if was.Before != nil || at.mark != nil || at.off == 0 || c.Conversion != "" {
		return "", nil
	}
	err = c.proven(ctx, c.under(p), p.local, 0, at.off)
	var wrong *wrongPart
	switch {
	case errors.As(err, &wrong):
		return wrong.why, nil
	case errors.Is(err, errors.ErrUnsupported):
		return "", nil // the record has to be enough
	}
	return "", err
}

// resumes reports whether an upload that is cut is taken up by the next.
func (c *Copier) resumes(info storage.Info) bool { return c.Journal != nil && info.Size > small }

// remember puts an upload on record.
func (c *Copier) remember(ctx context.Context, p pair, u upload) error {
	if c.Journal == nil || u.File.Size <= small {
		return nil
	}
	return save(ctx, c.Journal, c.key(p), u)
}

// resumeUpload returns how much of the file the server has, or says why that
// cannot be relied on.
func (c *Copier) resumeUpload(was, now upload) (at start, why string) {
	switch {
	case c.Restart:
		return at, "asked to"
	case was.Target != now.Target:
		return at, "the record belongs to " + was.Target
	case c.Marks == nil && !c.Remote.Features().Has(storage.CanResume): // of markers no server tells
		return at, "the server cannot continue an upload"
	case now.Before == nil || now.Before.Size == 0:
		return at, "the server kept nothing"
	case now.Before.Size < 0:
		return at, "the server does not say how much it has"
	case was.Before != nil && was.Before.change(*now.Before) == "":
		return at, "the server kept nothing but the old file"
	case was.Before != nil && was.Before.Modified.Equal(now.Before.Modified) && !now.Before.Modified.IsZero():
		return at, "what the server has is no part of it"
	case c.Conversion == "" && now.Before.Size > now.File.Size:
		return at, "the server has more than the whole"
	}
	if why := was.File.change(now.File); why != "" {
		return at, why
	}
	return c.offered(was.Mark, now.Before.Size, c.Conversion == "")
}

// forget removes the record of an upload that is complete.
func (c *Copier) forget(ctx context.Context, p pair) {
	if c.Journal != nil {
		_ = remove(ctx, c.Journal, c.key(p)) // the file is there, whatever becomes of its record
	}
}

// Prune removes the records of uploads that were begun a month ago and never
// finished.
func Prune(ctx context.Context, journal storage.FS) error {
	var old []string
	for info, err := range journal.List(ctx, ".") {
		if err != nil {
			return err
		}
		if info.Kind == storage.KindFile && time.Since(info.ModTime) > forgotten {
			old = append(old, info.Name)
		}
	}
	for _, name := range old {
		if err := remove(ctx, journal, name); err != nil {
			return err
		}
	}
	return nil
}
