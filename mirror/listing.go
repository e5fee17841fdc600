package mirror

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/seed-6092453b/ferry/internal/spill"
	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/storage"
)

// listing is a folder of one side.
type listing struct {
	entries *spill.Sorter[storage.Info]
	count   int
	temps   []storage.Info // of entries, those that belong to copies under way, or are left of them
	err     error          // entries may be missing
	part    bool           // for all that, those that are there can be relied on
}

// maxTemps is how much that is left of copies is looked at in one folder.
const maxTemps = 10_000

// list reads a folder. An error says that nothing at all can be done.
func (p *planner) list(ctx context.Context, t Tree, name string) (l *listing, fatal error) {
	_ = p.insist(ctx, func() error { // the listing has the error
		if l != nil {
			l.entries.Close()
		}
		l, fatal = p.listOnce(ctx, t, name)
		if fatal != nil {
			return nil
		}
		return l.err
	})
	return l, fatal
}

// insist does something once more, and again, if what it failed with may pass. Once
// that has come to nothing, and nothing else went well meanwhile, it is not the one folder,
// and the others are not waited for.
func (p *planner) insist(ctx context.Context, do func() error) error {
	var first int64 // when it first failed
	for tries := 1; ; tries++ {
		err := do()
		if err == nil || !passes(err) {
			p.well.Add(1)
			return err
		}
		if tries == 1 {
			first = p.well.Load()
		}
		if tries > p.o.retries() {
			p.stuck.Store(first)
			return err
		}
		if p.stuck.Load() == p.well.Load() {
			return err
		}
		select {
		case <-time.After(p.o.backoff(tries)):
		case <-ctx.Done():
			return err
		}
	}
}

func (p *planner) listOnce(ctx context.Context, t Tree, name string) (*listing, error) {
	l := &listing{entries: spill.NewSorter(p.budget, infoCodec, p.order)}
	for info, err := range t.FS.List(ctx, t.at(name)) {
		switch {
		case err != nil:
			l.err, l.part = t.wrong("list", name, err), errors.Is(err, storage.ErrUnlisted)
		case !storage.ValidName(info.Name) || info.Name == "." || strings.Contains(info.Name, "/"):
			l.err, l.part = t.wrong("list", storage.Join(name, "?"), storage.ErrName), true
		case transfer.IsTemporary(info.Name):
			l.count++
			if len(l.temps) < maxTemps {
				l.temps = append(l.temps, info)
			}
		default:
			l.count++
			if err := l.entries.Add(info); err != nil {
				l.entries.Close()
				return nil, err
			}
		}
	}
	return l, nil
}

// order is that of names: by what DST takes for the same, then by their octets.
func (p *planner) order(a, b storage.Info) int {
	if p.fold {
		if c := strings.Compare(p.key(a.Name), p.key(b.Name)); c != 0 {
			return c
		}
	}
	return strings.Compare(a.Name, b.Name)
}

// key is the same for names that are one at DST.
func (p *planner) key(name string) string {
	if !p.fold {
		return name
	}
	return norm.NFC.String(strings.ToLower(norm.NFC.String(name)))
}

// stream reads a listing entry by entry. Of entries with the same name, which a folder
// that changes meanwhile may show, only the first is there.
type stream struct {
	p    *planner
	next func() (storage.Info, error)
	head *storage.Info // nil at the end
	key  string
}

// stream begins to read. nil is an empty listing.
func (p *planner) stream(l *listing) (*stream, error) {
	s := &stream{p: p, next: func() (storage.Info, error) { return storage.Info{}, io.EOF }}
	if l != nil {
		s.next = l.entries.Cursor()
	}
	return s, s.advance()
}

// advance goes on to the next entry.
func (s *stream) advance() error {
	for {
		info, err := s.next()
		if err == io.EOF {
			s.head, s.key = nil, ""
			return nil
		}
		if err != nil {
			return err
		}
		if s.head != nil && s.head.Name == info.Name {
			continue
		}
		s.head, s.key = &info, s.p.key(info.Name)
		return nil
	}
}

func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
