package ftp

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

const unixLine = "-rw-r--r-- 1 ftp ftp 12 Nov 20 09:15 "

// names returns the names that a listing has, and "!" for each line refused.
func names(t testing.TB, text string, o ListOptions) string {
	t.Helper()
	var got []string
	lr := NewListReader(strings.NewReader(text), o)
	for {
		e, err := lr.Next()
		var line *ListError
		switch {
		case err == io.EOF:
			return strings.Join(got, "|")
		case errors.As(err, &line):
			got = append(got, "!")
		case err != nil:
			t.Fatal(err)
		default:
			got = append(got, e.Name)
		}
	}
}

func TestListReaderLines(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"empty", "", ""},
		{"blank lines", "\r\n \t\r\n\n", ""},
		{"no end of the last line", unixLine + "a\r\n" + unixLine + "b", "a|b"},
		{"LF, CR LF, CR CR LF", unixLine + "a\n" + unixLine + "b\r\n" + unixLine + "c\r\r\n" + unixLine + "d", "a|b|c|d"},
		{"NUL", unixLine + "a\x00b\n" + unixLine + "c", "!|c"},
		{"CR inside", unixLine + "a\rb\n" + unixLine + "c", "!|c"},
		{"nothing but names", "a\nb c\n", "!|!"},
		{"nothing but digits", "123456789012\n1 2 345678901234", "!|!"},
		{"a longest line", unixLine + strings.Repeat("n", MaxListLine-len(unixLine)) + "\r\n" + unixLine + "c",
			strings.Repeat("n", MaxListLine-len(unixLine)) + "|c"},
		{"a line too long", unixLine + strings.Repeat("n", MaxListLine-len(unixLine)+1) + "\r\n" + unixLine + "c", "!|c"},
		{"a line much too long", unixLine + strings.Repeat("n", 5*MaxListLine) + "\n" + unixLine + "c", "!|c"},
		{"a last line too long", unixLine + "c\n" + strings.Repeat("n", 5*MaxListLine), "c|!"},
		{"half an entry and a line too long", "A.B;1\n" + strings.Repeat("n", 5*MaxListLine) + "\n" + unixLine + "c", "!|!|c"},
		{"half an entry and NUL", "A.B;1\n1 2-JUN-1998\x00\n" + unixLine + "c", "!|!|c"},
		{"half an entry, twice", "A.B;1\nC.D;1\n 1 2-JUN-1998\n", "!|C.D"},
		{"half an entry at the end", "A.B;1\n", "!"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := names(t, tc.text, ListOptions{Now: sampleNow}); got != tc.want {
				t.Errorf("got %.200q, want %.200q", got, tc.want)
			}
		})
	}
}

func TestListReaderHeadings(t *testing.T) {
	for _, tc := range []struct{ name, text, want, dir string }{
		{"first line", "pub:\n" + unixLine + "a", "a", "pub"},
		{"first line with a path", "/srv/my files:\n" + unixLine + "a", "a", "/srv/my files"},
		{"a message", "no such folder:\n" + unixLine + "a", "!|a", ""},
		{"behind a blank line", unixLine + "a\n\n./my files:\n" + unixLine + "b", "a|b", "./my files"},
		{"in the middle", unixLine + "a\nb:\n" + unixLine + "c", "a|!|c", ""},
		{"total", "total 12\nTotal: 1,234\nинсгесамт 5\n", "!", ""},
		{"total of a human", "total 1.5M\nитого 12\n", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := names(t, tc.text, ListOptions{Now: sampleNow}); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
			lr := NewListReader(strings.NewReader(tc.text), ListOptions{})
			for {
				if _, err := lr.Next(); err == io.EOF {
					break
				}
			}
			if lr.Dir() != tc.dir {
				t.Errorf("Dir() = %q, want %q", lr.Dir(), tc.dir)
			}
		})
	}
}

func TestListReaderReadError(t *testing.T) {
	broken := errors.New("connection reset")
	lr := NewListReader(io.MultiReader(
		strings.NewReader(unixLine+"a\n"+unixLine+"half of a na"), iotest.ErrReader(broken)), ListOptions{Now: sampleNow})
	if e, err := lr.Next(); err != nil || e.Name != "a" {
		t.Fatalf("got %q, %v", e.Name, err)
	}
	// A name of which the end is missing must not come out as a name.
	for range 2 {
		if e, err := lr.Next(); err != broken {
			t.Fatalf("got %q, %v, want %v", e.Name, err, broken)
		}
	}
}

func TestListReaderEOFIsFinal(t *testing.T) {
	lr := NewListReader(strings.NewReader(unixLine+"a"), ListOptions{Now: sampleNow})
	if e, err := lr.Next(); err != nil || e.Name != "a" {
		t.Fatalf("got %q, %v", e.Name, err)
	}
	for range 2 {
		if _, err := lr.Next(); err != io.EOF {
			t.Fatalf("got %v, want io.EOF", err)
		}
	}
}

func TestListErrorText(t *testing.T) {
	short := (&ListError{Number: 3, Line: "what\x1b[1m"}).Error()
	if want := `ftp: line 3 of the listing is in no known format: "what\x1b[1m"`; short != want {
		t.Errorf("got %s", short)
	}
	long := (&ListError{Number: 4, Line: strings.Repeat("x", MaxListLine), Long: true}).Error()
	if len(long) > 200 || !strings.Contains(long, "longer than 65536 octets") {
		t.Errorf("got %s", long)
	}
}

// TestListReaderClock resolves dates without a year.
func TestListReaderClock(t *testing.T) {
	zone := time.FixedZone("", -5*60*60)
	for _, tc := range []struct {
		date string
		now  time.Time
		loc  *time.Location
		want time.Time
	}{
		{"Nov 21 12:00", sampleNow, nil, sampleNow},
		{"Nov 22 12:00", sampleNow, nil, sampleNow.AddDate(0, 0, 1)},
		{"Nov 22 12:01", sampleNow, nil, time.Date(2025, 11, 22, 12, 1, 0, 0, time.UTC)},
		{"Jan  1 00:30", time.Date(2026, 12, 31, 23, 45, 0, 0, time.UTC), nil, time.Date(2027, 1, 1, 0, 30, 0, 0, time.UTC)},
		{"Dec 31 23:45", time.Date(2027, 1, 1, 0, 30, 0, 0, time.UTC), nil, time.Date(2026, 12, 31, 23, 45, 0, 0, time.UTC)},
		{"Nov 21 12:00", sampleNow, zone, time.Date(2026, 11, 21, 12, 0, 0, 0, zone)},
		{"Feb 29 12:00", time.Date(1903, 6, 1, 0, 0, 0, 0, time.UTC), nil, time.Date(1896, 2, 29, 12, 0, 0, 0, time.UTC)},
		{"Nov 21  2020", time.Time{}, zone, time.Date(2020, 11, 21, 0, 0, 0, 0, zone)},
		{"Nov 21 12:00", time.Time{}, nil, time.Time{}},
	} {
		got := readListing(t, "-rw-r--r-- 1 ftp ftp 12 "+tc.date+" a", ListOptions{Now: tc.now, Location: tc.loc})
		if len(got.entries) != 1 || !got.entries[0].Time.Equal(tc.want) || got.entries[0].UTC {
			t.Errorf("%s at %v: %+v, want %v", tc.date, tc.now, got, tc.want)
			continue
		}
		if prec := got.entries[0].Prec; (prec == PrecisionNone) != tc.want.IsZero() {
			t.Errorf("%s: precision %d", tc.date, prec)
		}
	}
}

func TestListVote(t *testing.T) {
	first := func(v listVote) string { return listFormats[v.order[0]].name }
	for system, want := range map[string]string{
		"":                               "MLSx",
		"UNIX Type: L8":                  "Unix",
		"Windows_NT":                     "DOS",
		"VMS V8.4":                       "VMS",
		"MVS is the operating system":    "MVS",
		"OS/400 is the remote operating": "AS/400",
		"NETWARE Type: L8":               "NetWare",
		"Nonstop Guardian":               "NonStop",
		"something else":                 "MLSx",
	} {
		if got := first(newListVote(system)); got != want {
			t.Errorf("SYST %q: %s is first, want %s", system, got, want)
		}
	}
	// A wrong announcement does not outlive the listing.
	v := newListVote("Windows_NT")
	for range 2 {
		for i, format := range v.order {
			if listFormats[format].name == "EPLF" {
				v.cast(i)
				break
			}
		}
	}
	if first(v) != "EPLF" || listFormats[v.order[1]].name != "DOS" {
		t.Errorf("order %v, votes %v", v.order, v.votes)
	}
}

// TestListReaderMemory reads a listing that is much larger than what may be
// held of it, and counts allocations: one for the line of an entry.
func TestListReaderMemory(t *testing.T) {
	const lines = 200_000
	lr := NewListReader(&repeat{text: unixLine + "name of a file\r\n", n: lines}, ListOptions{Now: sampleNow})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n := 0
	for {
		_, err := lr.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	runtime.ReadMemStats(&after)
	if n != lines {
		t.Fatalf("%d entries, want %d", n, lines)
	}
	if per := float64(after.Mallocs-before.Mallocs) / lines; per > 1.5 {
		t.Errorf("%.1f allocations an entry", per)
	}
}

// repeat is a reader of n times text.
type repeat struct {
	text string
	n    int
	rest string
}

func (r *repeat) Read(p []byte) (int, error) {
	if r.rest == "" {
		if r.n == 0 {
			return 0, io.EOF
		}
		r.n--
		r.rest = r.text
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func BenchmarkListReader(b *testing.B) {
	line := "-rw-r--r--   1 ftp      ftp          1234 Nov 20 09:15 name of a file\r\n"
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	lr := NewListReader(&repeat{text: line, n: b.N}, ListOptions{Now: sampleNow})
	for range b.N {
		if _, err := lr.Next(); err != nil {
			b.Fatal(err)
		}
	}
}
