package ftp

import "time"

// listClock turns what listings write as a date into a time.
type listClock struct {
	now time.Time
	loc *time.Location
}

// listStamp is a date as a listing writes it. year is -1 if it is left out and
// hour is -1 if there is no time of day. second is -1 if there are none.
type listStamp struct {
	year, month, day     int
	hour, minute, second int
	nanos                int
	offset               int  // seconds east of UTC
	zoned                bool // offset was given
}

// set stores the time that s means in e and reports whether there is such a
// time. A date without a year is the latest one that is not after tomorrow:
// servers leave the year out for the last months, and clocks differ.
func (c listClock) set(e *Entry, s listStamp) bool {
	if !s.plausible() {
		return false
	}
	e.Prec = PrecisionDay
	switch {
	case s.hour >= 0 && s.second >= 0:
		e.Prec = PrecisionSecond
	case s.hour >= 0:
		e.Prec = PrecisionMinute
	}
	if s.year >= 0 {
		e.Time = s.in(s.year, c.loc)
		if s.zoned {
			e.Time = s.in(s.year, time.UTC).Add(-time.Duration(s.offset) * time.Second)
			e.UTC = true
		}
		return true
	}
	if c.now.IsZero() {
		e.Prec = PrecisionNone
		return true
	}
	limit := c.now.In(c.loc).AddDate(0, 0, 1)
	// Eight years reach a 29 February in any case (1896 to 1904).
	for year := limit.Year(); year >= limit.Year()-8; year-- {
		if !listIsDate(year, s.month, s.day) {
			continue
		}
		if t := s.in(year, c.loc); !t.After(limit) {
			e.Time = t
			return true
		}
	}
	return false
}

// future reports whether s, which has a year, is after tomorrow.
func (c listClock) future(s listStamp) bool {
	return !c.now.IsZero() && s.in(s.year, c.loc).After(c.now.AddDate(0, 0, 1))
}

// plausible reports whether s is a date of the calendar and a time of the day.
func (s listStamp) plausible() bool {
	year := s.year
	if year < 0 {
		year = 2000 // a leap year
	}
	return listIsDate(year, s.month, s.day) &&
		s.hour <= 23 && s.minute <= 59 && s.second <= 60
}

func (s listStamp) in(year int, loc *time.Location) time.Time {
	return time.Date(year, time.Month(s.month), s.day,
		max(s.hour, 0), s.minute, max(s.second, 0), s.nanos, loc)
}

// listIsDate reports whether there is such a day in the Gregorian calendar.
func listIsDate(year, month, day int) bool {
	if month < 1 || month > 12 || day < 1 || year < 1 || year > 9999 {
		return false
	}
	days := 31
	switch month {
	case 2:
		days = 28
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			days = 29
		}
	case 4, 6, 9, 11:
		days = 30
	}
	return day <= days
}

// listCentury completes a year of two digits: FTP is younger than 1970.
func listCentury(year int) int {
	if year < 70 {
		return 2000 + year
	}
	return 1900 + year
}

// listTime reads H:MM or H:MM:SS, perhaps with a fraction of the second.
func listTime(s string, st *listStamp) bool {
	n := listLeadingDigits(s)
	if n < 1 || n > 2 || len(s) < n+3 || s[n] != ':' || !listDigits(s[n+1:n+3]) {
		return false
	}
	hour, minute, second, nanos := listAtoi(s[:n]), listAtoi(s[n+1:n+3]), -1, 0
	rest := s[n+3:]
	if rest != "" {
		if len(rest) < 3 || rest[0] != ':' || !listDigits(rest[1:3]) {
			return false
		}
		second, rest = listAtoi(rest[1:3]), rest[3:]
	}
	if rest != "" {
		if rest[0] != '.' || !listDigits(rest[1:]) {
			return false
		}
		for i := range 9 {
			nanos *= 10
			if i+1 < len(rest) {
				nanos += int(rest[i+1] - '0')
			}
		}
	}
	if hour > 23 || minute > 59 || second > 60 {
		return false
	}
	st.hour, st.minute, st.second, st.nanos = hour, minute, second, nanos
	return true
}

// listTriple cuts three numbers with the same separator ("-", "/" or ".")
// between them, as in "2005-01-31" or "31.01.05".
func listTriple(s string) (a, b, c string, sep byte, ok bool) {
	i := listLeadingDigits(s)
	if i == 0 || i >= len(s) {
		return "", "", "", 0, false
	}
	sep = s[i]
	if sep != '-' && sep != '/' && sep != '.' {
		return "", "", "", 0, false
	}
	j := i + 1 + listLeadingDigits(s[i+1:])
	if j == i+1 || j >= len(s) || s[j] != sep || !listDigits(s[j+1:]) {
		return "", "", "", 0, false
	}
	return s[:i], s[i+1 : j], s[j+1:], sep, true
}
