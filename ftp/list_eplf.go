package ftp

import (
	"io/fs"
	"strconv"
	"strings"
	"time"
)

// listEPLF reads the Easily Parsed LIST Format: "+i8388621.48594,m825718503,
// r,s280,\tdjb.html". The facts stand before a TAB and end in "," each; some
// write a space in place of the TAB.
func listEPLF(line string, _ *listState, e *Entry) listVerdict {
	if line[0] != '+' {
		return listRefused
	}
	facts, name, found := strings.Cut(line[1:], "\t")
	if !found {
		facts, name, found = strings.Cut(line[1:], " ")
	}
	if !found || name == "" || facts == "" {
		return listRefused
	}
	for fact := range strings.SplitSeq(facts, ",") {
		if fact == "" {
			continue
		}
		value := fact[1:]
		switch fact[0] {
		case '/':
			e.Kind, e.Mode = KindDir, e.Mode|fs.ModeDir
		case 'r':
			e.Kind, e.Mode = KindFile, e.Mode&^fs.ModeDir
		case 's':
			e.Size = listSize(value)
		case 'm':
			if seconds := listSize(value); seconds >= 0 && seconds < 1<<38 {
				e.Time, e.Prec, e.UTC = time.Unix(seconds, 0).UTC(), PrecisionSecond, true
			}
		case 'u':
			if octal, found := strings.CutPrefix(value, "p"); found {
				if mode, err := strconv.ParseUint(octal, 8, 12); err == nil {
					e.Mode, e.HasMode = e.Mode.Type()|listMode(uint32(mode)), true
				}
			}
		case 'i':
		default:
			// Facts to come are to be passed over, but a line of words is
			// no EPLF.
			if strings.ContainsAny(value, " ") {
				return listRefused
			}
		}
	}
	e.Name = name
	return listTaken
}

// listMode translates the permission bits of Unix.
func listMode(bits uint32) fs.FileMode {
	mode := fs.FileMode(bits & 0o777)
	if bits&0o4000 != 0 {
		mode |= fs.ModeSetuid
	}
	if bits&0o2000 != 0 {
		mode |= fs.ModeSetgid
	}
	if bits&0o1000 != 0 {
		mode |= fs.ModeSticky
	}
	return mode
}
