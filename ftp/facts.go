package ftp

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// AppendMLSx appends an entry of MLST or MLSD (RFC 3659, 7.2) to b:
// "Type=file;Size=3; name", without a line end. It writes what it is given: a
// value must be free of ";", space and control characters, and a name of CR, LF
// and NUL.
func AppendMLSx(b []byte, facts []Fact, name string) []byte {
	for _, f := range facts {
		b = append(b, f.Name...)
		b = append(b, '=')
		b = append(b, f.Value...)
		b = append(b, ';')
	}
	b = append(b, ' ')
	return append(b, name...)
}

// Fact returns the value of the fact called name, whose case does not matter,
// and whether there is one.
func (e Entry) Fact(name string) (value string, ok bool) {
	for _, f := range e.Facts {
		if strings.EqualFold(f.Name, name) {
			return f.Value, true
		}
	}
	return "", false
}

// ParseMLSx reads an entry of MLST or MLSD (RFC 3659, 7.2), without line end.
//
// A space before the facts, as MLST has it, may be there or not. The ";" behind
// the last fact may be missing. Facts that are not known, and values that make
// no sense, are kept in Facts and have no other effect. A name may hold
// anything but CR, LF and NUL, also spaces at either end. What has no name, or
// "word;" among its facts, is refused with [ErrSyntax].
func ParseMLSx(line string) (Entry, error) {
	e := Entry{Size: -1, Raw: line}
	if strings.ContainsAny(line, "\r\n\x00") {
		return Entry{}, fmt.Errorf("%w: control character in the line of an MLSx entry", ErrSyntax)
	}
	rest := line
	if after, found := strings.CutPrefix(line, " "); found {
		if !mlsxBeginsFacts(after) {
			return mlsxNamed(e, after)
		}
		rest = after
	}
	e.Facts = make([]Fact, 0, min(strings.Count(rest, ";"), 16))
	for {
		if after, found := strings.CutPrefix(rest, " "); found {
			rest = after
			break
		}
		name, after, found := strings.Cut(rest, "=")
		if !found || name == "" || strings.ContainsAny(name, " ;") {
			return Entry{}, fmt.Errorf("%w: an MLSx entry wants facts, a space and a name", ErrSyntax)
		}
		n, last := mlsxValueEnd(name, after)
		if n < 0 {
			return Entry{}, fmt.Errorf("%w: no name in an MLSx entry", ErrSyntax)
		}
		e.Facts = append(e.Facts, Fact{name, after[:n]})
		rest = after[n+1:]
		if last {
			break
		}
	}
	for _, f := range e.Facts {
		mlsxApply(&e, f)
	}
	mlsxOwners(&e)
	e.Mode = e.Mode.Perm() | e.Mode&(fs.ModeSetuid|fs.ModeSetgid|fs.ModeSticky) | mlsxType(e)
	return mlsxNamed(e, rest)
}

func mlsxNamed(e Entry, name string) (Entry, error) {
	if name == "" {
		return Entry{}, fmt.Errorf("%w: no name in an MLSx entry", ErrSyntax)
	}
	e.Name = name
	return e, nil
}

// mlsxValueEnd finds the end of the value that s begins with: the index of its
// ";", or of the space before the name if the last ";" is missing. It is -1 if
// there is neither. Values have no spaces, but servers write owners and targets
// of links that do.
func mlsxValueEnd(fact, s string) (n int, last bool) {
	semicolon := strings.IndexByte(s, ';')
	if semicolon < 0 {
		return strings.IndexByte(s, ' '), true
	}
	space := strings.IndexByte(s[:semicolon], ' ')
	switch {
	case space < 0:
		return semicolon, false
	case mlsxMayHaveSpace(fact, s) &&
		(strings.HasPrefix(s[semicolon+1:], " ") || mlsxBeginsFacts(s[semicolon+1:])):
		return semicolon, false
	}
	return space, true
}

func mlsxMayHaveSpace(fact, value string) bool {
	switch {
	case strings.EqualFold(fact, "type"):
		_, link := listCutPrefixFold(value, "OS.unix=slink:")
		return link
	case strings.EqualFold(fact, "UNIX.owner"), strings.EqualFold(fact, "UNIX.ownername"),
		strings.EqualFold(fact, "UNIX.group"), strings.EqualFold(fact, "UNIX.groupname"):
		return true
	}
	return false
}

// mlsxBeginsFacts tells whether s begins with a fact by a name that is in use,
// and not with a name of a file that has "=" in it.
func mlsxBeginsFacts(s string) bool {
	name, _, found := strings.Cut(s, "=")
	if !found || len(name) > 32 {
		return false
	}
	switch strings.ToLower(name) {
	case "type", "size", "sizd", "modify", "create", "perm", "unique", "lang", "media-type", "charset":
		return true
	}
	system, local, dotted := strings.Cut(name, ".")
	return dotted && local != "" && !strings.ContainsAny(name, " ;/") &&
		(strings.EqualFold(system, "unix") || strings.EqualFold(system, "x") ||
			strings.EqualFold(system, "win32") || strings.EqualFold(system, "windows"))
}

// mlsxApply stores what a known fact says.
func mlsxApply(e *Entry, f Fact) {
	switch strings.ToLower(f.Name) {
	case "type":
		mlsxApplyType(e, f.Value)
	case "size":
		e.Size = mlsxSize(f.Value)
	case "sizd": // the size of a directory
		if e.Size < 0 {
			e.Size = mlsxSize(f.Value)
		}
		if e.Kind == KindUnknown {
			e.Kind = KindDir
		}
	case "modify":
		if t, err := ParseTimeLenient(f.Value); err == nil {
			e.Time, e.Prec, e.UTC = t, PrecisionSecond, true
		}
	case "unix.mode":
		// pyftpdlib writes it as Python does: 0o644.
		if bits, err := strconv.ParseUint(strings.TrimPrefix(f.Value, "0o"), 8, 12); err == nil {
			e.Mode, e.HasMode = listMode(uint32(bits)), true
		}
	}
}

func mlsxSize(s string) int64 {
	if !listDigits(s) {
		return -1
	}
	return listSize(s)
}

func mlsxApplyType(e *Entry, value string) {
	if target, found := listCutPrefixFold(value, "OS.unix=slink:"); found {
		e.Kind, e.Target = KindSymlink, target
		return
	}
	switch v := strings.ToLower(value); v {
	case "file":
		e.Kind = KindFile
	case "dir":
		e.Kind = KindDir
	case "cdir":
		e.Kind = KindCDir
	case "pdir":
		e.Kind = KindPDir
	case "os.unix=slink", "os.unix=symlink", "link":
		e.Kind = KindSymlink
	default:
		e.Kind = KindUnknown
		if strings.HasPrefix(v, "os.") {
			e.Kind = KindOther
		}
	}
}

// mlsxType returns the type bits that belong to the kind.
func mlsxType(e Entry) fs.FileMode {
	switch e.Kind {
	case KindDir, KindCDir, KindPDir:
		return fs.ModeDir
	case KindSymlink:
		return fs.ModeSymlink
	case KindOther:
		value, _ := e.Fact("type")
		_, what, _ := strings.Cut(strings.ToLower(value), "=")
		switch {
		case strings.HasPrefix(what, "chr"):
			return fs.ModeDevice | fs.ModeCharDevice
		case strings.HasPrefix(what, "blk"):
			return fs.ModeDevice
		case strings.HasPrefix(what, "fifo"), strings.HasPrefix(what, "pipe"):
			return fs.ModeNamedPipe
		case strings.HasPrefix(what, "sock"):
			return fs.ModeSocket
		}
		return fs.ModeIrregular
	}
	return 0
}

// mlsxOwners prefers names to numbers.
func mlsxOwners(e *Entry) {
	for _, name := range []string{"UNIX.uid", "UNIX.owner", "UNIX.ownername"} {
		if v, ok := e.Fact(name); ok && v != "" {
			e.Owner = v
		}
	}
	for _, name := range []string{"UNIX.gid", "UNIX.group", "UNIX.groupname"} {
		if v, ok := e.Fact(name); ok && v != "" {
			e.Group = v
		}
	}
}

// listMLSx reads lines of MLSD, which some servers send in answer to LIST.
func listMLSx(line string, _ *listState, e *Entry) listVerdict {
	if !mlsxBeginsFacts(strings.TrimPrefix(line, " ")) {
		return listRefused
	}
	entry, err := ParseMLSx(line)
	if err != nil {
		return listRefused
	}
	*e = entry
	return listTaken
}
