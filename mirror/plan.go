package mirror

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"strings"
	"sync/atomic"

	"github.com/seed-6092453b/ferry/internal/spill"
	"github.com/seed-6092453b/ferry/storage"
)

// ErrKept reports that nothing is removed, though Options.Delete asks for it: a listing
// has failed, or it would be too much.
var ErrKept = errors.New("nothing is removed")

// ErrTooMany is the ErrKept of more than Options.MaxDelete allows.
var ErrTooMany = fmt.Errorf("%w: it would be too much", ErrKept)

// tooMany is ErrTooMany with the figures.
type tooMany struct{ n, of, most int }

func (e *tooMany) Error() string {
	return fmt.Sprintf("%v: it would be %d of %d entries, and %d is the limit", ErrKept, e.n, e.of, e.most)
}

func (*tooMany) Unwrap() error { return ErrTooMany }

// Plan compares DST with SRC and yields what is to be done, in an order in which it can
// be: folder by folder, each folder in the order of its names, those that it holds after
// its files, then what is removed. The same trees give the same plan. It changes
// nothing. A file that is the same gives no step.
//
// What cannot be found out, or must not be done, is yielded as an error, together with a
// step of Skip that says what it is about, and the plan goes on: a folder whose listing
// has failed is left alone but for those files of SRC that were listed. Errors name
// what they are about by Tree.Title. The plan ends early where one of the Roots cannot be
// used, where ctx ends, and where the disk is too full for a temporary file; the last error
// says so.
//
// Folders are listed ahead of the plan, several at once, and each as a whole before
// anything of it is yielded: no connection is held while the steps are done. Memory
// is bounded, whatever the number of entries. The sequence can be used once more, and
// then compares anew.
func Plan(ctx context.Context, dst, src Tree, o Options) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		p := newPlanner(dst, src, o)
		top, err := p.top(ctx)
		if err != nil {
			yield(Step{}, err)
			return
		}
		w := newWalk(ctx, p, yield)
		defer w.close()
		defer cancel()
		w.run(top)
	}
}

// called returns what a name below the Root is called outside.
func (t Tree) called(name string) string { return t.Title(t.at(name)) }

// wrong returns err as one about a name below the Root.
func (t Tree) wrong(op, name string, err error) error {
	if pe, ok := err.(*fs.PathError); ok { // named by the FS
		err = pe.Err
	}
	return &fs.PathError{Op: op, Path: t.called(name), Err: err}
}

// planner is what a plan is made by. It is used by many goroutines.
type planner struct {
	dst, src Tree // as normal has them
	o        Options
	features storage.Features // of DST
	fold     bool             // names that differ in case only are one at DST
	linker   storage.Linker   // of DST; nil: it has no links
	namer    storage.Namer    // of DST; nil: every name will do
	budget   *spill.Budget
	hashes   *hashes

	well  atomic.Int64 // how often something went well
	stuck atomic.Int64 // what well was when something that is no use began to fail; -1
}

// inMemory is how many entries are in memory at most, apart from a few for each folder that
// is being looked at.
const inMemory = 32 << 10

func newPlanner(dst, src Tree, o Options) *planner {
	p := &planner{dst: dst.normal(), src: src.normal(), o: o, budget: spill.NewBudget(inMemory)}
	p.stuck.Store(-1)
	p.features = p.dst.FS.Features()
	p.fold = p.features.Has(storage.CaseFolding)
	p.linker, _ = storage.As[storage.Linker](p.dst.FS)
	p.namer, _ = storage.As[storage.Namer](p.dst.FS)
	p.hashes = newHashes(p.dst, p.src)
	return p
}

// top looks at the two Roots.
func (p *planner) top(ctx context.Context) (*folder, error) {
	src, err := p.stat(ctx, p.src)
	if err == nil && !src.IsDir() {
		err = storage.ErrNotDir
	}
	if err != nil {
		return nil, p.src.wrong("mirror", ".", err)
	}
	f := &folder{name: ".", src: &src, real: "."}
	dst, err := p.stat(ctx, p.dst)
	switch {
	case err == nil && dst.IsDir():
		f.dst = &dst
	case err == nil:
		return nil, p.dst.wrong("mirror", ".", storage.ErrNotDir)
	case !isMissing(err):
		return nil, p.dst.wrong("mirror", ".", err)
	default:
		f.make = Step{Op: Mkdir, Name: ".", Src: src, Reason: isNew}
	}
	return f, p.apart()
}

// stat looks at a Root, once more and again if what that fails with may pass.
func (p *planner) stat(ctx context.Context, t Tree) (info storage.Info, err error) {
	err = p.insist(ctx, func() (err error) {
		info, err = t.FS.Stat(ctx, t.Root)
		return err
	})
	return info, err
}

// apart sees that SRC is not DST, nor below it where it would be removed.
func (p *planner) apart() error {
	src, dst := strings.TrimRight(p.src.called("."), "/"), strings.TrimRight(p.dst.called("."), "/")
	switch {
	case !p.comparable():
		return nil
	case src == dst:
		return p.dst.wrong("mirror", ".", errors.New("the two sides are the same folder"))
	case p.o.Delete && (strings.HasPrefix(src, dst+"/") || dst == "."):
		return p.dst.wrong("mirror", ".", fmt.Errorf("%s lies in it, and would be removed with what it does not have itself", src))
	}
	return nil
}

// comparable reports whether the titles of the two sides tell where they are: without a
// Title, those of one FS do.
func (p *planner) comparable() bool {
	src, dst := p.src.called("x"), p.dst.called("x")
	plain := src == p.src.at("x") && dst == p.dst.at("x")
	return !plain || sameFS(p.src.FS, p.dst.FS)
}

// sameFS reports whether a and b are one FS, as far as that can be told.
func sameFS(a, b storage.FS) bool {
	defer func() { _ = recover() }() // of types that cannot be compared
	return a == b
}
