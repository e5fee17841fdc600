// Package storage defines the file system that ferry's server serves and that
// ferry's client is: one narrow interface, implemented by a local disk
// (storage/disk), by memory (storage/mem) and by a remote FTP server
// (ftpclient.Client).
//
// # Names
//
// A name is slash-separated and relative to the root of the FS, which is "."
// itself. It has no empty, "." or ".." element, no leading or trailing slash
// and no NUL. It need not be UTF-8: FTP predates that, so names are bytes.
// [ValidName] tells whether a string is a name; an FS given anything else
// answers [ErrName].
//
// # Errors
//
// Every error is a [*fs.PathError] around io/fs's own errors
// ([fs.ErrNotExist], [fs.ErrExist], [fs.ErrPermission]), around those of this
// package ([ErrNotDir], [ErrIsDir], ...), or around something unforeseen.
// Callers use [errors.Is]; nobody parses a text.
//
// # Optional interfaces
//
// What only some back ends can do is an interface of its own, found by [As].
package storage

import (
	"context"
	"io"
	"io/fs"
	"iter"
	"time"
)

// FS is a tree of files. All methods may be called concurrently. A method that
// takes a context gives up when it is cancelled and returns an error that
// unwraps to the context's.
type FS interface {
	// Stat describes the object that name leads to; symbolic links are
	// followed as far as the FS confines them.
	Stat(ctx context.Context, name string) (Info, error)

	// List yields the entries of a directory in no particular order, without
	// "." and "..", in memory that does not grow with their number. Info.Name
	// is the entry's own name. A symbolic link is described as what it leads
	// to, with Target set; one that leads nowhere (or out of the root) is of
	// KindSymlink. An error ends the sequence; ErrUnlisted says that it had all
	// entries but some that the FS cannot make out. Stopping early is allowed. Infos
	// may lack what WithDetails says that nobody looks at.
	List(ctx context.Context, dir string) iter.Seq2[Info, error]

	// Open opens a file for reading within r. A directory is ErrIsDir.
	// r.Off beyond the end of the file is ErrOffset; at the end, an empty
	// reader.
	Open(ctx context.Context, name string, r Range) (Reader, error)

	// Create begins to write a file; see CreateOptions and Writer. The parent
	// directory must exist (fs.ErrNotExist otherwise).
	Create(ctx context.Context, name string, o CreateOptions) (Writer, error)

	// Mkdir makes one directory. Its parent must exist; an object of that name
	// must not (fs.ErrExist).
	Mkdir(ctx context.Context, name string) error

	// Remove removes a directory (want KindDir; it must be empty, else
	// ErrNotEmpty; ErrNotDir if it is something else) or anything but a
	// directory (want KindFile; ErrIsDir if it is one). A symbolic link is
	// removed itself, whatever it leads to, with KindFile.
	Remove(ctx context.Context, name string, want Kind) error

	// Rename gives an object another name, replacing a file of that name. A
	// directory is never replaced (fs.ErrExist), nor moved into itself
	// (ErrName). A symbolic link is renamed itself.
	Rename(ctx context.Context, old, new string) error

	// SetAttr changes what a asks for, and nothing if one of it cannot be had
	// (errors.ErrUnsupported) or is not allowed (fs.ErrPermission).
	SetAttr(ctx context.Context, name string, a Attr) error

	// Features says what this FS promises. It does not change while the FS is
	// in use.
	Features() Features
}

// Kind is the kind of an object.
type Kind uint8

const (
	KindUnknown Kind = iota // the remote side did not say
	KindFile
	KindDir
	KindSymlink // one that leads nowhere within the root
	KindOther   // device, socket, named pipe
)

func (k Kind) String() string {
	switch k {
	case KindFile:
		return "file"
	case KindDir:
		return "directory"
	case KindSymlink:
		return "symbolic link"
	case KindOther:
		return "special file"
	}
	return "unknown"
}

// Info describes an object.
type Info struct {
	Name    string    // the last element of its name; "." for the root
	Kind    Kind      //
	Size    int64     // in octets; -1 if unknown; 0 for directories
	ModTime time.Time // zero if unknown
	Birth   time.Time // when it was created; zero if unknown

	// Coarse is by how much ModTime may be too early, because whoever told it left
	// out the rest: a day where a listing shows no hour, a minute where it shows no
	// second. Zero: it is exact to the second at least.
	Coarse time.Duration

	// ID is the same for every name of one object (hard links) while it
	// lives, and differs between objects; "" if unknown (fact "unique").
	ID string

	// Version differs whenever the contents may differ, even where size and
	// ModTime were set back; "" if the FS cannot tell.
	Version string

	// Fresh tells that the Version is so young that the next change may not show
	// in it, because the clock it was taken from ticks too slowly: what has been
	// read of the file must not be remembered by it.
	Fresh bool

	// Form is "" for plain contents, "R" for a stream of records, "P" for
	// pages (RFC 959, 3.1.2).
	Form string

	Mode   fs.FileMode // permission bits; 0 if unknown
	Owner  string      // name or number; "" if unknown
	Group  string      // name or number; "" if unknown
	Target string      // of a symbolic link; "" for anything else
}

// IsDir reports whether i describes a directory.
func (i Info) IsDir() bool { return i.Kind == KindDir }

// Range is the part of a file to be read. The zero Range is all of it.
type Range struct {
	Off int64 // first octet
	Len int64 // number of octets at most; 0 up to the end

	// Version, if set, must be the file's version, else Open and Read fail
	// with ErrChanged. An FS without versions ignores it.
	Version string
}

// Reader reads a file. Info describes the file as it was when opened. A Reader
// may also implement syscall.Conn, fs.File and io.Seeker where a descriptor
// backs it, for the kernel to copy from; its offset then stands at the first
// octet of the range. A Reader is used by one goroutine at a time.
type Reader interface {
	io.ReadCloser
	Info() Info
}

// Writer writes a file. Exactly one of Commit, Suspend and Abort ends it, the
// first that is called; later calls change nothing and return an error, but for
// Abort, which then returns nil: "defer w.Abort()" is always right. A Writer
// is used by one goroutine at a time.
//
// A Writer may also implement io.WriterAt, unless it was created with Append or Len.
// Offsets are those of the file. Several goroutines may then call WriteAt at once for
// places that do not overlap, beyond the end as well: what lies between reads as zeros
// until it is written. Commit keeps all up to the last octet that was written in
// either way, and with Resume up to CreateOptions.Offset in any case. What ends
// the Writer is called when all these calls have returned; Sync may be called before.
// It may be a KernelWriter, too.
type Writer interface {
	io.Writer

	// Commit publishes what was written. When it returns nil, every reader
	// sees the whole file, and it is on stable storage where Features has
	// Durable. When it fails, the writer has ended as if by Abort. The Info may lack
	// what WithDetails says that nobody looks at.
	Commit(ctx context.Context) (Info, error)

	// Sync brings what was written so far to stable storage and tells how long
	// the file is up to there. An FS that cannot do this answers
	// errors.ErrUnsupported.
	Sync(ctx context.Context) (stored int64, err error)

	// Suspend keeps what was written for a later Create with Resume or Append.
	// Of a new file (Replace, Append or Resume of a name that did not exist)
	// the part becomes visible under its name. Of a file that is replaced, the
	// part is kept aside for CreateOptions.Owner, and the old file stays
	// (Features has Atomic; without it the part has already replaced it).
	// Append and Resume of an existing file have written in place, and what
	// they wrote stays; a kept part that they continued stays kept.
	// Some of what was last written may be lost over a network: Stat (or
	// Pender.Pending) tells what is there.
	Suspend(ctx context.Context) error

	// Abort throws away what was written: the name has what it had before. An
	// Append in place is cut back to the old end; a Resume in place cannot be
	// undone and leaves what it wrote. A kept part that was being continued is
	// kept as far as it was written.
	Abort() error
}

// CreateMode is the way a file is written.
type CreateMode uint8

const (
	// Replace writes the whole file anew (STOR).
	Replace CreateMode = iota
	// Exclusive writes a file that must not exist yet (STOU); fs.ErrExist if
	// it does. The name is reserved from Create on.
	Exclusive
	// Append writes at the end of a file, or of the part kept aside for the
	// owner; a file that does not exist is created (APPE).
	Append
	// Resume writes at CreateOptions.Offset of the file, or of the part kept
	// aside for the owner, which must be at least that long (ErrOffset); Commit
	// cuts off what lies behind the last octet written (REST and STOR). With
	// Offset 0 a file that does not exist is created.
	Resume
)

// CreateOptions says how Create writes. The zero value replaces the file.
type CreateOptions struct {
	Mode   CreateMode
	Offset int64 // Resume: where the first octet goes

	// SizeHint is the expected size, 0 if unknown. An FS may reserve space and
	// fail at once with ErrNoSpace.
	SizeHint int64

	// Len > 0, with Resume: only this range is written, in place; nothing is
	// cut off behind it, and several such writers may be open at once. Writing
	// more than Len octets is ErrOffset.
	Len int64

	Perm    fs.FileMode // of a new file; 0 means 0666 less the umask. An existing one keeps its mode
	Form    string      // see Info.Form
	ModTime time.Time   // set at Commit; zero: the time of writing

	// Owner names whoever may go on with a part that Suspend keeps aside, and
	// see it through Pender. Writers with another Owner never touch that part
	// but by replacing it.
	Owner string
}

// Attr is a change of attributes. A nil or zero field is left as it is.
type Attr struct {
	Mode         *fs.FileMode // permission bits, and setuid, setgid and sticky where supported
	ModTime      time.Time
	Birth        time.Time
	Owner, Group string
}

// Features is the set of promises an FS makes.
type Features uint16

const (
	Atomic       Features = 1 << iota // Replace is all or nothing: until Commit, readers see the old file
	Durable                           // Commit means stable storage
	CanResume                         // Create with Resume
	CanAppend                         // Create with Append
	RealDirs                          // an empty directory exists; without it, directories are mere prefixes
	AtomicRename                      // Rename is all or nothing
	CaseFolding                       // "A" and "a" are one name
	CanSetTime                        // SetAttr with ModTime
	CanSetMode                        // SetAttr with Mode
	CanSetBirth                       // SetAttr with Birth
	CanSetOwner                       // SetAttr with Owner and Group, where the process may
)

// Has reports whether f includes all of want.
func (f Features) Has(want Features) bool { return f&want == want }

// Pender is implemented by an FS that keeps the part of a cut overwrite aside
// (see Writer.Suspend). A part ends when it is committed, when its name is
// opened for reading, created with Replace or Exclusive, renamed (from or to)
// or removed by anyone, when Discard is called, or an hour after it was last
// written to.
type Pender interface {
	// Pending describes the part kept aside for owner under name: Size is how
	// much of it is there, ModTime when it was last written. fs.ErrNotExist if
	// there is none.
	Pending(ctx context.Context, name, owner string) (Info, error)

	// Discard removes the part kept aside for owner under name, if any.
	Discard(ctx context.Context, name, owner string) error
}

// Spacer is implemented by an FS that knows how much room is left.
type Spacer interface {
	// Space returns how many octets can still be written below dir.
	Space(ctx context.Context, dir string) (free int64, err error)
}
