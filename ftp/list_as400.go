package ftp

import (
	"io/fs"
	"strings"
)

// listDateOrder is the order of the parts of a date with a year of two digits.
type listDateOrder uint8

const (
	listOrderUnknown listDateOrder = iota
	listYMD
	listDMY
	listMDY
)

// listAS400 reads the lines of OS/400 (IBM i): "PEP  4019 04/03/18 18:58:16
// *STMF  einladung.zip". Members of a file have neither size nor date.
func listAS400(line string, st *listState, e *Entry) listVerdict {
	var f listFields
	f.split(line, 0)
	if len(f.word(0)) > 10 {
		return listRefused
	}
	i := 1
	if f.n > 4 && f.word(1)[0] != '*' {
		var stamp listStamp
		if e.Size = listSize(f.word(1)); e.Size < 0 {
			return listRefused
		}
		if !listAS400Date(f.word(2), f.word(3), st, &stamp) || !st.clock.set(e, stamp) {
			return listRefused
		}
		i = 4
	}
	kind, name := f.word(i), f.from(i+1)
	if len(kind) < 2 || kind[0] != '*' || name == "" {
		return listRefused
	}
	e.Owner = f.word(0)
	switch kind {
	case "*DIR", "*DDIR", "*LIB", "*FLR":
		e.Kind = KindDir
	case "*FILE":
		// A file holds members, as a folder does, but for a save file.
		if e.Kind = KindDir; strings.HasSuffix(name, ".SAVF") {
			e.Kind = KindFile
		}
	case "*STMF", "*DSTMF", "*MEM", "*DOC":
		e.Kind = KindFile
	case "*SYMLNK":
		e.Kind, e.Mode = KindSymlink, fs.ModeSymlink
	default:
		e.Kind, e.Mode = KindOther, fs.ModeIrregular
	}
	if e.Kind == KindDir {
		e.Mode = fs.ModeDir
		name = strings.TrimSuffix(name, "/")
	}
	e.Name = name
	return listVerdictOf(name != "")
}

// listAS400Date reads a date in the order that the job of the server has:
// "04/03/18" is any of three days. Dots mean that the day is first. Else the
// first order that gives a date which is not in the future holds, and holds for
// the rest of the listing as long as it gives dates.
func listAS400Date(date, clock string, st *listState, s *listStamp) bool {
	*s = listStamp{hour: -1, second: -1}
	a, b, c, sep, ok := listTriple(date)
	if !ok || len(a) != 2 || len(b) != 2 || len(c) != 2 || !listTime(clock, s) {
		return false
	}
	orders := [...]listDateOrder{st.as400Date, listYMD, listMDY, listDMY}
	if sep == '.' {
		orders[0] = listDMY
	}
	for _, order := range orders {
		switch order {
		case listOrderUnknown:
			continue
		case listYMD:
			s.year, s.month, s.day = listAtoi(a), listAtoi(b), listAtoi(c)
		case listDMY:
			s.year, s.month, s.day = listAtoi(c), listAtoi(b), listAtoi(a)
		case listMDY:
			s.year, s.month, s.day = listAtoi(c), listAtoi(a), listAtoi(b)
		}
		s.year = listCentury(s.year)
		if s.plausible() && !st.clock.future(*s) {
			st.as400Date = order
			return true
		}
	}
	return false
}

func listVerdictOf(taken bool) listVerdict {
	if taken {
		return listTaken
	}
	return listRefused
}
