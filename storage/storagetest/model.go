package storagetest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/storage"
)

// How much RunModel does: so many logs of so many operations.
const (
	modelLogs = 20
	modelOps  = 250
)

// RunModel does the same random operations on an FS and on an oracle, which is
// an FS that keeps the contract (mem.FS). Every outcome and the trees at the
// end must be the same. A failure tells the seed and all operations before it.
func RunModel(t *testing.T, o Options, oracle func(t testing.TB) storage.FS) {
	for seed := range uint64(modelLogs) {
		t.Run(fmt.Sprintf("seed-%d", seed), func(t *testing.T) {
			if o.Synctest {
				synctest.Test(t, func(t *testing.T) { runLog(t, o, oracle, seed) })
			} else {
				runLog(t, o, oracle, seed)
			}
		})
	}
}

func runLog(t testing.TB, o Options, oracle func(t testing.TB) storage.FS, seed uint64) {
	fsys := o.New(t)
	got := &player{ctx: t.Context(), fsys: fsys, remote: o.Remote}
	want := &player{ctx: t.Context(), fsys: oracle(t), remote: o.Remote}
	defer got.close()
	defer want.close()
	g := &generator{
		rand: rand.New(rand.NewPCG(seed, 0)), feat: fsys.Features(), remote: o.Remote,
		oracle: want, parts: offers[storage.Pender](fsys) && !o.Remote,
	}
	var log strings.Builder
	for range modelOps {
		op, ok := g.next()
		if !ok {
			continue
		}
		is, should := got.play(op), want.play(op)
		fmt.Fprintf(&log, "%v -> %s\n", op, should)
		if is != should {
			t.Fatalf("seed %d, after\n%sthe outcome is %s", seed, log.String(), is)
		}
	}
	got.close()
	want.close()
	if is, should := got.tree("."), want.tree("."); is != should {
		t.Errorf("seed %d, after\n%sthe tree is\n%swant\n%s", seed, log.String(), is, should)
	}
}

// op is one operation of a log.
type op struct {
	what     string
	name, to string
	owner    string
	off, len int64
	data     string
	end      string // how a writer ends: commit, suspend or abort
	slot     int    // which of the writers that stay open
}

func (o op) String() string {
	s := fmt.Sprintf("%-8s %s", o.what, o.name)
	if o.to != "" {
		s += " to " + o.to
	}
	if o.owner != "" {
		s += fmt.Sprintf(" owner=%s off=%d len(data)=%d slot=%d %s", o.owner, o.off, len(o.data), o.slot, o.end)
	}
	return s
}

// generator makes up operations. It leaves out those whose outcome the contract
// leaves open.
type generator struct {
	rand   *rand.Rand
	feat   storage.Features
	remote bool
	parts  bool
	oracle *player
	open   [slots]op // the writers that stay open, as they were begun
	last   op        // the writer suspended last, to come back to its part
}

func (g *generator) pick(from ...string) string { return from[g.rand.IntN(len(from))] }

// next returns an operation, or false if the one made up will not do.
func (g *generator) next() (op, bool) {
	o := op{
		what: g.pick("replace", "replace", "exclusive", "append", "resume", "begin", "begin", "write", "write", "end", "end", "end",
			"mkdir", "mkdir", "rmdir", "remove", "rename", "rename", "settime", "stat", "list", "read", "read", "pending", "pending", "discard"),
		name: g.pick("a", "b", "d", "e", "d/a", "d/b", "d/d", "d/d/a", "e/a", "e/d"),
	}
	if g.last.name != "" && g.rand.IntN(3) == 0 {
		o.name = g.last.name
	}
	needs := map[string]storage.Features{
		"append": storage.CanAppend, "resume": storage.CanResume, "begin": storage.Atomic,
		"mkdir": storage.RealDirs, "rmdir": storage.RealDirs, "settime": storage.CanSetTime,
	}
	if !g.feat.Has(needs[o.what]) {
		return o, false
	}
	switch o.what {
	case "replace", "exclusive", "append", "resume", "begin", "write", "end", "pending", "discard":
		o.owner = g.pick(anna, bert)
		if o.name == g.last.name {
			o.owner = g.last.owner
		}
		o.slot = g.rand.IntN(slots)
		o.data = text(1 + g.rand.IntN(3000))
		o.off = int64(g.rand.IntN(2000))
		o.end = g.ending(o.what)
	case "rename":
		o.to = g.pick("a", "b", "d", "e", "d/a", "d/b", "d/d", "e/d", "f")
	case "read":
		o.off, o.len = int64(g.rand.IntN(3000)), int64(g.rand.IntN(3000))
	}
	switch o.what {
	case "stat", "list", "read":
		return o, true
	case "pending", "discard":
		return o, g.parts && !g.touched(o.name)
	case "begin":
		if g.open[o.slot].name != "" || g.touched(o.name) {
			return o, false
		}
		g.open[o.slot] = o
		return o, true
	case "write", "end":
		begun := g.open[o.slot]
		o.name, o.owner = begun.name, begun.owner
		if o.what == "end" {
			g.open[o.slot] = op{}
			if o.end == "suspend" {
				g.last = begun
			}
		}
		return o, o.name != ""
	case "rename":
		return o, !g.touched(o.name) && !g.touched(o.to) && g.clear(o.name, o.to)
	}
	return o, !g.touched(o.name)
}

// ending chooses how a writer ends, among those whose outcome is certain.
func (g *generator) ending(what string) string {
	switch {
	case g.remote && what != "replace" && what != "begin" && what != "end":
		return "commit"
	case g.remote || !g.feat.Has(storage.Atomic):
		return g.pick("commit", "abort")
	}
	return g.pick("commit", "commit", "suspend", "suspend", "abort")
}

// touched tells whether a writer is open at or below name.
func (g *generator) touched(name string) bool {
	for _, open := range g.open {
		if open.name == name || strings.HasPrefix(open.name, name+"/") {
			return true
		}
	}
	return false
}

// clear tells whether the contract says what a Rename does: not so if a
// directory were to become a file of the same name, or one object itself.
func (g *generator) clear(from, to string) bool {
	src, err := g.oracle.fsys.Stat(g.oracle.ctx, from)
	if err != nil || from == to {
		return from != to
	}
	dst, err := g.oracle.fsys.Stat(g.oracle.ctx, to)
	return err != nil || !src.IsDir() || dst.IsDir()
}
