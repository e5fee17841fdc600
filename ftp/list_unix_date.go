package ftp

// listDateStyle is how daring [listUnixDate] is. The forms that need no
// guessing are tried on the whole line first, or the "5 6 2003" of an owner, a
// group and a size would be read as a date.
type listDateStyle uint8

const (
	listDateClear   listDateStyle = iota // names of months, years first, "09-26"
	listDateNumeric                      // "3 29 13:45", and Asian forms
)

// listUnixDate reads the date that begins at word i, stores it in s and
// returns the number of words that it takes, 0 if there is none.
func listUnixDate(f *listFields, i int, style listDateStyle, s *listStamp) int {
	*s = listStamp{year: -1, hour: -1, second: -1}
	var n int
	if style == listDateNumeric {
		n = listDateOfNumbers(f, i, s)
	} else if n = listDateISO(f, i, s); n == 0 {
		n = listDateNamed(f, i, s)
	}
	if n == 0 || !s.plausible() {
		return 0
	}
	return n
}

// listDateISO reads "2005-01-31", "2005-01-31 12:34[:56.789 [+0100]]", the
// same with "/" or "." or the day first, and "01-31 12:34" or "01-31 2005".
func listDateISO(f *listFields, i int, s *listStamp) int {
	w := f.word(i)
	if !listIsDigit(w[0]) {
		return 0
	}
	if len(w) == 5 && w[2] == '-' && listDigits(w[:2]) && listDigits(w[3:]) {
		s.month, s.day = listAtoi(w[:2]), listAtoi(w[3:])
		if !listTimeOrYear(f.word(i+1), s) {
			return 0
		}
		return 2
	}
	a, b, c, sep, ok := listTriple(w)
	switch {
	case ok && len(a) == 4 && len(b) <= 2 && len(c) <= 2:
		s.year, s.month, s.day = listAtoi(a), listAtoi(b), listAtoi(c)
	case ok && len(c) == 4 && len(a) <= 2 && len(b) <= 2:
		s.year, s.month, s.day = listAtoi(c), listAtoi(b), listAtoi(a)
		if sep == '/' && s.day <= 12 {
			s.month, s.day = s.day, s.month
		}
	default:
		return 0
	}
	if !listTime(f.word(i+1), s) {
		return 1
	}
	if zone := f.word(i + 2); len(zone) == 5 && (zone[0] == '+' || zone[0] == '-') && listDigits(zone[1:]) {
		s.zoned = true
		s.offset = listAtoi(zone[1:3])*3600 + listAtoi(zone[3:])*60
		if zone[0] == '-' {
			s.offset = -s.offset
		}
		return 3
	}
	return 2
}

// listDateNamed reads "Jan 31 12:34", "Jan 31 2005", "31. Jan 12:34", and
// "Jan 31 12:34:56 2005".
func listDateNamed(f *listFields, i int, s *listStamp) int {
	// The day is looked at first, as it is quickly told from other words.
	month, day := f.word(i), f.word(i+1)
	if listDay(day) == 0 {
		month, day = day, month
	}
	if s.day = listDay(day); s.day == 0 {
		return 0
	}
	if s.month = listMonth(month); s.month == 0 {
		return 0
	}
	if !listTimeOrYear(f.word(i+2), s) {
		return 0
	}
	if s.second >= 0 {
		if year := listYear(f.word(i + 3)); year > 0 {
			s.year = year
			return 4
		}
	}
	return 3
}

// listDay returns the day that w is, perhaps with a "." or "," behind it, or 0.
func listDay(w string) int {
	if n := len(w); n > 0 && (w[n-1] == '.' || w[n-1] == ',') {
		w = w[:n-1]
	}
	if len(w) > 2 || !listDigits(w) {
		return 0
	}
	return listAtoi(w)
}

// listDateOfNumbers reads "3 29 13:45", "3 29 2005" and "2005 3 29", where
// each number may carry the signs for year, month and day of Chinese, Japanese
// and Korean in any charset.
func listDateOfNumbers(f *listFields, i int, s *listStamp) int {
	a, b := listDateNumber(f.word(i)), listDateNumber(f.word(i+1))
	if a < 0 || b < 0 {
		return 0
	}
	if a >= 1000 {
		s.year, s.month, s.day = a, b, listDateNumber(f.word(i+2))
		if s.day < 0 {
			return 0
		}
		return 3
	}
	s.month, s.day = a, b
	if listTime(f.word(i+2), s) {
		return 3
	}
	if s.year = listDateNumber(f.word(i + 2)); s.year < 1000 {
		return 0
	}
	return 3
}

// listDateNumber returns the number of one, two or four digits that s begins
// with. The rest must not be ASCII, but for the last octet: it is the second
// one of a character in Shift JIS or GBK. It returns -1 if s is no such word.
func listDateNumber(s string) int {
	n := listLeadingDigits(s)
	if n == 0 || n > 4 || n == 3 || len(s)-n > 6 {
		return -1
	}
	for j := n; j < len(s); j++ {
		if s[j] < 0x80 && (j == n || j < len(s)-1) {
			return -1
		}
	}
	return listAtoi(s[:n])
}

func listTimeOrYear(w string, s *listStamp) bool {
	if listTime(w, s) {
		return true
	}
	s.year = listYear(w)
	return s.year > 0
}

// listYear returns the year of four digits that w is, or -1.
func listYear(w string) int {
	if len(w) != 4 || !listDigits(w) || w[0] == '0' {
		return -1
	}
	return listAtoi(w)
}
