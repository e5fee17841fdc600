package quota_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
	"github.com/seed-6092453b/ferry/storage/mem"
	"github.com/seed-6092453b/ferry/storage/quota"
)

// The limits within which random operations are done: tight, so that they are
// met all the time.
var tight = quota.Options{MaxOctets: 300, MaxFiles: 9}

// monkey does random operations, as its numbers say.
type monkey struct {
	q       *quota.FS
	inner   storage.FS
	numbers func(n int) int
	links   bool
	open    [4]storage.Writer
	log     []string
}

func (m *monkey) pick(from ...string) string { return from[m.numbers(len(from))] }

func (m *monkey) name() string {
	return m.pick("a", "b", "d", "e", "d/a", "d/b", "d/d", "d/d/a", "e/a", "l", "l/a")
}

// act does one operation; most of them fail.
func (m *monkey) act(ctx context.Context) {
	slot, name, other := m.numbers(len(m.open)), m.name(), m.name()
	what := m.pick("create", "create", "create", "write", "write", "write", "end", "end", "end", "mkdir", "remove", "rmdir",
		"rename", "rename", "copy", "link", "read", "discard")
	m.log = append(m.log, fmt.Sprint(what, " ", slot, " ", name, " ", other))
	w := m.open[slot]
	switch what {
	case "create":
		if w != nil {
			return
		}
		o := storage.CreateOptions{Mode: storage.CreateMode(m.numbers(4)), Owner: m.pick("anna", "bert")}
		if o.Mode == storage.Resume {
			o.Offset, o.Len = int64(m.numbers(90)), int64(m.numbers(2)*m.numbers(60))
		}
		if m.numbers(4) == 0 {
			o.SizeHint = int64(m.numbers(200))
		}
		m.log = append(m.log, fmt.Sprintf(" %+v", o))
		if w, err := m.q.Create(ctx, name, o); err == nil {
			m.open[slot] = w
		}
	case "write":
		if w != nil {
			n, err := w.Write(make([]byte, m.numbers(120)))
			m.log = append(m.log, fmt.Sprint(" ", n, " ", err))
		}
	case "end":
		if w != nil {
			m.open[slot] = nil
			how := m.pick("commit", "commit", "suspend", "abort")
			m.log = append(m.log, how)
			switch how {
			case "commit":
				w.Commit(ctx)
			case "suspend":
				w.Suspend(ctx)
			case "abort":
				w.Abort()
			}
		}
	case "mkdir":
		m.q.Mkdir(ctx, name)
	case "remove":
		m.q.Remove(ctx, name, storage.KindFile)
	case "rmdir":
		m.q.Remove(ctx, name, storage.KindDir)
	case "rename":
		m.q.Rename(ctx, name, other)
	case "copy":
		c, _ := storage.As[storage.Copier](m.q)
		c.Copy(ctx, name, other)
	case "link":
		if m.links {
			l, _ := storage.As[storage.Linker](m.q)
			l.Symlink(ctx, other, name)
		}
	case "read":
		if r, err := m.q.Open(ctx, name, storage.Range{}); err == nil {
			io.Copy(io.Discard, r)
			r.Close()
		}
	case "discard":
		p, _ := storage.As[storage.Pender](m.q)
		p.Discard(ctx, name, m.pick("anna", "bert"))
	}
}

// rest ends what is open.
func (m *monkey) rest() {
	for i, w := range m.open {
		if w != nil {
			w.Abort()
			m.open[i] = nil
		}
	}
}

// counts demands that no more is used than may be, nor less counted than is there.
func (m *monkey) counts(t testing.TB) {
	t.Helper()
	got, err := m.q.Quota(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	there, err := quota.New(m.inner, quota.Options{}).Quota(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got.Octets > tight.MaxOctets || got.Files > tight.MaxFiles || got.Octets < there.Octets || got.Files < there.Files {
		t.Fatalf("after %q:\n%d files and %d octets are counted, %d and %d are there", m.log, got.Files, got.Octets, there.Files, there.Octets)
	}
}

// ends demands that what is counted in the end is what is there, and that
// nothing had to be counted anew for it.
func (m *monkey) ends(t testing.TB) {
	t.Helper()
	m.rest()
	if m.q.Stale() && !m.links {
		t.Errorf("after %q:\nsomething was not seen", m.log)
	}
	discardParts(t, m.inner)
	wantWalked(t, m.q, m.inner)
	if t.Failed() {
		t.Errorf("after %q", m.log)
	}
}

func FuzzCounts(f *testing.F) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		data := make([]byte, 1500)
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		f.Add(data, seed%2 == 0)
	}
	f.Fuzz(func(t *testing.T, data []byte, links bool) {
		inner := mem.New(mem.Options{})
		m := &monkey{q: quota.New(inner, tight), inner: inner, links: links, numbers: func(n int) int {
			if len(data) == 0 {
				return 0
			}
			b := data[0]
			data = data[1:]
			return int(b) % n
		}}
		for len(data) > 0 {
			m.act(t.Context())
			m.counts(t)
		}
		m.ends(t)
	})
}

// TestTogether has several at once at work on the same few names.
func TestTogether(t *testing.T) {
	onDisk := func(t *testing.T) storage.FS {
		d, err := disk.Open(t.TempDir(), disk.Options{Sync: disk.SyncNever})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d
	}
	for _, test := range []struct {
		name  string
		links bool
		make  func(t *testing.T) storage.FS
	}{
		{"mem", false, func(*testing.T) storage.FS { return mem.New(mem.Options{}) }},
		{"mem with links", true, func(*testing.T) storage.FS { return mem.New(mem.Options{}) }},
		{"disk", false, onDisk},
		{"disk with links", true, onDisk},
	} {
		t.Run(test.name, func(t *testing.T) {
			for seed := range uint64(6) {
				inner := test.make(t)
				q := quota.New(inner, tight)
				monkeys := make([]*monkey, 6)
				for i := range monkeys {
					r := rand.New(rand.NewPCG(seed, uint64(i)))
					monkeys[i] = &monkey{q: q, inner: inner, links: test.links, numbers: r.IntN}
				}
				for range 60 {
					together(t, monkeys)
				}
			}
		})
	}
}

// tree returns all that is below dir.
func tree(t *testing.T, fsys storage.FS, dir string) (all []string) {
	t.Helper()
	for info, err := range fsys.List(t.Context(), dir) {
		if err != nil {
			t.Error(err)
			break
		}
		name := storage.Join(dir, info.Name)
		all = append(all, fmt.Sprintf("%s: %v of %d %s", name, info.Kind, info.Size, info.Target))
		if info.IsDir() && info.Target == "" {
			all = append(all, tree(t, fsys, name)...)
		}
	}
	return all
}

// together has each of monkeys do some operations, all at once.
func together(t *testing.T, monkeys []*monkey) {
	t.Helper()
	before := tree(t, monkeys[0].inner, ".")
	var wg sync.WaitGroup
	for _, m := range monkeys {
		wg.Go(func() {
			m.log = nil
			for range 8 {
				m.act(t.Context())
				if u, err := m.q.Quota(t.Context()); err != nil || u.Octets > tight.MaxOctets || u.Files > tight.MaxFiles {
					t.Errorf("Quota = %+v, %v", u, err)
				}
			}
			m.rest()
		})
	}
	wg.Wait()
	monkeys[0].ends(t)
	if t.Failed() {
		for _, m := range monkeys[1:] {
			t.Logf("and %q", m.log)
		}
		t.Logf("from %q to %q", before, tree(t, monkeys[0].inner, "."))
		t.FailNow()
	}
}

// TestUploadsAtOnce writes more in twenty files than there is room for.
func TestUploadsAtOnce(t *testing.T) {
	ctx := t.Context()
	inner := mem.New(mem.Options{})
	q := quota.New(inner, quota.Options{MaxOctets: 100_000})
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			w, err := q.Create(ctx, fmt.Sprint(i), storage.CreateOptions{})
			if err != nil {
				t.Error(err)
				return
			}
			defer w.Abort()
			for range 20 {
				if _, err := w.Write(make([]byte, 700)); err != nil {
					break // what fits is kept
				}
			}
			if _, err := w.Commit(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	wantUsed(t, q, 20, 100_000)
	wantWalked(t, q, inner)
}
