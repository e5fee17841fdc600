package ftp

import (
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestListWriter(t *testing.T) {
	now := sampleNow
	recent := time.Date(2026, 11, 1, 7, 5, 30, 0, time.UTC)
	behind := &ListWriter{Now: now, Loc: time.UTC} // each line with what it remembers of others
	for _, tc := range []struct {
		name string
		e    Entry
		want string
	}{
		{"a file",
			Entry{Name: "a b", Kind: KindFile, Size: 1234, Time: recent, Prec: PrecisionSecond,
				Mode: 0o640, HasMode: true, Links: 2, Owner: "alice", Group: "staff"},
			"-rw-r-----   2 alice    staff            1234 Nov  1 07:05 a b"},
		{"nothing known", Entry{Name: "x", Size: -1},
			"-rw-r--r--   1 ftp      ftp                 0 Jan  1  1970 x"},
		{"a folder", Entry{Name: "x", Kind: KindDir, Size: 4096, Time: recent, Prec: PrecisionMinute},
			"drwxr-xr-x   1 ftp      ftp              4096 Nov  1 07:05 x"},
		{"a link", Entry{Name: "x", Kind: KindSymlink, Size: -1, Target: "a -> b", Time: recent, Prec: PrecisionMinute},
			"lrwxrwxrwx   1 ftp      ftp                 6 Nov  1 07:05 x -> a -> b"},
		{"a link to somewhere", Entry{Name: "x", Kind: KindSymlink, Size: 3, Time: recent, Prec: PrecisionMinute},
			"lrwxrwxrwx   1 ftp      ftp                 3 Nov  1 07:05 x"},
		{"bits", Entry{Name: "x", Kind: KindFile, Mode: fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky | 0o710, HasMode: true},
			"-rws--s--T   1 ftp      ftp                 0 Jan  1  1970 x"},
		{"a pipe", Entry{Name: "x", Kind: KindOther, Mode: fs.ModeNamedPipe | 0o600, HasMode: true},
			"prw-------   1 ftp      ftp                 0 Jan  1  1970 x"},
		{"half a year", Entry{Name: "x", Kind: KindFile, Time: now.Add(-listRecent), Prec: PrecisionSecond},
			"-rw-r--r--   1 ftp      ftp                 0 May 22 21:05 x"},
		{"older", Entry{Name: "x", Kind: KindFile, Time: now.Add(-listRecent - 1), Prec: PrecisionSecond},
			"-rw-r--r--   1 ftp      ftp                 0 May 22  2026 x"},
		{"now", Entry{Name: "x", Kind: KindFile, Time: now, Prec: PrecisionSecond},
			"-rw-r--r--   1 ftp      ftp                 0 Nov 21 12:00 x"},
		{"future", Entry{Name: "x", Kind: KindFile, Time: now.Add(1), Prec: PrecisionSecond},
			"-rw-r--r--   1 ftp      ftp                 0 Nov 21  2026 x"},
		{"a day", Entry{Name: "x", Kind: KindFile, Time: recent, Prec: PrecisionDay},
			"-rw-r--r--   1 ftp      ftp                 0 Nov  1  2026 x"},
		{"long ago", Entry{Name: "x", Kind: KindFile, Time: time.Date(800, 2, 29, 0, 0, 0, 0, time.UTC), Prec: PrecisionDay},
			"-rw-r--r--   1 ftp      ftp                 0 Jan  1  1000 x"},
		{"far away", Entry{Name: "x", Kind: KindFile, Time: time.Date(12000, 2, 29, 0, 0, 0, 0, time.UTC), Prec: PrecisionDay},
			"-rw-r--r--   1 ftp      ftp                 0 Dec 31  9999 x"},
		{"line ends", Entry{Name: "a\r\nb\x00\x1b", Kind: KindFile, Owner: "a b\r\n", Group: "\x7f"},
			"-rw-r--r--   1 a_b__    _                   0 Jan  1  1970 a??b?\x1b"},
		{"no name", Entry{Kind: KindFile}, "-rw-r--r--   1 ftp      ftp                 0 Jan  1  1970 ?"},
	} {
		for _, w := range []*ListWriter{{Now: now}, behind} {
			for range 2 {
				if got := string(w.Append(nil, &tc.e)); got != tc.want {
					t.Errorf("%s:\n got %q\nwant %q", tc.name, got, tc.want)
				}
			}
		}
	}
}

func TestListWriterZone(t *testing.T) {
	e := Entry{Name: "x", Kind: KindFile, Time: time.Date(2026, 11, 1, 0, 30, 0, 0, time.UTC), Prec: PrecisionSecond}
	got := string((&ListWriter{Now: sampleNow, Loc: time.FixedZone("", -60*60)}).Append(nil, &e))
	if want := "Oct 31 23:30 x"; !strings.HasSuffix(got, want) {
		t.Errorf("got %q, want ...%q", got, want)
	}
}

func TestListWriterAllocates(t *testing.T) {
	e := Entry{Name: "name", Kind: KindSymlink, Target: "target", Size: 3, Owner: "alice", Time: sampleNow, Prec: PrecisionSecond}
	b := make([]byte, 0, 200)
	if n := testing.AllocsPerRun(100, func() { b = (&ListWriter{Now: sampleNow}).Append(b[:0], &e) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestListWriterReadBack writes entries as odd as they come and reads them
// with ListReader.
func TestListWriterReadBack(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	words := []string{"a", " ", "  ", "->", " -> ", "Jan", "31", "2005", "12:34", "é", "\xff", "\t", ";", "=", ":", "[x]", "<DIR>", "%", ".", "total 12"}
	name := func() string {
		s := ""
		for range 1 + r.IntN(6) {
			s += pick(words...)
		}
		return s
	}
	zone := time.FixedZone("", 90*60)
	w := &ListWriter{Now: sampleNow, Loc: zone}
	for range 20_000 {
		e := Entry{
			Name: name(), Kind: []EntryKind{KindFile, KindDir, KindSymlink, KindOther}[r.IntN(4)],
			Size: r.Int64N(1 << r.IntN(63)), Links: 1 + r.IntN(2000), Prec: PrecisionMinute,
			Owner: pick("ftp", "alice", "jan", "1000", "20", "x-y.z", "dec", "averylongownersname"),
			Group: pick("ftp", "staff", "20", "1000", "9", "may", "averylonggroupsname"),
			Mode:  fs.FileMode(r.Uint32N(1 << 9)), HasMode: true,
		}
		e.Time = sampleNow.Add(-time.Duration(r.Int64N(int64(400 * 24 * time.Hour)))).In(zone).Truncate(time.Minute)
		switch e.Kind {
		case KindDir:
			e.Mode |= fs.ModeDir | fs.ModeSticky
		case KindSymlink:
			e.Mode |= fs.ModeSymlink
			e.Target = name()
			e.Size = int64(len(e.Target))
		case KindOther:
			e.Mode |= fs.ModeSocket
		case KindFile:
			e.Mode |= fs.ModeSetuid
		}
		if sampleNow.Sub(e.Time) > listRecent {
			e.Prec = PrecisionDay
			y, m, d := e.Time.Date()
			e.Time = time.Date(y, m, d, 0, 0, 0, 0, zone)
		}
		line := string(w.Append(nil, &e))
		got := readListing(t, line+"\r\n", ListOptions{Now: sampleNow, Location: zone})
		e = listFinish(e, line) // "." and ".." have kinds of their own
		if len(got.entries) != 1 || describeEntry(got.entries[0]) != describeEntry(e) || got.entries[0].Raw != line {
			t.Fatalf("%q\n got %+v\nwant %+v", line, got, e)
		}
	}
}
