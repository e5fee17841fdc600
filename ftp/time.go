package ftp

import (
	"fmt"
	"strings"
	"time"
)

var errTimeSyntax = fmt.Errorf("%w: not a time of the form YYYYMMDDHHMMSS[.sss]", ErrSyntax)

// FormatTime writes t as the time-val of RFC 3659, 2.3: 14 digits, in UTC,
// followed by milliseconds if t has any ("20260131123456.789").
//
// The form has room for the years 1000 to 9999 only. A time before or after
// them is written as the first or the last second that it can hold.
func FormatTime(t time.Time) string {
	var room [len("20260131123456.789")]byte
	return string(AppendTime(room[:0], t))
}

// AppendTime appends to b what [FormatTime] returns, without allocating if b
// has room.
func AppendTime(b []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	switch {
	case year < 1000:
		return append(b, "10000101000000"...)
	case year > 9999:
		return append(b, "99991231235959"...)
	}
	hour, minute, second := t.Clock()
	b = appendTwo(appendTwo(b, year/100), year%100)
	b = appendTwo(appendTwo(b, int(month)), day)
	b = appendTwo(appendTwo(appendTwo(b, hour), minute), second)
	if ms := t.Nanosecond() / int(time.Millisecond); ms != 0 {
		b = append(b, '.', byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10))
	}
	return b
}

// appendTwo appends two digits.
func appendTwo(b []byte, n int) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }

// ParseTime reads the time-val of RFC 3659, 2.3 as a server takes it in MFMT
// or MDTM: exactly 14 digits that are a date of the calendar and a time of the
// day (second 60 is the leap second and becomes the next minute), and perhaps
// a "." and any number of digits, of which the first nine count. The time is
// in UTC.
func ParseTime(s string) (time.Time, error) {
	whole, frac, dotted := strings.Cut(s, ".")
	if len(whole) != 14 || !listDigits(whole) || dotted && !listDigits(frac) {
		return time.Time{}, errTimeSyntax
	}
	return timeOf(listAtoi(whole[:4]), whole[4:], frac)
}

// ParseTimeLenient reads what servers send in answer to MDTM and in the modify
// and create facts. Beyond [ParseTime] it takes space around the time, a
// trailing "Z", a "." without digits behind it, and a year written as
// "19" and the number of years since 1900 ("19100" is 2000), which is a bug of
// old servers.
func ParseTimeLenient(s string) (time.Time, error) {
	s = strings.Trim(s, " \t\r\n")
	s = strings.TrimSuffix(s, "Z")
	s = strings.TrimSuffix(s, ".")
	whole, frac, dotted := strings.Cut(s, ".")
	if len(whole) != 15 || !strings.HasPrefix(whole, "191") {
		return ParseTime(s)
	}
	if !listDigits(whole) || dotted && !listDigits(frac) {
		return time.Time{}, errTimeSyntax
	}
	return timeOf(1900+listAtoi(whole[2:5]), whole[5:], frac)
}

// timeOf puts a time together from a year, ten digits MMDDHHMMSS and the
// digits of a fraction.
func timeOf(year int, rest, frac string) (time.Time, error) {
	month, day := listAtoi(rest[0:2]), listAtoi(rest[2:4])
	hour, minute, second := listAtoi(rest[4:6]), listAtoi(rest[6:8]), listAtoi(rest[8:10])
	if year < 1000 || !listIsDate(year, month, day) || hour > 23 || minute > 59 || second > 60 {
		return time.Time{}, errTimeSyntax
	}
	nanos := 0
	for i := range 9 {
		nanos *= 10
		if i < len(frac) {
			nanos += int(frac[i] - '0')
		}
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC), nil
}
