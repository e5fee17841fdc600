package ftp

import "strings"

// listUnixSize stores the size that ends at word i and returns the number of
// words before it, -1 if word i is no size.
func listUnixSize(f *listFields, i int, e *Entry) int {
	w := f.word(i)
	device := e.Kind == KindOther
	switch {
	case listDigits(w):
		e.Size = listSize(w)
		if before := f.word(i - 1); len(before) > 1 && before[len(before)-1] == ',' && listDigits(before[:len(before)-1]) {
			e.Size = -1 // major, minor
			return i - 1
		}
		return i
	case device && listIsDevice(w):
		e.Size = -1
		return i
	case listSize(w) >= 0:
		e.Size = listSize(w)
		return i
	case listIsHuman(w):
		e.Size = -1
		return i
	}
	return -1
}

// listUnixGluedSize is for a group and a size so wide that they touch. Where
// one ends and the other begins can only be told if the group is the owner's
// name.
func listUnixGluedSize(f *listFields, i int, e *Entry) int {
	w := f.word(i)
	digits := 0
	for digits < len(w) && listIsDigit(w[len(w)-1-digits]) {
		digits++
	}
	e.Group = ""
	if digits == 0 || digits == len(w) || !listIsNameEnd(w[len(w)-digits-1]) {
		return -1
	}
	e.Size = -1
	owner := f.word(i - 1)
	if size, found := strings.CutPrefix(w, owner); found && owner != "" && listDigits(size) {
		e.Size = listSize(size)
		e.Group = owner
	}
	if i > 0 && listDigits(f.word(0)) {
		e.Links = listAtoi(f.word(0))
	}
	if e.Group == "" {
		return i
	}
	e.Owner = owner
	return i
}

func listIsNameEnd(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c == '-' || c >= 0x80
}

// listIsDevice takes "109,767", the numbers of a device.
func listIsDevice(w string) bool {
	major, minor, found := strings.Cut(w, ",")
	return found && listDigits(major) && listDigits(minor)
}

// listIsHuman takes "33.5k": a rounded size is no exact one.
func listIsHuman(w string) bool {
	n := len(w) - 1
	if n < 1 || strings.IndexByte("kKMGTPE", w[n]) < 0 {
		return false
	}
	whole, part, dotted := strings.Cut(w[:n], ".")
	return listDigits(whole) && (!dotted || listDigits(part))
}

// listUnixOwner reads links, owner and group from the first n words.
func listUnixOwner(f *listFields, n int, e *Entry) {
	if listIsForks(f, n, e.Size) {
		return
	}
	i := 0
	if n > 0 && listDigits(f.word(0)) {
		e.Links = listAtoi(f.word(0))
		i = 1
	}
	switch n - i {
	case 0:
		return
	case 1:
		e.Owner = f.word(i)
		return
	}
	// Owner and group may have spaces in them. The wider gap parts them; if
	// none is wider the owner is one word.
	at, widest := i+1, 0
	for j := i + 1; j < n; j++ {
		if gap := f.at[j].begin - f.at[j-1].end; gap > widest {
			at, widest = j, gap
		}
	}
	e.Owner, e.Group = f.text(i, at), f.text(at, n)
}

// listIsForks tells whether the n words before the size are what the servers
// of the classic Macintosh write in the place of links, owner and group: the
// sizes of the resource fork and of the data fork, which make the size
// together, or "folder".
func listIsForks(f *listFields, n int, size int64) bool {
	switch n {
	case 1:
		return f.word(0) == "folder"
	case 2:
		a, b := listSize(f.word(0)), listSize(f.word(1))
		return a >= 0 && b >= 0 && a+b == size || a == 0 && size < 0 && listDigits(f.word(1))
	}
	return false
}
