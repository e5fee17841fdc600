package ftp

import (
	"io/fs"
	"time"
)

// listRecent is half a year, as ls counts it: dates older than that, or in the
// future, are written with the year in place of the time of day.
const listRecent = 31556952 / 2 * time.Second

// ListWriter writes entries as lines of ls -l. It remembers what the last line had, which
// the next is likely to have, too. The zero value is ready to be used, by one goroutine at
// a time; its fields are set before the first line.
type ListWriter struct {
	Now time.Time      // decides between the time of day and the year
	Loc *time.Location // times are in it; nil is UTC

	date  dayMemo
	head  listHead
	text  [listHeadRoom]byte // of head
	known int                // octets of text; 0: there is none
}

// listHead is what a line begins with.
type listHead struct {
	kind         EntryKind
	mode         fs.FileMode
	links        int
	owner, group string
}

// listHeadRoom is enough for a line's head where the names of owners are short.
const listHeadRoom = 64

// Append appends e to b as a line, without line end:
//
//	-rw-r--r--   1 ftp      ftp          1234 Jan 31 12:34 name
//
// What is not known gets a value that clients bear: the owner and group
// "ftp", one link, size 0, the usual mode and 1 Jan 1970. CR, LF and NUL in a
// name become "?"; spaces and control characters in an owner or a group become
// "_". It does not allocate if b has room.
func (w *ListWriter) Append(b []byte, e *Entry) []byte {
	b = w.appendHead(b, e)
	size := max(e.Size, 0)
	if e.Kind == KindSymlink && e.Target != "" {
		size = int64(len(e.Target)) // as in ls; it tells readers where the name ends
	}
	b = listAppendRight(b, size, 12)
	b = append(b, ' ')
	b = w.appendTime(b, e)
	b = append(b, ' ')
	b = listAppendName(b, e.Name)
	if e.Kind == KindSymlink && e.Target != "" {
		b = append(b, " -> "...)
		b = listAppendName(b, e.Target)
	}
	return b
}

// appendHead writes the line up to the size.
func (w *ListWriter) appendHead(b []byte, e *Entry) []byte {
	h := listHead{e.Kind, listModeOf(e), max(e.Links, 1), e.Owner, e.Group}
	if w.known > 0 && h == w.head {
		return append(b, w.text[:w.known]...)
	}
	begun := len(b)
	b = listAppendMode(b, h.kind, h.mode)
	b = append(b, ' ')
	b = listAppendRight(b, int64(h.links), 3)
	b = append(b, ' ')
	b = listAppendOwner(b, h.owner)
	b = append(b, ' ')
	b = listAppendOwner(b, h.group)
	b = append(b, ' ')
	if w.known = 0; len(b)-begun <= len(w.text) {
		w.head, w.known = h, copy(w.text[:], b[begun:])
	}
	return b
}

// listModeOf returns the mode of e, or what it is likely to be.
func listModeOf(e *Entry) fs.FileMode {
	if e.HasMode {
		return e.Mode
	}
	switch e.Kind {
	case KindDir, KindCDir, KindPDir:
		return e.Mode.Type() | 0o755
	case KindSymlink:
		return e.Mode.Type() | 0o777
	}
	return e.Mode.Type() | 0o644
}

func (w *ListWriter) appendTime(b []byte, e *Entry) []byte {
	if e.Prec == PrecisionNone {
		return append(b, "Jan  1  1970"...)
	}
	day, second := w.date.split(e.Time, w.Loc)
	switch {
	case day.year < 1000:
		return append(b, "Jan  1  1000"...)
	case day.year > 9999:
		return append(b, "Dec 31  9999"...)
	}
	const months = "JanFebMarAprMayJunJulAugSepOctNovDec"
	b = append(b, months[day.month*3-3:day.month*3]...)
	b = append(b, ' ')
	b = listAppendRight(b, int64(day.day), 2)
	b = append(b, ' ')
	if age := w.Now.Sub(e.Time); e.Prec == PrecisionDay || age < 0 || age > listRecent {
		return listAppendRight(b, int64(day.year), 5)
	}
	return appendTwo(append(appendTwo(b, second/3600), ':'), second/60%60)
}

// listAppendRight writes n, which is not negative, with spaces before it up to width.
func listAppendRight(b []byte, n int64, width int) []byte {
	var field [20]byte
	i := len(field)
	for {
		i--
		field[i] = byte('0' + n%10)
		if n /= 10; n == 0 {
			break
		}
	}
	for i > len(field)-width {
		i--
		field[i] = ' '
	}
	return append(b, field[i:]...)
}

func listAppendOwner(b []byte, s string) []byte {
	const width = 8
	if s == "" {
		s = "ftp"
	}
	begun := len(b)
	b = append(b, s...)
	for i, c := range b[begun:] {
		if c <= ' ' || c == 0x7F {
			b[begun+i] = '_'
		}
	}
	if len(s) < width {
		b = append(b, "        "[len(s):]...)
	}
	return b
}

func listAppendName(b []byte, s string) []byte {
	if s == "" {
		s = "?"
	}
	begun := len(b)
	b = append(b, s...)
	for i, c := range b[begun:] {
		if c == '\r' || c == '\n' || c == 0 {
			b[begun+i] = '?'
		}
	}
	return b
}
