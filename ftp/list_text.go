package ftp

import "strings"

// listField is one word of a line, by where it begins and ends.
type listField struct{ begin, end int }

// listMaxFields is how many words of a line are looked at in search of its
// columns. Names may have more; owners and groups of several words have not.
const listMaxFields = 40

// listFields is the first words of a line. It lives on the stack: a listing of
// a million lines should cost one string per line and no more.
type listFields struct {
	line string
	n    int
	at   [listMaxFields]listField
}

// split finds the words of line that begin at or after from.
func (f *listFields) split(line string, from int) {
	f.line, f.n = line, 0
	for i := from; f.n < listMaxFields; {
		for i < len(line) && listIsSpace(line[i]) {
			i++
		}
		if i == len(line) {
			return
		}
		begin := i
		for i < len(line) && !listIsSpace(line[i]) {
			i++
		}
		f.at[f.n] = listField{begin, i}
		f.n++
	}
}

// word returns word i, or "" beyond the last.
func (f *listFields) word(i int) string {
	if i < 0 || i >= f.n {
		return ""
	}
	return f.line[f.at[i].begin:f.at[i].end]
}

// text returns the line from the beginning of word i to the end of word j-1,
// as it stands.
func (f *listFields) text(i, j int) string {
	if i >= j {
		return ""
	}
	return f.line[f.at[i].begin:f.at[j-1].end]
}

// from returns the line from word i on, without the space at its end.
func (f *listFields) from(i int) string {
	if i >= f.n {
		return ""
	}
	return strings.TrimRight(f.line[f.at[i].begin:], " \t")
}

func listIsSpace(c byte) bool { return c == ' ' || c == '\t' }

func listIsDigit(c byte) bool { return '0' <= c && c <= '9' }

// listDigits tells whether s is one or more decimal digits.
func listDigits(s string) bool {
	return s != "" && listLeadingDigits(s) == len(s)
}

func listLeadingDigits(s string) int {
	i := 0
	for i < len(s) && listIsDigit(s[i]) {
		i++
	}
	return i
}

// listAtoi returns the number that s, which is all digits, writes; from ten
// digits on it returns a number that no date or count can be.
func listAtoi(s string) int {
	if len(s) > 9 {
		return 1 << 30
	}
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// listSize returns the size that s writes, and -1 if s is anything but digits
// (and "," between groups of three) or does not fit.
func listSize(s string) int64 {
	var n int64
	digits := 0
	for i := range len(s) {
		if s[i] == ',' && i > 0 && (len(s)-i)%4 == 0 {
			continue
		}
		if !listIsDigit(s[i]) || n > (1<<63-1)/10 {
			return -1
		}
		n = n*10 + int64(s[i]-'0')
		if n < 0 {
			return -1
		}
		digits++
	}
	if digits == 0 {
		return -1
	}
	return n
}

// listCutPrefixFold is strings.CutPrefix without regard to the case of ASCII.
func listCutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}
