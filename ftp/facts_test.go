package ftp

import (
	"errors"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParseMLSx(t *testing.T) {
	modified := time.Date(2026, 1, 31, 12, 34, 56, 0, time.UTC)
	for _, tc := range []struct {
		line string
		want Entry // without Raw and Facts
	}{
		{"type=file;size=3;modify=20260131123456; name",
			Entry{Name: "name", Kind: KindFile, Size: 3, Time: modified, Prec: PrecisionSecond, UTC: true}},
		{" type=file;size=3; name", Entry{Name: "name", Kind: KindFile, Size: 3}},
		{"TYPE=FILE;SIZE=3; name", Entry{Name: "name", Kind: KindFile, Size: 3}},
		{"type=file;size=3 name", Entry{Name: "name", Kind: KindFile, Size: 3}},
		{"type=file;size=3 a; b", Entry{Name: "a; b", Kind: KindFile, Size: 3}},
		{"type=dir a;type=file; b", Entry{Name: "a;type=file; b", Kind: KindDir, Size: -1, Mode: fs.ModeDir}},
		{" name", Entry{Name: "name", Size: -1}},
		{"  name ", Entry{Name: " name ", Size: -1}},
		{" a=b; c", Entry{Name: "a=b; c", Size: -1}},
		{"type=file;   name", Entry{Name: "  name", Kind: KindFile, Size: -1}},
		{"type=file; ;=; ", Entry{Name: ";=; ", Kind: KindFile, Size: -1}},
		{"x.y=1;z=2; name", Entry{Name: "name", Size: -1}},
		{"type=OS.unix=slink:/a b;size=1; name",
			Entry{Name: "name", Kind: KindSymlink, Target: "/a b", Size: 1, Mode: fs.ModeSymlink}},
		{"type=OS.unix=slink:; name", Entry{Name: "name", Kind: KindSymlink, Size: -1, Mode: fs.ModeSymlink}},
		{"type=os.UNIX=Symlink; name", Entry{Name: "name", Kind: KindSymlink, Size: -1, Mode: fs.ModeSymlink}},
		{"type=OS.unix=fifo; name", Entry{Name: "name", Kind: KindOther, Size: -1, Mode: fs.ModeNamedPipe}},
		{"type=OS.unix=socket; name", Entry{Name: "name", Kind: KindOther, Size: -1, Mode: fs.ModeSocket}},
		{"type=OS.mvs=PO; name", Entry{Name: "name", Kind: KindOther, Size: -1, Mode: fs.ModeIrregular}},
		{"type=; name", Entry{Name: "name", Size: -1}},
		{"type=cdir;UNIX.mode=1755; /", Entry{Name: "/", Kind: KindCDir, Size: -1,
			Mode: fs.ModeDir | fs.ModeSticky | 0o755, HasMode: true}},
		{"type=file;unix.mode=06711; name", Entry{Name: "name", Kind: KindFile, Size: -1,
			Mode: fs.ModeSetuid | fs.ModeSetgid | 0o711, HasMode: true}},
		{"type=file;UNIX.mode=0899; name", Entry{Name: "name", Kind: KindFile, Size: -1}},
		{"type=file;unix.mode=0o644; name", Entry{Name: "name", Kind: KindFile, Size: -1, Mode: 0o644, HasMode: true}},
		{"sizd=4096; name", Entry{Name: "name", Kind: KindDir, Size: 4096, Mode: fs.ModeDir}},
		{"type=file;sizd=4096;size=1; name", Entry{Name: "name", Kind: KindFile, Size: 1}},
		{"size=99999999999999999999; name", Entry{Name: "name", Size: -1}},
		{"size=9223372036854775807; name", Entry{Name: "name", Size: 1<<63 - 1}},
		{"size=-5; name", Entry{Name: "name", Size: -1}},
		{"size=1,234; name", Entry{Name: "name", Size: -1}},
		{"modify=yesterday; name", Entry{Name: "name", Size: -1}},
		{"create=20260131123456; name", Entry{Name: "name", Size: -1}},
		{"UNIX.owner=1;UNIX.ownername=alice;UNIX.group=2;UNIX.groupname=dev ops;size=4; name",
			Entry{Name: "name", Size: 4, Owner: "alice", Group: "dev ops"}},
		{"UNIX.uid=1;UNIX.gid=2; name", Entry{Name: "name", Size: -1, Owner: "1", Group: "2"}},
	} {
		got, err := ParseMLSx(tc.line)
		if got.Raw != tc.line {
			t.Errorf("%q: Raw is %q", tc.line, got.Raw)
		}
		got.Raw, got.Facts = "", nil
		if err != nil || !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%q:\n got %+v, %v\nwant %+v", tc.line, got, err, tc.want)
		}
	}
}

func TestParseMLSxRefuses(t *testing.T) {
	for _, line := range []string{
		"", " ", "name", "type=file;", "type=file; ", "type=file;name", "type=file", "size;type=file; name",
		"=x; name", "type=file; a\rb", "type=file; a\nb", "type=file; a\x00b", ";;; name",
	} {
		if e, err := ParseMLSx(line); !errors.Is(err, ErrSyntax) {
			t.Errorf("%q: %+v, %v", line, e, err)
		}
	}
}

func TestEntryFact(t *testing.T) {
	e, err := ParseMLSx("Type=file;Unique=aB1;x.note=; name")
	if err != nil {
		t.Fatal(err)
	}
	if want := []Fact{{"Type", "file"}, {"Unique", "aB1"}, {"x.note", ""}}; !reflect.DeepEqual(e.Facts, want) {
		t.Errorf("facts %v, want %v", e.Facts, want)
	}
	for name, want := range map[string]string{"UNIQUE": "aB1", "type": "file", "X.NOTE": ""} {
		if got, ok := e.Fact(name); got != want || !ok {
			t.Errorf("Fact(%q) = %q, %v", name, got, ok)
		}
	}
	if _, ok := e.Fact("size"); ok {
		t.Error("there is no size")
	}
}

func TestAppendMLSx(t *testing.T) {
	got := string(AppendMLSx([]byte("250-"), []Fact{{"Type", "file"}, {"Size", "3"}}, " a;b"))
	if want := "250-Type=file;Size=3;  a;b"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := string(AppendMLSx(nil, nil, "name")); got != " name" {
		t.Errorf("without facts: %q", got)
	}
}

func FuzzParseMLSx(f *testing.F) {
	for _, sample := range []string{"mlsd"} {
		for line := range strings.SplitSeq(sampleListings(f)[sample], "\n") {
			f.Add(line)
		}
	}
	f.Add("type=OS.unix=slink:/a b;UNIX.owner=c d;e=f g;h")
	f.Fuzz(func(t *testing.T, line string) {
		e, err := ParseMLSx(line)
		if err != nil {
			return
		}
		checkEntry(t, e)
		// What was read is written in one way, which reads the same.
		again, err := ParseMLSx(string(AppendMLSx(nil, e.Facts, e.Name)))
		if err != nil {
			t.Fatalf("%q is written as %q: %v", line, AppendMLSx(nil, e.Facts, e.Name), err)
		}
		// A line without facts whose name looks like facts, and a value with
		// spaces at the end of the line, cannot be written back.
		if len(e.Facts) > 0 && strings.Join(strings.Fields(line), "") == line {
			again.Raw, e.Raw = "", ""
			if !reflect.DeepEqual(again, e) {
				t.Errorf("%q: %+v becomes %+v", line, e, again)
			}
		}
	})
}
