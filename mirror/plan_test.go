package mirror_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
)

type planCase struct {
	name     string
	src, dst []string
	o        mirror.Options
	want     []string
}

func runPlans(t *testing.T, tests []planCase, wrap func(storage.FS) storage.FS) {
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			src, dst := treeOf(t, tt.src...), wrap(treeOf(t, tt.dst...))
			for range 2 { // nothing is changed, and nothing left to chance
				got := show(t.Context(), titled(dst, ".", "ftp://dst"), titled(src, ".", "ftp://src"), tt.o)
				if !slices.Equal(got, tt.want) {
					t.Errorf("the plan is\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(tt.want, "\n\t"))
				}
			}
		})
	}
}

func asItIs(fsys storage.FS) storage.FS { return fsys }

func TestPlan(t *testing.T) {
	runPlans(t, []planCase{
		{name: "nothing"},
		{name: "the same", src: []string{"a", "d/b", "e/"}, dst: []string{"a", "d/b", "e/"}},
		{
			name: "new",
			src:  []string{"b", "a/y", "a/x/z", "c", "d/"},
			want: []string{
				"copy b: is new", "copy c: is new",
				"mkdir a: is new", "copy a/y: is new", "mkdir a/x: is new", "copy a/x/z: is new", "mkdir d: is new",
			},
		},
		{
			name: "different",
			src:  []string{"size 12345", "newer x +2h", "older x -2h", "same x +1s", "empty/", "d/f x"},
			dst:  []string{"size 123", "newer x", "older x", "same x", "empty/more", "d/f y +1h", "left"},
			want: []string{
				"copy newer: is newer: 2024-05-06 09:08:09, not 2024-05-06 07:08:09",
				"copy older: is older: 2024-05-06 05:08:09, not 2024-05-06 07:08:09",
				"copy size: differs in size: 5 octets, 3 at DST",
				"copy d/f: is older: 2024-05-06 07:08:09, not 2024-05-06 08:08:09",
			},
		},
		{
			name: "window", o: mirror.Options{Window: time.Hour},
			src:  []string{"a x +1h", "b x -1h", "c x +3601s"},
			dst:  []string{"a x", "b x", "c x"},
			want: []string{"copy c: is newer: 2024-05-06 08:08:10, not 2024-05-06 07:08:09"},
		},
		{
			name: "by size", o: mirror.Options{Compare: mirror.BySize},
			src:  []string{"a x +5h", "b xy"},
			dst:  []string{"a y", "b x"},
			want: []string{"copy b: differs in size: 2 octets, 1 at DST"},
		},
		{
			name: "by hash", o: mirror.Options{Compare: mirror.ByHash},
			src: []string{"a x +5h", "b xy", "c x", "d x", "new"},
			dst: []string{"a x", "b x", "c y", "d x"},
			want: []string{
				"touch a: has another time: 2024-05-06 12:08:09, not 2024-05-06 07:08:09",
				"copy b: differs in size: 2 octets, 1 at DST",
				"copy c: differs in contents",
				"copy new: is new",
			},
		},
		{
			name: "newer at DST", o: mirror.Options{Newer: true},
			src: []string{"a x", "b xyz", "c x +1h"},
			dst: []string{"a x +1h", "b x +1h", "c x"},
			want: []string{
				"skip a: is newer at DST: 2024-05-06 08:08:09, not 2024-05-06 07:08:09",
				"skip b: is newer at DST: 2024-05-06 08:08:09, not 2024-05-06 07:08:09",
				"copy c: is newer: 2024-05-06 08:08:09, not 2024-05-06 07:08:09",
			},
		},
		{
			name: "since", o: mirror.Options{Since: then, Delete: true},
			src: []string{"old", "new x +1h", "same", "at x +0h", "d/old"},
			dst: []string{"same"},
			want: []string{
				"skip at: was last modified 2024-05-06 07:08:09", "copy new: is new", "skip old: was last modified 2024-05-06 07:08:09",
				"mkdir d: is new", "skip d/old: was last modified 2024-05-06 07:08:09",
			},
		},
	}, asItIs)
}

// A DST that cannot set times has those of the uploads.
func TestPlanNoTimes(t *testing.T) {
	runPlans(t, []planCase{
		{
			name: "by time",
			src:  []string{"newer x +2h", "older x -2h", "size xy -2h"},
			dst:  []string{"newer x", "older x", "size x"},
			want: []string{
				"copy newer: is newer: 2024-05-06 09:08:09, not 2024-05-06 07:08:09",
				"copy size: differs in size: 2 octets, 1 at DST",
			},
		},
		{
			name: "by hash", o: mirror.Options{Compare: mirror.ByHash},
			src:  []string{"a x +2h", "b x"},
			dst:  []string{"a x", "b y"},
			want: []string{"copy b: differs in contents"},
		},
	}, func(fsys storage.FS) storage.FS { return over{fsys, fsys.Features() &^ storage.CanSetTime} })
}

func TestPlanDelete(t *testing.T) {
	runPlans(t, []planCase{
		{name: "not asked for", src: []string{"a"}, dst: []string{"a", "b", "c/d"}},
		{
			name: "all that is not there", o: mirror.Options{Delete: true},
			src: []string{"a", "d/x", "new"},
			dst: []string{"a", "b", "d/x", "d/y", "e/f/g", "e/f/h", "e/i", "z"},
			want: []string{
				"copy new: is new",
				"remove b: is not in SRC", "remove z: is not in SRC", "remove d/y: is not in SRC",
				"remove e/i: is not in SRC", "remove e/f/g: is not in SRC", "remove e/f/h: is not in SRC",
				"remove e/f: is not in SRC", "remove e: is not in SRC",
			},
		},
		{
			name: "a link, not what it leads to", o: mirror.Options{Delete: true},
			src:  []string{"d/x"},
			dst:  []string{"d/x", "l -> d", "lost -> nowhere"},
			want: []string{"remove l: is not in SRC", "remove lost: is not in SRC"},
		},
		{
			name: "too much", o: mirror.Options{Delete: true, MaxDelete: 2},
			src: []string{"a"},
			dst: []string{"b", "c/d"},
			want: []string{
				"copy a: is new",
				"! mirror ftp://dst: nothing is removed: it would be 3 of 3 entries, and 2 is the limit",
			},
		},
		{
			name: "more than half", o: mirror.Options{Delete: true},
			src: []string{"a"},
			dst: strings.Fields("a b c d e f g h i j k l"),
			want: []string{
				"! mirror ftp://dst: nothing is removed: it would be 11 of 12 entries, and 10 is the limit",
			},
		},
		{
			name: "no limit", o: mirror.Options{Delete: true, MaxDelete: -1},
			dst:  []string{"b", "c/d"},
			want: []string{"remove b: is not in SRC", "remove c/d: is not in SRC", "remove c: is not in SRC"},
		},
	}, asItIs)
}

func TestPlanClash(t *testing.T) {
	runPlans(t, []planCase{
		{
			name: "told",
			src:  []string{"f", "d/x/y", "ok"},
			dst:  []string{"f/g", "d"},
			want: []string{
				"! mirror ftp://src/d: is a folder, where DST has a file; remove that, or have deleted what SRC has not",
				"! mirror ftp://src/f: is a file, where DST has a folder; remove that, or have deleted what SRC has not",
				"copy ok: is new",
			},
		},
		{
			name: "replaced", o: mirror.Options{Delete: true},
			src: []string{"f", "d/x/y", "l/m", "ok"},
			dst: []string{"f/g/h", "d", "l -> f", "old"},
			want: []string{
				"copy ok: is new",
				"remove d: is in the way of another kind of thing in SRC",
				"remove l: is in the way of another kind of thing in SRC",
				"remove old: is not in SRC",
				"remove f/g/h: is not in SRC", "remove f/g: is not in SRC",
				"remove f: is in the way of another kind of thing in SRC",
				"copy f: is a file, where DST has a folder",
				"mkdir d: is a folder, where DST has a file", "mkdir d/x: is new", "copy d/x/y: is new",
				"mkdir l: is a folder, where DST has a symbolic link", "copy l/m: is new",
			},
		},
		{
			name: "too much to remove", o: mirror.Options{Delete: true, MaxDelete: 1},
			src: []string{"f", "d/x"},
			dst: []string{"f/g", "d"},
			want: []string{
				"! mirror ftp://dst: nothing is removed: it would be 3 of 3 entries, and 1 is the limit",
				"! mirror ftp://src/f: is a file, where DST has a folder, and nothing is removed",
				"! mirror ftp://src/d: is a folder, where DST has a file, and nothing is removed",
			},
		},
	}, asItIs)
}
