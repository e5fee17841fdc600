package ftp

import (
	"io/fs"
	"strings"
)

// listOS2 reads the lines of OS/2: "149473      A          11-17-98   16:07
// POPUPLOG.OS2". Between size and date stand the attributes, the word "DIR",
// or both, in either order.
func listOS2(line string, st *listState, e *Entry) listVerdict {
	var f listFields
	f.split(line, 0)
	if e.Size = listSize(f.word(0)); e.Size < 0 {
		return listRefused
	}
	e.Kind = KindFile
	i := 1
	for ; i < f.n && !listIsDigit(f.word(i)[0]); i++ {
		switch w := f.word(i); {
		case w == "DIR":
			e.Kind, e.Mode = KindDir, fs.ModeDir
		case strings.Trim(w, "ARSH") != "":
			return listRefused
		}
	}
	a, b, c, sep, ok := listTriple(f.word(i))
	if !ok || sep != '-' || i+2 >= f.n || len(a) > 2 || len(b) > 2 || len(c) > 4 || len(c) < 2 {
		return listRefused
	}
	stamp := listStamp{year: listAtoi(c), month: listAtoi(a), day: listAtoi(b), hour: -1, second: -1}
	switch len(c) {
	case 2:
		stamp.year = listCentury(stamp.year)
	case 3:
		stamp.year += 1900 // years since 1900, as its C library counts
	}
	if !listTime(f.word(i+1), &stamp) || !st.clock.set(e, stamp) {
		return listRefused
	}
	e.Name = f.line[f.at[i+2].begin:]
	return listTaken
}
