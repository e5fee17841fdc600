package mirror

import (
	"fmt"
	"io"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

// leastDelete is how many entries may be removed by default from however small a DST.
const leastDelete = 10

// finish yields what is removed, if it may be, and then what was in the way of it.
func (w *walk) finish() {
	kept := w.mayNotRemove()
	if kept != nil && w.removes.Len() > 0 {
		if !w.out.error(Step{Name: "."}, w.p.dst.wrong("mirror", ".", kept)) {
			return
		}
	}
	if kept == nil && !w.each(w.removes.Cursor(), func(i item) bool { return w.out.step(i.Step) }) {
		return
	}
	without := "/" // what begins so lies in a folder that is not made; no name does
	w.each(w.clashes.Cursor(), func(i item) bool {
		if strings.HasPrefix(i.Name, without) {
			return true
		}
		var why string
		switch {
		case i.Dst == nil:
		case kept != nil:
			why = ", and nothing is removed"
		case w.stays[beside(i.Name, i.Dst.Name)]:
			why = " with something in it that is to be left alone"
		}
		i.Dst = nil // it is removed by then
		if why == "" {
			return w.out.step(i.Step)
		}
		without = i.Name + "/"
		return w.out.error(i.Step, w.p.src.wrong("mirror", i.Name, because{ErrKept, i.Reason + why}))
	})
	w.out.flush()
}

// each calls do for each item, until that returns false.
func (w *walk) each(next func() (item, error), do func(item) bool) bool {
	for {
		i, err := next()
		switch {
		case err == io.EOF:
			return true
		case err != nil:
			w.out.fatal(err)
			return false
		case !do(i):
			return false
		}
	}
}

// mayNotRemove returns why nothing may be removed.
func (w *walk) mayNotRemove() error {
	if w.gap != nil {
		return fmt.Errorf("%w: what SRC has is not known as a whole, or what DST has: %w", ErrKept, w.gap)
	}
	n, most := w.removes.Len(), w.p.o.MaxDelete
	if most == 0 {
		most = max(leastDelete, w.seen/2)
	}
	if most >= 0 && n > most {
		return &tooMany{n, w.seen, most}
	}
	return nil
}

// beside returns the name of an entry of the folder that name lies in.
func beside(name, entry string) string {
	dir, _ := storage.Split(name)
	return storage.Join(dir, entry)
}
