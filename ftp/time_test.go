package ftp

import (
	"errors"
	"testing"
	"time"
)

func TestFormatTime(t *testing.T) {
	east := time.FixedZone("", 2*60*60)
	for _, tc := range []struct {
		t    time.Time
		want string
	}{
		{time.Date(2026, 1, 31, 12, 34, 56, 0, time.UTC), "20260131123456"},
		{time.Date(2026, 2, 1, 1, 34, 56, 0, east), "20260131233456"},
		{time.Date(2026, 1, 31, 12, 34, 56, 7_999_999, time.UTC), "20260131123456.007"},
		{time.Date(2026, 1, 31, 12, 34, 56, 250_000_000, time.UTC), "20260131123456.250"},
		{time.Date(2026, 1, 31, 12, 34, 56, 999_999, time.UTC), "20260131123456"},
		{time.Date(999, 12, 31, 23, 59, 59, 0, time.UTC), "10000101000000"},
		{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), "99991231235959"},
	} {
		if got := FormatTime(tc.t); got != tc.want {
			t.Errorf("FormatTime(%v) = %q, want %q", tc.t, got, tc.want)
		}
	}
}

func TestParseTime(t *testing.T) {
	date := func(y int, m time.Month, d, h, mi, s, ns int) time.Time {
		return time.Date(y, m, d, h, mi, s, ns, time.UTC)
	}
	for _, tc := range []struct {
		s               string
		strict, lenient time.Time // zero: refused
	}{
		{"20260131123456", date(2026, 1, 31, 12, 34, 56, 0), date(2026, 1, 31, 12, 34, 56, 0)},
		{"20260131123456.5", date(2026, 1, 31, 12, 34, 56, 5e8), date(2026, 1, 31, 12, 34, 56, 5e8)},
		{"20260131123456.0123456789999", date(2026, 1, 31, 12, 34, 56, 12345678), date(2026, 1, 31, 12, 34, 56, 12345678)},
		{"20240229000000", date(2024, 2, 29, 0, 0, 0, 0), date(2024, 2, 29, 0, 0, 0, 0)},
		{"20161231235960", date(2017, 1, 1, 0, 0, 0, 0), date(2017, 1, 1, 0, 0, 0, 0)},
		{"10000101000000", date(1000, 1, 1, 0, 0, 0, 0), date(1000, 1, 1, 0, 0, 0, 0)},
		{"99991231235959", date(9999, 12, 31, 23, 59, 59, 0), date(9999, 12, 31, 23, 59, 59, 0)},
		{"191000131123456", time.Time{}, date(2000, 1, 31, 12, 34, 56, 0)},
		{"191260131123456.25", time.Time{}, date(2026, 1, 31, 12, 34, 56, 25e7)},
		{" 20260131123456\r\n", time.Time{}, date(2026, 1, 31, 12, 34, 56, 0)},
		{"20260131123456Z", time.Time{}, date(2026, 1, 31, 12, 34, 56, 0)},
		{"20260131123456.", time.Time{}, date(2026, 1, 31, 12, 34, 56, 0)},
		{"", time.Time{}, time.Time{}},
		{"20250229000000", time.Time{}, time.Time{}},
		{"21000229000000", time.Time{}, time.Time{}},
		{"20260431000000", time.Time{}, time.Time{}},
		{"20261301000000", time.Time{}, time.Time{}},
		{"20260001000000", time.Time{}, time.Time{}},
		{"20260100000000", time.Time{}, time.Time{}},
		{"20260131240000", time.Time{}, time.Time{}},
		{"20260131126000", time.Time{}, time.Time{}},
		{"20260131123461", time.Time{}, time.Time{}},
		{"09990131123456", time.Time{}, time.Time{}},
		{"2026013112345", time.Time{}, time.Time{}},
		{"202601311234567", time.Time{}, time.Time{}},
		{"191001331123456", time.Time{}, time.Time{}},
		{"2026-01-31 1234", time.Time{}, time.Time{}},
		{"+0260131123456", time.Time{}, time.Time{}},
		{"20260131123456.5x", time.Time{}, time.Time{}},
		{"20260131123456.1.2", time.Time{}, time.Time{}},
	} {
		for _, p := range []struct {
			name  string
			parse func(string) (time.Time, error)
			want  time.Time
		}{{"ParseTime", ParseTime, tc.strict}, {"ParseTimeLenient", ParseTimeLenient, tc.lenient}} {
			got, err := p.parse(tc.s)
			if !got.Equal(p.want) || (err != nil) != p.want.IsZero() || err != nil && !errors.Is(err, ErrSyntax) {
				t.Errorf("%s(%q) = %v, %v, want %v", p.name, tc.s, got, err, p.want)
			}
		}
	}
}

func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"20260131123456", "20260131123456.789", "191000131123456", "20161231235960"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		parsed, err := ParseTime(s)
		lenient, lenientErr := ParseTimeLenient(s)
		if err != nil {
			if lenientErr == nil && lenient.Location() != time.UTC {
				t.Errorf("%q: %v is not in UTC", s, lenient)
			}
			return
		}
		if lenientErr != nil || !lenient.Equal(parsed) {
			t.Errorf("%q: strict %v, lenient %v, %v", s, parsed, lenient, lenientErr)
		}
		if s[12:14] == "60" {
			return
		}
		if again, err := ParseTime(FormatTime(parsed)); err != nil || !again.Equal(parsed.Truncate(time.Millisecond)) {
			t.Errorf("%q becomes %v, %v", s, again, err)
		}
		if got := FormatTime(parsed); got[:14] != s[:14] {
			t.Errorf("%q becomes %q", s, got)
		}
	})
}
