package ftp

import (
	"io/fs"
	"strings"
)

// listDOS reads the lines of Microsoft's servers and those that imitate them:
// "05-20-97  03:31PM                  681 readme.txt".
func listDOS(line string, st *listState, e *Entry) listVerdict {
	var f listFields
	f.split(line, 0)
	stamp := listStamp{hour: -1, second: -1}
	if f.n < 4 || !listDOSDate(f.word(0), st, &stamp) {
		return listRefused
	}
	i, ok := listDOSTime(&f, &stamp)
	if !ok || i+1 >= f.n || !st.clock.set(e, stamp) {
		return listRefused
	}
	name := f.line[f.at[i+1].begin:]
	switch what := f.word(i); what {
	case "<DIR>":
		e.Kind, e.Mode = KindDir, fs.ModeDir
	case "<JUNCTION>", "<SYMLINK>", "<SYMLINKD>":
		e.Kind, e.Mode = KindSymlink, fs.ModeSymlink
		if link, target, found := strings.Cut(name, " ["); found && link != "" && strings.HasSuffix(target, "]") {
			name, e.Target = link, strings.TrimSuffix(target, "]")
		}
	default:
		if e.Size = listSize(what); e.Size < 0 {
			return listRefused
		}
		e.Kind = KindFile
		// Microsoft writes the name at column 39. Only there it is certain
		// that spaces belong to it.
		if end := f.at[i].end; end == 38 {
			name = line[end+1:]
		}
	}
	e.Name = name
	return listTaken
}

// listDOSDate reads "05-20-97", "05-20-1997", "05/20/97", "1997-05-20" and
// "20.05.1997". The month stands first but where there are dots, or where a
// month above 12 has shown that the server has the day first.
func listDOSDate(w string, st *listState, s *listStamp) bool {
	a, b, c, sep, ok := listTriple(w)
	switch {
	case !ok:
		return false
	case len(a) == 4 && len(b) <= 2 && len(c) <= 2:
		s.year, s.month, s.day = listAtoi(a), listAtoi(b), listAtoi(c)
		return s.plausible()
	case len(a) > 2 || len(b) > 2 || len(c) != 2 && len(c) != 4:
		return false
	}
	s.year, s.month, s.day = listAtoi(c), listAtoi(a), listAtoi(b)
	if len(c) == 2 {
		s.year = listCentury(s.year)
	}
	if st.dayFirst || sep == '.' {
		s.month, s.day = s.day, s.month
	} else if s.month > 12 && s.day <= 12 {
		s.month, s.day = s.day, s.month
		st.dayFirst = s.plausible()
	}
	return s.plausible()
}

// listDOSTime reads "03:31PM", "03:31 PM" or "15:31" from word 1 on and
// returns the word behind it.
func listDOSTime(f *listFields, s *listStamp) (next int, ok bool) {
	w, next := f.word(1), 2
	half := ""
	switch {
	case len(w) > 2 && listIsHalf(w[len(w)-2:]):
		w, half = w[:len(w)-2], w[len(w)-2:]
	case listIsHalf(f.word(2)):
		half, next = f.word(2), 3
	}
	if !listTime(w, s) {
		return 0, false
	}
	if half == "" {
		return next, true
	}
	if s.hour > 12 {
		return 0, false
	}
	s.hour %= 12
	if half[0]|0x20 == 'p' {
		s.hour += 12
	}
	return next, true
}

func listIsHalf(s string) bool {
	return strings.EqualFold(s, "AM") || strings.EqualFold(s, "PM")
}
