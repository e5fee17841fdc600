// Package transfer copies files between a local and a remote storage.FS, in a way that a
// cut can be mended.
//
// # Download
//
// The contents of NAME are gathered in NAME.ferry-part; beside it stands
// NAME.ferry-part.json, which says what the remote file was when that began. A
// later download goes on where the part ends only if the remote file is still
// that one, else it begins anew. A whole file is put on stable storage, gets
// the remote file's time and only then its name. A file that is there with the
// same size and time is left alone; nothing is ever appended to it.
//
// # Upload
//
// A journal, kept in a folder of its own (Copier.Journal), remembers what the
// local file was when its upload began, and what stood under the remote name
// before. A later upload goes on where the remote part ends only if both still
// fit.
//
// Files of at most 64 KiB are not worth a part: they are copied in one go.
package transfer

import (
	"context"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// small is the size up to which a file is copied in one go.
const small = 64 << 10

// Copier copies between two file systems. Its methods may be called
// concurrently for different names.
type Copier struct {
	Local, Remote storage.FS

	// URL says what a remote name is called outside, Path what a local one is.
	// They tell partial copies of different files apart and are stored with
	// them: they must hold no secrets.
	URL, Path func(name string) string

	// Journal is where uploads are remembered. nil: a cut upload begins anew.
	Journal storage.FS

	Format // of the way to Remote

	// Direct, if not nil, has Put copy contents from Local to Remote without their coming
	// through here, from the offset off on. Where that cannot be had
	// (errors.ErrUnsupported), they come through here after all.
	Direct func(ctx context.Context, local, remote string, off int64) error

	// Verify, if not nil, compares each file that Put has copied with what it was
	// copied from.
	Verify func(ctx context.Context, local, remote string) error

	// TempNames uploads each file under a temporary name beside its own (see
	// IsTemporary), and renames it once it is whole and compared. So nobody meets a
	// part of it under its own name, and the old file stays until then. Where that
	// name is a symbolic link, it is the link that is replaced.
	TempNames bool

	// Segments is how many streams the copy of one large file has, each over a
	// connection of its own. 0: one, and more as long as they make it faster; 1: one.
	// Where the server does not give so many, it is done with those that it gives. For
	// downloads Local has to have Writers that are io.WriterAt. Uploads take a Remote
	// that makes one file of several, as ftpclient.Client does by COMB, and go under a
	// temporary name then, whatever TempNames says.
	Segments int

	// Limit, if not nil, is called before n octets, at most 32 KiB of them, are
	// passed on, and returns when they may be. Its error ends the copy. Direct copies
	// are not limited.
	Limit func(ctx context.Context, n int) error

	// Restart begins every file anew, whatever is there.
	Restart bool

	// Differs says that the files are known to differ: one with the same size and time
	// is copied all the same.
	Differs bool

	// Observe, if not nil, is told what happens, from as many goroutines as
	// files are copied at once. It must not block for long.
	Observe func(Event)
}

// EventKind is the kind of an Event.
type EventKind uint8

const (
	Started  EventKind = iota // Size and Done (what a resumed copy starts from) are set
	Progress                  // Done is set
	Finished                  // Size, Moved and Took are set
	Skipped                   // nothing to do, or not copied on purpose; Text says why
	Noted                     // Text is something the user should know about the file
	Failed                    // Err is set
)

// Event is something that happened to one file. Of Skipped, Finished and Failed, each
// file gets exactly one in the end.
type Event struct {
	Kind   EventKind
	Remote string // the names in the two file systems
	Local  string
	Size   int64 // of the source; -1 if unknown
	Done   int64 // how much of the copy is there
	Moved  int64 // how much of that was copied just now
	Took   time.Duration
	Text   string
	Err    error
}

// pair is a remote and a local name of one file.
type pair struct{ remote, local string }

func (c *Copier) emit(p pair, e Event) {
	if c.Observe != nil {
		e.Remote, e.Local = p.remote, p.local
		c.Observe(e)
	}
}

func (c *Copier) note(p pair, text string) { c.emit(p, Event{Kind: Noted, Text: text}) }
func (c *Copier) skip(p pair, text string) { c.emit(p, Event{Kind: Skipped, Text: text}) }

// report passes err on, having told of it.
func (c *Copier) report(p pair, err error) error {
	if err != nil {
		c.emit(p, Event{Kind: Failed, Err: err})
	}
	return err
}

// grace is how long what has begun to end may take after an interrupt.
const grace = 10 * time.Second

// ending is the context in which a cut copy is put in order: it outlives ctx,
// but not for long.
func ending(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), grace)
}

// reluctant is the context in which a whole copy is published: it outlives the
// end of ctx by grace, since an interrupt would throw the copy away.
func reluctant(ctx context.Context) (context.Context, context.CancelFunc) {
	late, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(grace, func() { cancel(context.Cause(ctx)) })
	})
	return late, func() {
		stop()
		cancel(nil)
	}
}
