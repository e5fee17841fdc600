package ftp

import (
	"io/fs"
	"time"
)

// listRecent is half a year, as ls counts it: dates older than that, or in the
// future, are written with the year in place of the time of day.
const listRecent = 31556952 / 2 * time.Second

// AppendList appends e to b as a line of ls -l, without line end:
//
//	-rw-r--r--   1 ftp      ftp          1234 Jan 31 12:34 name
//
// Times are in loc (nil is UTC) and now decides between the time of day and the
// year. What is not known gets a value that clients bear: the owner and group
// "ftp", one link, size 0, the usual mode and 1 Jan 1970. CR, LF and NUL in a
// name become "?"; spaces and control characters in an owner or a group become
// "_". AppendList does not allocate if b has room.
func AppendList(b []byte, e Entry, now time.Time, loc *time.Location) []byte {
	b = listAppendMode(b, e.Kind, listModeOf(e))
	b = append(b, ' ')
	b = listAppendRight(b, int64(max(e.Links, 1)), 3)
	b = append(b, ' ')
	b = listAppendOwner(b, e.Owner)
	b = append(b, ' ')
	b = listAppendOwner(b, e.Group)
	b = append(b, ' ')
	size := max(e.Size, 0)
	if e.Kind == KindSymlink && e.Target != "" {
		size = int64(len(e.Target)) // as in ls; it tells readers where the name ends
	}
	b = listAppendRight(b, size, 12)
	b = append(b, ' ')
	b = listAppendTime(b, e, now, loc)
	b = append(b, ' ')
	b = listAppendName(b, e.Name)
	if e.Kind == KindSymlink && e.Target != "" {
		b = append(b, " -> "...)
		b = listAppendName(b, e.Target)
	}
	return b
}

// listModeOf returns the mode of e, or what it is likely to be.
func listModeOf(e Entry) fs.FileMode {
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

func listAppendTime(b []byte, e Entry, now time.Time, loc *time.Location) []byte {
	if e.Prec == PrecisionNone {
		return append(b, "Jan  1  1970"...)
	}
	if loc == nil {
		loc = time.UTC
	}
	t := e.Time.In(loc)
	year, month, day := t.Date()
	switch {
	case year < 1000:
		return append(b, "Jan  1  1000"...)
	case year > 9999:
		return append(b, "Dec 31  9999"...)
	}
	const months = "JanFebMarAprMayJunJulAugSepOctNovDec"
	b = append(b, months[month*3-3:month*3]...)
	b = append(b, ' ')
	b = listAppendRight(b, int64(day), 2)
	b = append(b, ' ')
	if age := now.Sub(t); e.Prec == PrecisionDay || age < 0 || age > listRecent {
		return listAppendRight(b, int64(year), 5)
	}
	hour, minute, _ := t.Clock()
	return appendTwo(append(appendTwo(b, hour), ':'), minute)
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
