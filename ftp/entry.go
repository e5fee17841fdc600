package ftp

import (
	"io/fs"
	"time"
)

// EntryKind is the kind of object that a listing describes.
type EntryKind uint8

const (
	KindUnknown EntryKind = iota // the listing does not say
	KindFile
	KindDir
	KindSymlink // what it leads to is not said
	KindOther   // device, socket, named pipe, ...
	KindCDir    // the listed directory itself: cdir in MLSx, "." in LIST
	KindPDir    // its parent: pdir in MLSx, ".." in LIST
)

// Precision tells how much of a time is known.
type Precision uint8

const (
	PrecisionNone   Precision = iota // no time at all
	PrecisionDay                     // year, month, day
	PrecisionMinute                  // and hours and minutes
	PrecisionSecond                  // and seconds, perhaps with a fraction
)

// Entry is one object as a listing tells it (LIST, MLSD, MLST). What the
// listing does not say is zero, but for Size, which is -1.
type Entry struct {
	Name    string // the octets of the name, without any directory unless the listing gave one
	Kind    EntryKind
	Size    int64       // octets; -1 if not said, or said in units that give no exact number
	Target  string      // of a symbolic link
	Time    time.Time   // last modification
	Prec    Precision   // of Time
	UTC     bool        // Time is UTC for sure (MLSx, EPLF); else it was read in the zone given to the reader
	Mode    fs.FileMode // the type bits always agree with Kind as far as it goes
	HasMode bool        // Mode holds permission bits
	Links   int
	Owner   string
	Group   string
	Facts   []Fact // MLSx: as sent, in their order
	Raw     string // the line, or lines, that it came from
}

// Fact is one "name=value" of an MLSx line (RFC 3659, 7.5). Names are
// case-insensitive and kept as sent.
type Fact struct{ Name, Value string }
