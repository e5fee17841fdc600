package transfer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// forgotten is the age at which the record of an upload is given up.
const forgotten = 30 * 24 * time.Hour

// upload is the record of an upload that has begun.
type upload struct {
	File   facts  `json:"file"`           // the local file
	Target string `json:"target"`         // the remote URL, without secrets
	Before *facts `json:"before"`         // what stood there before; null: nothing
	Mark   *Mark  `json:"mark,omitempty"` // the last that the server has acknowledged
}

// key names the record of an upload.
func (c *Copier) key(p pair) string {
	sum := sha256.Sum256([]byte(c.Path(p.local) + "\x00" + c.URL(p.remote)))
	return hex.EncodeToString(sum[:16]) + ".json"
}

// prepareUpload returns where the upload can be continued, and its record. If it
// cannot be continued, it is begun, and that is put on record.
func (c *Copier) prepareUpload(ctx context.Context, info storage.Info, old *storage.Info, p pair) (start, upload, error) {
	now := upload{File: factsOf(c.Path(p.local), info), Target: c.URL(p.remote)}
	now.File.Conversion = c.Conversion
	if c.Journal == nil || info.Size <= small {
		return start{}, now, nil
	}
	var was upload
	begun := load(ctx, c.Journal, c.key(p), &was)
	if begun { // a part kept aside is in no listing: ask for it by name
		var err error
		if old, err = c.statRemote(ctx, p.remote); err != nil {
			return start{}, now, err
		}
	}
	if old != nil {
		before := factsOf("", *old)
		now.Before = &before
	}
	if begun {
		at, why := c.resumeUpload(was, now)
		if why == "" {
			return at, was, nil
		}
		c.note(p, "begun anew: "+why)
	}
	return start{}, now, c.remember(ctx, p, now)
}

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
