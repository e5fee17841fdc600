package ftp

import "strings"

// listUnix reads the lines of ls -l and of all that imitate it.
func listUnix(line string, st *listState, e *Entry) listVerdict {
	begin, ok := listUnixModeAt(line)
	if !ok {
		return listUnixNoise(line, st)
	}
	after := begin + 10
	if line[begin+1:after] == "?????????" {
		return listUnixUnknown(line, begin, e)
	}
	if e.Kind, e.Mode, e.HasMode = listUnixMode(line[begin:after]); !e.HasMode {
		return listUnixNoise(line, st)
	}
	// A mark for an ACL, a security context or extended attributes; a wide
	// count of links may touch it.
	if strings.IndexByte("+.@*!", line[after]) >= 0 {
		after++
	} else if !listIsSpace(line[after]) {
		return listRefused
	}
	return listUnixColumns(line, after, st, e)
}

// listUnixModeAt finds the mode, which is the first word, but for the inode
// (ls -i) and the blocks (ls -s) before it.
func listUnixModeAt(line string) (begin int, ok bool) {
	for range 3 {
		for begin < len(line) && listIsSpace(line[begin]) {
			begin++
		}
		if len(line)-begin < 12 {
			return 0, false
		}
		digits := listLeadingDigits(line[begin:])
		if digits == 0 {
			return begin, true
		}
		begin += digits
		if begin == len(line) || !listIsSpace(line[begin]) {
			return 0, false
		}
	}
	return 0, false
}

// listUnixUnknown reads what GNU ls writes of a file that it cannot look at:
// "d????????? ? ? ? ?            ? name".
func listUnixUnknown(line string, begin int, e *Entry) listVerdict {
	var f listFields
	f.split(line, begin+10)
	for i := range 5 {
		if f.word(i) != "?" {
			return listRefused
		}
	}
	end := f.at[4].end
	if len(line) <= end+1 {
		return listRefused
	}
	if line[begin] != '?' && line[begin] != '-' {
		if kind, mode, ok := listUnixType(line[begin]); ok {
			e.Kind, e.Mode = kind, mode
		}
	}
	e.Name = line[end+1:]
	return listTaken
}

// listUnixColumns reads what follows the mode: links, owner, group, size, date
// and name. Only the size and the date before the name are always there. They
// are found from the left, by a number with a date behind it, because names may
// hold anything and owners and groups may hold spaces.
func listUnixColumns(line string, begin int, st *listState, e *Entry) listVerdict {
	var f listFields
	f.split(line, begin)
	var stamp, again listStamp
	for _, try := range [...]struct {
		style listDateStyle
		glued bool
	}{{listDateClear, false}, {listDateNumeric, false}, {listDateClear, true}} {
		for i := 1; i < f.n; i++ {
			columns := listUnixSize(&f, i-1, e)
			if try.glued {
				columns = listUnixGluedSize(&f, i-1, e)
			}
			if columns < 0 {
				continue
			}
			n := listUnixDate(&f, i, try.style, &stamp)
			if n == 0 || f.at[i+n-1].end+1 >= len(line) {
				continue
			}
			// An owner "jan" of the group 20 and a size of 2005 make a date,
			// but then another one follows.
			if stamp.hour < 0 && i+n < f.n && listUnixDate(&f, i+n, try.style, &again) != 0 {
				continue
			}
			if !st.clock.set(e, stamp) {
				continue
			}
			if e.Group == "" {
				listUnixOwner(&f, columns, e)
			}
			return listUnixName(listUnixAfterDate(&f, i, n, stamp), e)
		}
	}
	return listRefused
}

// listUnixAfterDate returns the name behind the date of n words at word i.
// One space separates them, and what is more belongs to the name. Where ls
// would pad the year on its left ("Jan 31  2005"), some pad it on its right.
func listUnixAfterDate(f *listFields, i, n int, stamp listStamp) string {
	last := f.at[i+n-1]
	name := f.line[last.end+1:]
	padded := n > 1 && last.begin-f.at[i+n-2].end == 1
	switch {
	case stamp.hour < 0 && n == 1:
		return strings.TrimLeft(name, " ")
	case stamp.hour < 0 && padded && len(name) > 1 && name[0] == ' ':
		return name[1:]
	}
	return name
}

// listUnixName stores the name, and the target of a symbolic link. The size of
// a link is the length of its target, which tells where a name that has an
// arrow in it ends.
func listUnixName(name string, e *Entry) listVerdict {
	const arrow = " -> "
	switch {
	case e.Kind == KindSymlink:
		at := strings.Index(name, arrow)
		if e.Size >= 0 && e.Size < int64(len(name)) {
			if i := len(name) - int(e.Size) - len(arrow); i > 0 && name[i:i+len(arrow)] == arrow {
				at = i
			}
		}
		if at > 0 {
			name, e.Target = name[:at], name[at+len(arrow):]
		}
	case e.Kind == KindDir && len(name) > 1 && name != "/":
		name = strings.TrimSuffix(name, "/") // ls -F and ls -p
	}
	if name == "" {
		return listRefused
	}
	e.Name = name
	return listTaken
}

// listUnixNoise recognises the lines of ls that are no files: the total, and
// the name of a folder before its files in a recursive listing.
func listUnixNoise(line string, st *listState) listVerdict {
	trimmed := strings.Trim(line, " \t")
	if word, rest, found := strings.Cut(trimmed, " "); found {
		number := strings.Trim(rest, " 0123456789,.KMGTPkB")
		if number == "" && listIsTotal(strings.TrimSuffix(word, ":")) {
			return listNoise
		}
	}
	dir, found := strings.CutSuffix(trimmed, ":")
	if !found || dir == "" || !st.fresh {
		return listRefused
	}
	// The first line of a listing may also be a message.
	if st.first && strings.Contains(dir, " ") && !strings.HasPrefix(dir, "/") && !strings.HasPrefix(dir, "./") {
		return listRefused
	}
	st.dir = dir
	return listNoise
}

func listIsTotal(word string) bool {
	for _, spelling := range listSpellings(word) {
		if spelling != "" && strings.Contains(listTotalWords, " "+spelling+" ") {
			return true
		}
	}
	return false
}
