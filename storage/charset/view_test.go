package charset_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/charset"
	"github.com/seed-6092453b/ferry/storage/mem"
	"github.com/seed-6092453b/ferry/storage/storagetest"
)

func newMem() *mem.FS { return mem.New(mem.Options{Capacity: 1 << 30}) }

// TestContract runs the contract over views in which every odd name of it is listed
// as it was made.
func TestContract(t *testing.T) {
	for _, tt := range []struct {
		name string
		view func(storage.FS) storage.FS
	}{
		{"encoded GBK", func(f storage.FS) storage.FS { return charset.Encoded(f, of(t, "GBK")) }},
		{"encoded KOI8-R", func(f storage.FS) storage.FS { return charset.Encoded(f, of(t, "KOI8-R")) }},
		{"mixed GBK", func(f storage.FS) storage.FS { return charset.Mixed(f, of(t, "GBK")) }},
		{"decoded EUC-JP", func(f storage.FS) storage.FS { return charset.Decoded(f, of(t, "EUC-JP")) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inner := make(map[storage.FS]*mem.FS)
			storagetest.Run(t, storagetest.Options{
				New: func(testing.TB) storage.FS {
					m := newMem()
					v := tt.view(m)
					inner[v] = m
					return v
				},
				Symlink:  func(fsys storage.FS, target, name string) error { return inner[fsys].ForeignLink(target, name) },
				Synctest: true,
			})
		})
	}
}

func TestForwards(t *testing.T) {
	gbk := of(t, "GBK")
	for _, o := range []storagetest.WrapperOptions{
		{Wrap: func(f storage.FS) storage.FS { return charset.Encoded(f, gbk) }, Prefix: "\xd6\xd0/"},
		{Wrap: func(f storage.FS) storage.FS { return charset.Decoded(f, gbk) }, Prefix: "中/"},
		{Wrap: func(f storage.FS) storage.FS { return charset.Mixed(f, gbk) }, Prefix: "\xff/", Inner: func(name string) string { return name }},
	} {
		if o.Inner == nil {
			o.Inner = func(name string) string {
				to := map[string]string{"\xd6\xd0/": "中/", "中/": "\xd6\xd0/"}[o.Prefix]
				return to + strings.TrimPrefix(name, o.Prefix)
			}
		}
		storagetest.RunWrapper(t, o)
	}
}

func TestUTF8IsNoView(t *testing.T) {
	m := newMem()
	for _, c := range []*charset.Charset{nil, charset.UTF8} {
		if charset.Encoded(m, c) != storage.FS(m) || charset.Decoded(m, c) != storage.FS(m) || charset.Mixed(m, c) != storage.FS(m) {
			t.Errorf("%v is wrapped", c)
		}
	}
}

// put writes a file that holds its own inside name.
func put(t testing.TB, fsys storage.FS, name, data string) {
	t.Helper()
	w, err := fsys.Create(t.Context(), name, storage.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	if _, err := io.WriteString(w, data); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func get(t testing.TB, fsys storage.FS, name string) string {
	t.Helper()
	r, err := fsys.Open(t.Context(), name, storage.Range{})
	if err != nil {
		t.Fatalf("Open(%q): %v", name, err)
	}
	defer r.Close()
	if _, base := storage.Split(name); r.Info().Name != base {
		t.Errorf("%q says its name is %q", name, r.Info().Name)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// checkListing fails unless each inside name is listed once, by a name of its own
// that opens it. It returns the outside names by the inside ones.
func checkListing(t testing.TB, view storage.FS, dir string, inside []string) map[string]string {
	t.Helper()
	shown := make(map[string]string)
	by := make(map[string]string)
	for info, err := range view.List(t.Context(), dir) {
		if err != nil {
			t.Fatal(err)
		}
		if was, twice := by[info.Name]; twice {
			t.Errorf("%q is listed twice, once for %q", info.Name, was)
		}
		name := get(t, view, storage.Join(dir, info.Name))
		by[info.Name], shown[name] = name, info.Name
		if again, err := view.Stat(t.Context(), storage.Join(dir, info.Name)); err != nil || again.ID != info.ID {
			t.Errorf("%q is listed as object %q, and is %q, %v", info.Name, info.ID, again.ID, err)
		}
	}
	for _, name := range inside {
		if _, ok := shown[name]; !ok {
			t.Errorf("%q is not listed", name)
		}
	}
	if len(shown) != len(inside) || len(by) != len(inside) {
		t.Errorf("%d names are listed, and lead to %d files of %d", len(by), len(shown), len(inside))
	}
	return shown
}

func TestAmbiguous(t *testing.T) {
	both := []string{"中", "\xd6\xd0"}
	twice := of(t, "KOI8-R")
	once, _ := twice.Decode("\xc6\xff") // text whose octets in KOI8-R are those
	mojibake, _ := twice.Decode(once)   // text whose octets are that text's
	for _, tt := range []struct {
		name    string
		view    func(storage.FS, *charset.Charset) storage.FS
		charset string
		inside  []string
		want    map[string]string // outside by inside
	}{
		{"a name that maps", charset.Encoded, "GBK", []string{"中"}, map[string]string{"中": "\xd6\xd0"}},
		{"one in the charset already", charset.Encoded, "GBK", []string{"\xd6\xd0"}, map[string]string{"\xd6\xd0": "\xd6\xd0"}},
		{"both", charset.Encoded, "GBK", both, map[string]string{"中": "中", "\xd6\xd0": "\xd6\xd0"}},
		{"none", charset.Encoded, "GBK", []string{"한", "\xff"}, map[string]string{"한": "한", "\xff": "\xff"}},
		{"a chain", charset.Encoded, "KOI8-R", []string{"\xc6\xff", once, mojibake},
			map[string]string{"\xc6\xff": "\xc6\xff", once: once, mojibake: mojibake}},
		{"a chain without its beginning", charset.Encoded, "KOI8-R", []string{once, mojibake},
			map[string]string{once: "\xc6\xff", mojibake: once}},
		{"a server in GBK", charset.Decoded, "GBK", []string{"\xd6\xd0"}, map[string]string{"\xd6\xd0": "中"}},
		{"a server in GBK with a name in UTF-8", charset.Decoded, "GBK", []string{"中"}, map[string]string{"中": "中"}},
		{"a server with both", charset.Decoded, "GBK", both, map[string]string{"中": "中", "\xd6\xd0": "\xd6\xd0"}},
		{"a server in UTF-8", charset.Mixed, "GBK", []string{"中", "文", "联通"}, map[string]string{"中": "中", "文": "文", "联通": "联通"}},
		{"a server in UTF-8 with names in GBK", charset.Mixed, "GBK", []string{"中", "\xce\xc4"}, map[string]string{"中": "中", "\xce\xc4": "文"}},
		{"a server in UTF-8 with both", charset.Mixed, "GBK", both, map[string]string{"中": "中", "\xd6\xd0": "\xd6\xd0"}},
		{"a server in UTF-8 with neither", charset.Mixed, "GBK", []string{"\xff\xfe"}, map[string]string{"\xff\xfe": "\xff\xfe"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newMem()
			for _, name := range tt.inside {
				put(t, m, name, name)
			}
			v := tt.view(m, of(t, tt.charset))
			for range 2 {
				for inside, outside := range tt.want {
					if got := get(t, v, outside); got != inside {
						t.Errorf("%q opens %q, want %q", outside, got, inside)
					}
				}
				for inside, outside := range checkListing(t, v, ".", tt.inside) {
					if outside != tt.want[inside] {
						t.Errorf("%q is listed as %q, want %q", inside, outside, tt.want[inside])
					}
				}
			}
		})
	}
}

// A new name is made in the charset of the store; one that has no place there is kept
// as it is.
func TestMake(t *testing.T) {
	gbk := of(t, "GBK")
	for _, tt := range []struct {
		view            func(storage.FS, *charset.Charset) storage.FS
		outside, inside string
	}{
		{charset.Encoded, "\xd6\xd0/\xce\xc4", "中/文"},
		{charset.Encoded, "\xd6\xd0/\xff\xfe", "中/\xff\xfe"},
		{charset.Decoded, "中/文", "\xd6\xd0/\xce\xc4"},
		{charset.Decoded, "中/한", "\xd6\xd0/한"},
		{charset.Mixed, "中/文", "中/文"},
	} {
		m := newMem()
		v := tt.view(m, gbk)
		dir, _ := storage.Split(tt.outside)
		if err := v.Mkdir(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
		put(t, v, tt.outside, "x")
		if got := get(t, m, tt.inside); got != "x" {
			t.Errorf("%q holds %q", tt.inside, got)
		}
		if err := v.Rename(t.Context(), tt.outside, dir+"/new"); err != nil {
			t.Error(err)
		}
		if err := v.Rename(t.Context(), dir+"/new", tt.outside); err != nil {
			t.Error(err)
		}
		if err := v.Remove(t.Context(), tt.outside, storage.KindFile); err != nil {
			t.Error(err)
		}
		if _, err := m.Stat(t.Context(), tt.inside); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q is left: %v", tt.inside, err)
		}
	}
}

func TestTargets(t *testing.T) {
	m := newMem()
	v := charset.Encoded(m, of(t, "GBK"))
	for _, dir := range []string{"\xc4\xbf", "\xc4\xbf/d"} {
		if err := v.Mkdir(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
	}
	put(t, m, "目/d/\xce\xc4", "in GBK already")
	l, _ := storage.As[storage.Linker](v)
	for name, to := range map[string]struct{ target, inside string }{
		"\xc4\xbf/\xc1\xb4": {"../\xc4\xbf/d/\xce\xc4", "../目/d/\xce\xc4"},
		"\xc1\xb4":          {"\xc4\xbf/./d", "目/./d"},
	} {
		if err := l.Symlink(t.Context(), to.target, name); err != nil {
			t.Fatal(err)
		}
		dir, base := storage.Split(name)
		for info, err := range v.List(t.Context(), dir) {
			if info.Name == base && info.Target != to.target || err != nil {
				t.Errorf("%q is listed to lead to %q, %v", info.Name, info.Target, err)
			}
		}
		for info, err := range m.List(t.Context(), map[string]string{".": ".", "\xc4\xbf": "目"}[dir]) {
			if info.Name == "链" && info.Target != to.inside || err != nil {
				t.Errorf("%q leads to %q, %v", info.Name, info.Target, err)
			}
		}
	}
	if info, err := v.Stat(t.Context(), "\xc1\xb4"); err != nil || !info.IsDir() || info.Name != "\xc1\xb4" {
		t.Errorf("%+v, %v", info, err)
	}
	if got := get(t, v, "\xc4\xbf/\xc1\xb4"); got != "in GBK already" {
		t.Errorf("the link leads to %q", got)
	}
}

// counter counts how often an FS is asked.
type counter struct {
	storage.FS
	stats, lists int
}

func (c *counter) Stat(ctx context.Context, name string) (storage.Info, error) {
	c.stats++
	return c.FS.Stat(ctx, name)
}

func (c *counter) List(ctx context.Context, dir string) iter.Seq2[storage.Info, error] {
	c.lists++
	return c.FS.List(ctx, dir)
}

// A directory of more names than are held is listed in two goes, with as few
// questions as can be.
func TestManyNames(t *testing.T) {
	m := newMem()
	var inside []string
	add := func(name string) {
		put(t, m, name, name)
		inside = append(inside, name)
	}
	for i := range 2500 {
		add(fmt.Sprintf("文%d", i))
	}
	for i := range 10 {
		add(fmt.Sprintf("plain%d", i))
		add(fmt.Sprintf("\xce\xc4%d", i*100)) // what some of them would be taken for
	}
	c := &counter{FS: m}
	n := 0
	for _, err := range charset.Encoded(c, of(t, "GBK")).List(t.Context(), ".") {
		if n++; err != nil {
			t.Fatal(err)
		}
	}
	if n != len(inside) || c.lists != 2 || c.stats > 100 {
		t.Errorf("%d of %d names, %d listings, %d questions", n, len(inside), c.lists, c.stats)
	}
	shown := checkListing(t, charset.Encoded(m, of(t, "GBK")), ".", inside)
	if shown["文1"] != "\xce\xc41" || shown["文100"] != "文100" || shown["\xce\xc4100"] != "\xce\xc4100" {
		t.Errorf("%q %q %q", shown["文1"], shown["文100"], shown["\xce\xc4100"])
	}
	// It may be left at any time.
	for stop := range 3 {
		left := stop * 1200
		for range charset.Encoded(m, of(t, "GBK")).List(t.Context(), ".") {
			if left--; left < 0 {
				break
			}
		}
	}
}

// A view of a remote store asks nothing twice.
func TestRemembers(t *testing.T) {
	m := newMem()
	c := &counter{FS: m}
	v := charset.Decoded(c, of(t, "GBK"))
	if err := v.Mkdir(t.Context(), "中"); err != nil {
		t.Fatal(err)
	}
	before := c.stats
	for i := range 20 {
		put(t, v, fmt.Sprintf("中/文%d", i), "x")
	}
	if asked := c.stats - before; asked > 20 { // the directory itself stands in one that is not known
		t.Errorf("%d questions for 20 files", asked)
	}
	for _, err := range v.List(t.Context(), ".") {
		if err != nil {
			t.Fatal(err)
		}
	}
	before = c.stats
	for i := range 20 {
		get(t, v, fmt.Sprintf("中/文%d", i))
	}
	if c.stats != before {
		t.Errorf("%d questions for 20 files of a listed directory", c.stats-before)
	}
	// A name in UTF-8 that turns up is seen by the next listing.
	put(t, m, "\xd6\xd0/文1", "other")
	for _, err := range v.List(t.Context(), "中") {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := get(t, v, "中/文1"); got != "other" {
		t.Errorf("got %q", got)
	}
}

// One of a server in UTF-8 asks only where a name was found that is not.
func TestMixedRemembers(t *testing.T) {
	m := newMem()
	c := &counter{FS: m}
	v := charset.Mixed(c, of(t, "GBK"))
	list := func() {
		for _, err := range v.List(t.Context(), ".") {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	put(t, m, "文", "utf-8")
	list()
	before := c.stats
	if got := get(t, v, "文"); got != "utf-8" || c.stats != before {
		t.Errorf("got %q, with %d questions", got, c.stats-before)
	}
	put(t, v, "中", "new")
	put(t, m, "\xd0\xc2", "in GBK")
	list()
	for name, want := range map[string]string{"文": "utf-8", "中": "new", "新": "in GBK"} {
		if got := get(t, v, name); got != want {
			t.Errorf("%q holds %q, want %q", name, got, want)
		}
	}
	if c.stats == before {
		t.Error("nothing was asked of a directory that mixes charsets")
	}
}

// names makes names that are mistaken for each other easily.
func names(c *charset.Charset, r *rand.Rand, n int) []string {
	letters := []string{"a", "é", "я", "中", "文", "許", "\xff", "\xc6", "\xd6\xd0", "\xce\xc4", "\x81", "聯", "ü"}
	set := make(map[string]bool)
	for len(set) < n {
		var b strings.Builder
		for range 1 + r.IntN(2) {
			b.WriteString(letters[r.IntN(len(letters))])
		}
		name := b.String()
		for range 1 + r.IntN(4) {
			set[name] = true
			other, ok := c.Encode(name)
			if r.IntN(2) == 0 {
				other, ok = c.Decode(name)
			}
			if !ok || other == "" {
				break
			}
			name = other
		}
	}
	all := make([]string, 0, n)
	for name := range set {
		all = append(all, name)
	}
	slices.Sort(all)
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// TestEveryNameOpens holds the promise of the package comment against directories full
// of names that are mistaken for each other.
func TestEveryNameOpens(t *testing.T) {
	for _, name := range known {
		c := of(t, name)
		for seed := range uint64(8) {
			inside := names(c, rand.New(rand.NewPCG(seed, 1)), 12)
			m := newMem()
			for _, name := range inside {
				put(t, m, name, name)
			}
			for what, v := range map[string]storage.FS{"encoded": charset.Encoded(m, c), "decoded": charset.Decoded(m, c), "mixed": charset.Mixed(m, c)} {
				checkListing(t, v, ".", inside)
				checkListing(t, v, ".", inside) // knowing what it has learnt
				if t.Failed() {
					t.Fatalf("%s %v: %q", what, c, inside)
				}
			}
		}
	}
}

func FuzzListing(f *testing.F) {
	f.Add(0, "中\n\xd6\xd0\n文\n\xce\xc4")
	f.Add(17, "\xc6\xff\nфя\nяя\xff")
	f.Fuzz(func(t *testing.T, i int, list string) {
		c := of(t, known[uint(i)%uint(len(known))])
		m := newMem()
		var inside []string
		for _, name := range strings.SplitN(list, "\n", 20) {
			for range 3 {
				if !storage.ValidName(name) || strings.Contains(name, "/") || name == "." || slices.Contains(inside, name) || len(name) > 200 {
					break
				}
				put(t, m, name, name)
				inside = append(inside, name)
				name, _ = c.Decode(name)
			}
		}
		checkListing(t, charset.Encoded(m, c), ".", inside)
		checkListing(t, charset.Decoded(m, c), ".", inside)
		checkListing(t, charset.Mixed(m, c), ".", inside)
	})
}
