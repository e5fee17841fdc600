// Package mirror makes one tree of files like another, whatever the two are kept
// in: folders, servers, memory.
//
// Plan compares the two trees and says what is to be done, step by step, each with
// its reason. It changes nothing. Run does it. What a Run that was cut has left is
// taken up by the next.
package mirror

import (
	"context"
	"fmt"
	"time"

	"github.com/seed-6092453b/ferry/storage"
)

// Tree is a directory of an FS, with all below it.
type Tree struct {
	FS   storage.FS
	Root string // the directory; "" is "."

	// Title says what a name of FS is called outside, as a path or a URL without
	// secrets. Partial copies are told apart by it, so that it has to be the same from
	// run to run. It also tells whether one side lies in the other. nil: the name itself.
	Title func(name string) string
}

// Compare says when a file that is on both sides is taken for the same.
type Compare uint8

const (
	// ByTime: size and time are the same. Where DST cannot keep times, a file of
	// the same size that is not older is.
	ByTime Compare = iota
	// BySize: the size is the same.
	BySize
	// ByHash: size and checksum are the same. A side that cannot tell a checksum
	// is read.
	ByHash
	// ByNothing: no file is. All are copied, each from its beginning.
	ByNothing
)

// Links says what becomes of symbolic links, where SRC shows them as such.
type Links uint8

const (
	// LinksFiles copies the files that links lead to, and leaves links to folders,
	// and those that lead nowhere, out.
	LinksFiles Links = iota
	// LinksKeep makes the same links.
	LinksKeep
	// LinksFollow copies what links lead to, folders as well, but for those that they
	// lie in.
	LinksFollow
	// LinksSkip leaves all links out.
	LinksSkip
)

// Options say what a mirror is to be. The zero Options copy what is missing or
// different, and delete nothing.
type Options struct {
	Compare Compare
	Window  time.Duration // by how much times may differ; 0: by what the coarser side can tell, and a second at least
	Newer   bool          // leave a file of DST that is newer than that of SRC alone
	Since   time.Time     // leave out files of SRC that were not modified after it; zero: none
	Links   Links

	// Same yields a step of Skip for each file that is the same, too.
	Same bool

	// Through goes on where a link of DST leads: to a folder, or to a file, which is then
	// replaced. Otherwise a link that is in the place of a folder or a file is something
	// of another kind.
	Through bool

	// Keep, if not nil, says whether a file or folder of either side takes part, by
	// its name below Root, and if not, why; without a why, nothing is said of it. What
	// lies in a folder that does not is not looked at, and is never deleted. It is
	// called by several goroutines at once.
	Keep func(name string, info storage.Info) (keep bool, why string)

	// Delete removes from DST what SRC has not, and what is in the way of another kind
	// of thing in SRC, such as a folder where a file has to be, which is an error
	// without Delete. Nothing is removed if any listing of either side has failed or was
	// not whole, or if more than MaxDelete entries would be (0: half of those that DST
	// has, but always ten; negative: no limit).
	Delete    bool
	MaxDelete int

	Parallel int           // how many connections and files at once, at most; 0 is 4
	Retries  int           // after failures that may pass, for each file and listing; 0 is 5; negative: none, but for small files that went over together
	Backoff  time.Duration // before the first of them, doubled each time; 0 is a second

	// The rest is for Run.

	Rate int64 // octets a second for all files together; 0 no limit

	// Limit, if not nil, stands in for Rate: it is called before n octets are passed on,
	// by several goroutines at once, and returns when they may be. So several Runs can
	// share a limit.
	Limit func(ctx context.Context, n int) error

	// Segments is how many connections the copy of one large file has, each for a part
	// of it. 0: one, and more as long as they make it faster; 1: one. More than one
	// connection for an upload has to be offered by DST, as ftpclient.Client does where
	// its server has COMB.
	Segments int

	// Journal is where uploads are remembered, so that one that was cut can be taken
	// up; nil: it begins anew.
	Journal storage.FS

	// InPlace uploads files under their own names at once. Otherwise, where DST does
	// not replace files in one step, they are uploaded under another, then renamed.
	InPlace bool

	// Direct, if not nil, has contents copied from SRC to DST without their coming
	// through here, from the offset off on. Where that cannot be had
	// (errors.ErrUnsupported), they come through here after all.
	Direct func(ctx context.Context, src, dst string, off int64) error

	// DirectOnly says that there is to be no other way: what Direct fails with is what
	// the file fails with, errors.ErrUnsupported excepted.
	DirectOnly bool

	// Verify compares each file that was copied with what it was copied from, by
	// checksum.
	Verify bool

	// Check, if not nil, compares each file that was copied with what it was copied from
	// in its own way, in place of Verify.
	Check func(ctx context.Context, src, dst string) error

	// Fatal reports whether an error means that no other step can be done either, so
	// that the rest need not be tried. That there is no room left means so anyway.
	// nil: nothing else does.
	Fatal func(error) bool

	// Observe, if not nil, is told what happens, by several goroutines, one at a
	// time. It must not block for long.
	Observe func(Event)
}

// Op is what a Step does.
type Op uint8

const (
	Skip   Op = iota // nothing, for a reason that the user may want to know
	Mkdir            // make a folder
	Copy             // copy a file, over the old one if there is one
	Link             // make a symbolic link to Target, in place of the link at DST if there is one
	Touch            // set the time, the contents being the same
	Remove           // remove a file, a link or an empty folder
)

func (op Op) String() string {
	if int(op) < len(opNames) {
		return opNames[op]
	}
	return fmt.Sprintf("Op(%d)", uint8(op))
}

var opNames = [...]string{"skip", "mkdir", "copy", "link", "touch", "remove"}

// Step is one thing that makes DST more like SRC. Steps are in the order in which
// they can be done: a folder comes before what is in it, and after it where it is
// removed. Copies of different files may be done at the same time. Removes are done
// when all before them are, one after another. What follows them, if anything, takes
// the place of what they removed.
type Step struct {
	Op     Op
	Name   string        // below both Roots
	Src    storage.Info  // of SRC; zero for Remove
	Dst    *storage.Info // of what stands at DST; nil: nothing
	Target string        // of Link
	Reason string        // in words: "is new", "differs in size: 10 here, 12 there"
}
