package mirror_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/internal/faultfs"
	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
)

// wantPlan compares the plan with lines that it should be.
func wantPlan(t *testing.T, dst, src storage.FS, o mirror.Options, want ...string) {
	t.Helper()
	got := show(t.Context(), titled(dst, ".", "ftp://dst"), titled(src, ".", "ftp://src"), o)
	if !slices.Equal(got, want) {
		t.Errorf("the plan is\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// A listing that fails, or is not whole, on whichever side, keeps everything that is at DST.
func TestPlanListingFails(t *testing.T) {
	src := treeOf(t, "a", "d/x", "d/y", "e/z")
	dst := treeOf(t, "d/x", "d/old", "e/z", "e/old", "old")
	o := mirror.Options{Delete: true}
	fault := errors.New("no such luck")
	rule := faultfs.Rule{Op: faultfs.List, Name: "d", Err: fault}
	kept := "! mirror ftp://dst: nothing is removed: what SRC has is not known as a whole, or what DST has: list ftp://"

	wantPlan(t, dst, faultfs.New(src, rule), o, "copy a: is new", "! list ftp://src/d: no such luck", kept+"src/d: no such luck")
	wantPlan(t, faultfs.New(dst, rule), src, o, "copy a: is new", "! list ftp://dst/d: no such luck", kept+"dst/d: no such luck")

	// What was listed of SRC before the end is copied; of a DST that was cut off nothing is
	// known.
	rule.After = 1
	if err := dst.Remove(t.Context(), "d/x", storage.KindFile); err != nil {
		t.Fatal(err)
	}
	got := show(t.Context(), titled(dst, ".", "ftp://dst"), titled(faultfs.New(src, rule), ".", "ftp://src"), o)
	if len(got) != 4 || !strings.HasPrefix(got[2], "copy d/") {
		t.Errorf("the plan is %q", got)
	}
	wantPlan(t, faultfs.New(dst, rule), src, o, "copy a: is new", "! list ftp://dst/d: no such luck", kept+"dst/d: no such luck")

	// A line that nobody can read hides one name alone.
	rule.Err = storage.ErrUnlisted
	wantPlan(t, faultfs.New(dst, rule), src, o, "copy a: is new", "! list ftp://dst/d: not all entries could be listed",
		"copy d/x: is new", "copy d/y: is new", kept+"dst/d: not all entries could be listed")
}

// What is to take the place of something else is listed before that is removed.
func TestPlanClashListingFails(t *testing.T) {
	src, dst := treeOf(t, "d/x", "d/sub/y"), treeOf(t, "d", "old")
	fault := faultfs.New(src, faultfs.Rule{Op: faultfs.List, Name: "d/sub", Err: errors.New("no such luck")})
	wantPlan(t, dst, fault, mirror.Options{Delete: true},
		"! list ftp://src/d/sub: no such luck",
		"! mirror ftp://dst: nothing is removed: what SRC has is not known as a whole, or what DST has: list ftp://src/d/sub: no such luck",
		"! mirror ftp://src/d: is a folder, where DST has a file, and nothing is removed")
}

// Roots that cannot be used end the plan, before anything is removed.
func TestPlanRoots(t *testing.T) {
	o := mirror.Options{Delete: true, MaxDelete: -1}
	full := treeOf(t, "a", "b/c")
	for _, test := range []struct {
		dst, src mirror.Tree
		want     string
	}{
		{titled(full, ".", "ftp://dst"), titled(full, "none", "ftp://src"), "! mirror ftp://src/none: file does not exist"},
		{titled(full, ".", "ftp://dst"), titled(full, "a", "ftp://src"), "! mirror ftp://src/a: not a directory"},
		{titled(full, "a", "ftp://dst"), titled(full, "b", "ftp://src"), "! mirror ftp://dst/a: not a directory"},
		{titled(full, "b", "ftp://x/"), titled(full, "b", "ftp://x/"), "! mirror ftp://x//b: the two sides are the same folder"},
		{mirror.Tree{FS: full}, mirror.Tree{FS: full}, "! mirror .: the two sides are the same folder"},
		{mirror.Tree{FS: full}, mirror.Tree{FS: full, Root: "b"}, "! mirror .: b lies in it, and would be removed with what it does not have itself"},
		{titled(full, ".", "ftp://x"), titled(full, "b", "ftp://x"), "! mirror ftp://x: ftp://x/b lies in it, and would be removed with what it does not have itself"},
		{titled(faultfs.New(full, faultfs.Rule{Op: faultfs.Stat, Err: storage.ErrBusy}), ".", "ftp://dst"), titled(full, ".", "ftp://src"), "! mirror ftp://dst: file is busy"},
	} {
		if got := show(t.Context(), test.dst, test.src, o); len(got) != 1 || got[0] != test.want {
			t.Errorf("the plan is %q, want %q", got, test.want)
		}
	}
	got := show(t.Context(), titled(full, "new/dst", "ftp://x"), titled(full, "b", "ftp://x"), o)
	if want := []string{"mkdir .: is new", "copy c: is new"}; !slices.Equal(got, want) {
		t.Errorf("the plan is %q, want %q", got, want)
	}
	// DST in SRC is left out of the copy.
	got = show(t.Context(), mirror.Tree{FS: full, Root: "b"}, mirror.Tree{FS: full}, o)
	if want := []string{"copy a: is new", "skip b: is where the copy goes", "remove c: is not in SRC"}; !slices.Equal(got, want) {
		t.Errorf("the plan is %q, want %q", got, want)
	}
}

func TestPlanKeep(t *testing.T) {
	o := mirror.Options{Delete: true, Keep: func(name string, info storage.Info) (bool, string) {
		_, base := storage.Split(name)
		switch {
		case base == "quiet":
			return false, ""
		case strings.HasPrefix(base, "no"), base == "only" && info.IsDir():
			return false, "is left out"
		}
		return true, ""
	}}
	src := treeOf(t, "a", "no", "nodir/x", "quiet", "d/no", "d/only")
	dst := treeOf(t, "old/nothing", "old/x", "old/sub/y", "nodir/z", "quiet", "no", "d/only/x", "nothere")
	wantPlan(t, dst, src, o,
		"copy a: is new", "skip no: is left out", "skip nodir: is left out",
		"skip d/no: is left out",
		"! mirror ftp://src/d/only: is a file, where DST has a folder that is to be left alone",
		"remove old/x: is not in SRC", "remove old/sub/y: is not in SRC", "remove old/sub: is not in SRC",
	)
}

// What is left of copies is no part of either side. It goes with the file that it belongs to,
// or when that is whole.
func TestPlanTemporary(t *testing.T) {
	long := strings.Repeat("n", 250)
	src := treeOf(t, "a", "b", "gone.ferry-part", "sub/"+long)
	stem := long[:255-len(".ferry-part.json")-17]
	dst := treeOf(t, "a", "a.ferry-part", "a.ferry-part.json", "b.ferry-part", "b.ferry-part.old", "c.ferry-part", "c.ferry-part.json",
		"sub/"+stem+"~0123456789abcdef.ferry-part")
	const belongs = ": is left of the copy of a file that is not in SRC"
	const gone = "skip gone.ferry-part: belongs to a copy that is not whole"
	const whole = ": is left of a copy that is whole"
	wantPlan(t, dst, src, mirror.Options{}, gone, "remove a.ferry-part"+whole, "remove a.ferry-part.json"+whole, "copy b: is new", "copy sub/"+long+": is new")
	wantPlan(t, dst, src, mirror.Options{Delete: true}, gone, "remove a.ferry-part"+whole, "remove a.ferry-part.json"+whole, "copy b: is new", "copy sub/"+long+": is new",
		"remove c.ferry-part"+belongs, "remove c.ferry-part.json"+belongs, "remove sub/"+stem+"~0123456789abcdef.ferry-part"+belongs)
}

func TestPlanFold(t *testing.T) {
	src := treeOf(t, "README", "Readme", "readme xyz", "dir/a", "Dir/b", "caf\u00e9", "cafe\u0301 x", "Z")
	dst := treeOf(t, "readme", "z", "OLD")
	const rename = " in case or composition only, and DST takes them for one name; rename one of them"
	wantPlan(t, over{dst, dst.Features() | storage.CaseFolding}, src, mirror.Options{Delete: true},
		"! mirror ftp://src/caf\u00e9: differs from \"cafe\u0301\""+rename,
		"copy cafe\u0301: is new",
		"! mirror ftp://src/dir: differs from \"Dir\""+rename,
		"! mirror ftp://src/Readme: differs from \"README\""+rename,
		"! mirror ftp://src/README: differs from \"readme\""+rename,
		"copy readme: differs in size: 3 octets, 6 at DST",
		"mkdir Dir: is new", "copy Dir/b: is new",
		"remove OLD: is not in SRC",
	)
}

// naming is a FS that can have no name with a colon.
type naming struct{ storage.FS }

func (n naming) CheckName(_ context.Context, name string) error {
	if strings.Contains(name, ":") {
		return storage.PathError("name", name, storage.ErrName)
	}
	return nil
}

func TestPlanNames(t *testing.T) {
	src, dst := treeOf(t, "a:b", "c:d/e", "ok", "there:", "l: -> ok"), treeOf(t, "there: x")
	const why = ": DST can have nothing of that name; rename it, or leave it out"
	wantPlan(t, naming{dst}, src, mirror.Options{Links: mirror.LinksKeep},
		"! mirror ftp://src/a:b"+why, "! mirror ftp://src/c:d"+why,
		"! mirror ftp://src/l:: is a symbolic link, and DST makes none; have links left out or followed",
		"copy ok: is new", "copy there:: differs in size: 6 octets, 1 at DST")
}

// odd lists what it is told to.
type odd struct {
	storage.FS
	entries []storage.Info
}

func (o odd) List(ctx context.Context, dir string) iter.Seq2[storage.Info, error] {
	if dir != "." {
		return o.FS.List(ctx, dir)
	}
	return func(yield func(storage.Info, error) bool) {
		for _, info := range o.entries {
			if !yield(info, nil) {
				return
			}
		}
	}
}

// A listing may have names that are none, names twice, and entries of which it does not
// say what they are.
func TestPlanOddListing(t *testing.T) {
	file := storage.Info{Kind: storage.KindFile, Size: 1, ModTime: then}
	var entries []storage.Info
	for _, name := range []string{"../x", "a", "..", "a", "b/c", ""} {
		i := file
		i.Name = name
		entries = append(entries, i)
	}
	entries = append(entries, storage.Info{Name: "f", Size: -1}, storage.Info{Name: "d", Size: -1}, storage.Info{Name: "lost", Size: -1},
		storage.Info{Name: "dev", Kind: storage.KindOther})
	src := odd{treeOf(t, "f", "d/x"), entries}
	wantPlan(t, treeOf(t, "old"), src, mirror.Options{Delete: true},
		"! list ftp://src/?: name not allowed", "! stat ftp://src/lost: file does not exist",
		"copy a: is new", "skip dev: is neither file nor folder", "copy f: is new", "mkdir d: is new", "copy d/x: is new",
		"! mirror ftp://dst: nothing is removed: what SRC has is not known as a whole, or what DST has: list ftp://src/?: name not allowed")
	// Neither size nor time.
	wantPlan(t, treeOf(t, "f"), odd{treeOf(t, "f"), []storage.Info{{Name: "f", Kind: storage.KindFile, Size: -1}}}, mirror.Options{},
		"copy f: may be another: neither size nor time can be compared")
}

// Whoever stops half-way leaves nothing running: what did would be found at the end of the
// bubble.
func TestPlanStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lines []string
		for _, d := range strings.Split("abcdefghijklmnopqrstuvwxyz", "") {
			lines = append(lines, d+"/"+d+"/"+d, d+"/file")
		}
		src, dst := mirror.Tree{FS: &far{FS: treeOf(t, lines...)}}, mirror.Tree{FS: treeOf(t)}
		all := len(show(t.Context(), dst, src, mirror.Options{}))
		for stop := range all {
			n := 0
			for range mirror.Plan(t.Context(), dst, src, mirror.Options{}) {
				if n++; n > stop {
					break
				}
			}
		}

		ctx, cancel := context.WithCancelCause(t.Context())
		defer cancel(nil)
		enough := errors.New("enough")
		n := 0
		var last error
		for _, err := range mirror.Plan(ctx, dst, src, mirror.Options{}) {
			if n++; n == 10 {
				cancel(enough)
			}
			last = err
		}
		if last != enough || n > 12 {
			t.Errorf("after %d steps: %v", n, last)
		}
	})
}
