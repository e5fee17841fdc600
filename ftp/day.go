package ftp

import "time"

// dayMemo is the day of the calendar that a time was last split into: times that are
// written one after the other are often of the same.
type dayMemo struct {
	known     bool
	number    int64 // of days since 1970, in the time zone that was asked for
	year, day int
	month     time.Month
}

// split returns the day of t in loc, nil being UTC, and the second of that day. The day is
// valid until the next call.
func (m *dayMemo) split(t time.Time, loc *time.Location) (day *dayMemo, second int) {
	const perDay = 24 * 60 * 60
	since := t.Unix()
	if loc != nil && loc != time.UTC {
		_, offset := t.In(loc).Zone()
		since += int64(offset)
	}
	number := since / perDay
	if second = int(since - number*perDay); second < 0 {
		number, second = number-1, second+perDay
	}
	if !m.known || number != m.number {
		m.known, m.number = true, number
		m.year, m.month, m.day = time.Unix(number*perDay, 0).UTC().Date()
	}
	return m, second
}
