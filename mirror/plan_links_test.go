package mirror_test

import (
	"context"
	"iter"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
)

// nameless is a FS that does not tell its objects apart.
type nameless struct{ storage.FS }

func (n nameless) Stat(ctx context.Context, name string) (storage.Info, error) {
	info, err := n.FS.Stat(ctx, name)
	info.ID = ""
	return info, err
}

func (n nameless) List(ctx context.Context, dir string) iter.Seq2[storage.Info, error] {
	return func(yield func(storage.Info, error) bool) {
		for info, err := range n.FS.List(ctx, dir) {
			info.ID = ""
			if !yield(info, err) {
				return
			}
		}
	}
}

// endless is a FS of which each folder holds another.
type endless struct{ storage.FS }

func (endless) List(context.Context, string) iter.Seq2[storage.Info, error] {
	return func(yield func(storage.Info, error) bool) {
		yield(storage.Info{Name: "up", Kind: storage.KindDir}, nil)
	}
}

func TestPlanLinks(t *testing.T) {
	src := treeOf(t, "f", "d/g", "lf -> f", "ld -> d", "lost -> none", "d/up -> ..", "d/self -> ../ld", "d/f -> ../f")
	const folder, lost = ": is a symbolic link to a folder", ": is a symbolic link that leads nowhere in the tree"
	files := []string{
		"copy f: is new", "skip ld" + folder, "copy lf: is new", "skip lost" + lost,
		"mkdir d: is new", "copy d/f: is new", "copy d/g: is new", "skip d/self" + folder, "skip d/up" + folder,
	}
	for _, test := range []struct {
		links mirror.Links
		want  []string
	}{
		{mirror.LinksFiles, files},
		{mirror.LinksSkip, []string{
			"copy f: is new", "skip ld: is a symbolic link", "skip lf: is a symbolic link", "skip lost: is a symbolic link",
			"mkdir d: is new", "skip d/f: is a symbolic link", "copy d/g: is new", "skip d/self: is a symbolic link", "skip d/up: is a symbolic link",
		}},
		{mirror.LinksKeep, []string{
			"copy f: is new", "link ld -> d: is new", "link lf -> f: is new", "link lost -> none: is new",
			"mkdir d: is new", "link d/f -> ../f: is new", "copy d/g: is new", "link d/self -> ../ld: is new", "link d/up -> ..: is new",
		}},
		{mirror.LinksFollow, []string{
			"copy f: is new", "copy lf: is new", "skip lost" + lost,
			"mkdir d: is new", "copy d/f: is new", "copy d/g: is new",
			"skip d/self: leads back to a folder that it lies in", "skip d/up: leads back to a folder that it lies in",
			"mkdir ld: is new", "copy ld/f: is new", "copy ld/g: is new",
			"skip ld/self: leads back to a folder that it lies in", "skip ld/up: leads back to a folder that it lies in",
		}},
	} {
		wantPlan(t, treeOf(t), src, mirror.Options{Links: test.links}, test.want...)
	}
	// Where folders are told apart by nothing but their names, those show it, too, but for
	// one round: d/self is called ld.
	got := show(t.Context(), mirror.Tree{FS: treeOf(t)}, mirror.Tree{FS: nameless{src}}, mirror.Options{Links: mirror.LinksFollow})
	if n := len(got); n > 30 || strings.Contains(strings.Join(got, "\n"), "up/") {
		t.Errorf("the plan has %d steps: %q", n, got)
	}
}

// Links that lead from one to the other have an end, and a folder that leads back into
// itself where nothing shows it.
func TestPlanLoops(t *testing.T) {
	src := treeOf(t, "a/b -> ../c", "c/d -> ../a", "abs/x")
	got := show(t.Context(), mirror.Tree{FS: treeOf(t)}, mirror.Tree{FS: nameless{src}}, mirror.Options{Links: mirror.LinksFollow})
	want := "mkdir a: is new|mkdir a/b: is new|skip a/b/d: leads back to a folder that it lies in|mkdir abs: is new|copy abs/x: is new|" +
		"mkdir c: is new|mkdir c/d: is new|skip c/d/b: leads back to a folder that it lies in"
	if plan := strings.Join(got, "|"); plan != want {
		t.Errorf("the plan is %q, want %q", plan, want)
	}

	got = show(t.Context(), mirror.Tree{FS: treeOf(t)}, mirror.Tree{FS: endless{treeOf(t)}}, mirror.Options{})
	last := got[len(got)-1]
	if len(got) != 257 || !strings.HasPrefix(last, "! mirror up/up/") || !strings.HasSuffix(last, "lies in more than 256 folders, or in one that a link leads back to; leave it out") {
		t.Errorf("%d steps, the last being %q", len(got), last)
	}
}

// Links at DST are not followed, lest something else is changed or removed.
func TestPlanLinksAtDST(t *testing.T) {
	src := treeOf(t, "a xyz", "d/x", "l -> a", "m -> d", "n -> none", "same x", "t -> a")
	there := []string{"other/x", "keep x", "a -> keep", "d -> other", "l -> keep", "m", "n/x", "same -> keep", "t -> a"}
	o := mirror.Options{Links: mirror.LinksKeep}
	const way = "; remove that, or have deleted what SRC has not"
	wantPlan(t, treeOf(t, there...), src, o,
		"! mirror ftp://src/a: is a file, where DST has a symbolic link"+way,
		"! mirror ftp://src/d: is a folder, where DST has a symbolic link"+way,
		"link l -> a: leads to \"a\", not to \"keep\"",
		"! mirror ftp://src/m: is a symbolic link, where DST has a file"+way,
		"! mirror ftp://src/n: is a symbolic link, where DST has a folder"+way,
	)
	o.Delete = true
	const inWay = ": is in the way of another kind of thing in SRC"
	wantPlan(t, treeOf(t, there...), src, o,
		"link l -> a: leads to \"a\", not to \"keep\"",
		"remove a"+inWay, "remove d"+inWay, "remove keep: is not in SRC", "remove m"+inWay,
		"remove same"+inWay,
		"remove n/x: is not in SRC", "remove n"+inWay, "remove other/x: is not in SRC", "remove other: is not in SRC",
		"copy a: is a file, where DST has a symbolic link",
		"link m -> d: is a symbolic link, where DST has a file", "link n -> none: is a symbolic link, where DST has a folder",
		"copy same: is a file, where DST has a symbolic link",
		"mkdir d: is a folder, where DST has a symbolic link", "copy d/x: is new",
	)
}

// A server may say that a link leads anywhere; nothing is made that leads out of the tree.
func TestPlanLinksOut(t *testing.T) {
	var entries []storage.Info
	for name, target := range map[string]string{"a": "/etc/passwd", "b": "../../x", "c": "..", "d": "x\x00y", "e": "", "f": "d/ok", "g": "d/../ok"} {
		entries = append(entries, storage.Info{Name: name, Kind: storage.KindSymlink, Target: target, Size: -1})
	}
	wantPlan(t, treeOf(t), odd{treeOf(t), entries}, mirror.Options{Links: mirror.LinksKeep},
		`! mirror ftp://src/a: may lead out of the tree, to "/etc/passwd"; have links left out or followed`,
		`! mirror ftp://src/b: may lead out of the tree, to "../../x"; have links left out or followed`,
		`! mirror ftp://src/c: may lead out of the tree, to ".."; have links left out or followed`,
		`! mirror ftp://src/d: may lead out of the tree, to "x\x00y"; have links left out or followed`,
		"skip e: is a symbolic link, and where it leads is not told",
		"link f -> d/ok: is new",
		`! mirror ftp://src/g: may lead out of the tree, to "d/../ok"; have links left out or followed`)
	dst := treeOf(t)
	wantPlan(t, over{dst, dst.Features()}, treeOf(t, "l -> x"), mirror.Options{Links: mirror.LinksKeep},
		"! mirror ftp://src/l: is a symbolic link, and DST makes none; have links left out or followed")
}
