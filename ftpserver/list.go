package ftpserver

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/charset"
)

// lister writes the listings for people: LIST, NLST and STAT. It holds no more
// than one entry, unless they are to be sorted, gone through recursively, or
// found by a pattern; what is held is limited.
type lister struct {
	fs      storage.FS
	arg     ftp.ListArg
	dir     string           // working directory
	charset *charset.Charset // of names, for patterns
	names   bool             // NLST: names alone
	out     *lineWriter
	lines   ftp.ListWriter
	shown   ftp.Entry // in the last line
	left    int       // entries that patterns may still look at
	room    *room
	held    int // entries for which there is room
}

func (s *session) newLister(verb, arg string) *lister {
	return &lister{
		fs:      s.account.FS,
		arg:     ftp.ParseList(arg, func(path string) bool { return s.exists(s.name(path)) == nil }),
		dir:     s.dir,
		charset: s.charset(),
		names:   verb == "NLST",
		lines:   ftp.ListWriter{Now: time.Now(), Loc: s.srv.cfg.ListZone},
		left:    s.srv.cfg.Limits.Listing,
		room:    &s.srv.entries,
	}
}

// hold finds room for an entry, which drop or close gives back.
func (l *lister) hold() error {
	if !l.room.take(1) {
		return errListing
	}
	l.held++
	return nil
}

func (l *lister) drop(n int) {
	l.held -= n
	l.room.give(n)
}

// close ends the listing, be it complete or not.
func (l *lister) close() { l.drop(l.held) }

var errListing = errors.New("listing too long")

// target is one thing to be listed.
type target struct {
	label string // its name as the client gave it; "" for the working directory
	name  string // its storage name
	info  storage.Info
}

// targets finds what the argument names: an object, or all that a pattern fits.
func (l *lister) targets(ctx context.Context) ([]target, error) {
	label := l.arg.Path
	name := storageName(cleanPath(l.dir, label))
	info, err := l.fs.Stat(ctx, name)
	if err == nil {
		return []target{{label, name, info}}, nil
	}
	if !strings.ContainsAny(label, "*?[") {
		return nil, err
	}
	found, globErr := l.glob(ctx, label)
	if globErr != nil {
		return nil, globErr
	}
	if len(found) == 0 {
		return nil, err
	}
	return found, nil
}

// run writes the lines of all targets: files first, then what is in directories.
func (l *lister) run(ctx context.Context, targets []target) error {
	var dirs []target
	for _, t := range targets {
		if t.info.IsDir() && !l.arg.Self {
			dirs = append(dirs, t)
			continue
		}
		label := t.label
		if label == "" {
			label = "."
		}
		if err := l.entry("", label, &t.info); err != nil {
			return err
		}
	}
	for i, t := range dirs {
		if len(targets) > 1 || l.arg.Recursive {
			if err := l.header(t.label, i > 0 || len(dirs) < len(targets)); err != nil {
				return err
			}
		}
		if err := l.directory(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// directory writes the entries of a directory, and of those below it with -R.
func (l *lister) directory(ctx context.Context, t target) error {
	prefix := ""
	if l.names && t.label != "" {
		prefix = strings.TrimRight(t.label, "/") + "/" // RFC 1123, 4.1.2.7: names must be usable as they are
	}
	var below []storage.Info
	for info, err := range l.entries(ctx, t.name) {
		if err != nil {
			return err
		}
		if err := l.entry(prefix, info.Name, &info); err != nil {
			return err
		}
		if l.arg.Recursive && info.IsDir() && info.Target == "" { // links may lead in circles
			if err := l.hold(); err != nil {
				return err
			}
			below = append(below, info)
		}
	}
	defer l.drop(len(below))
	for _, info := range below {
		label := info.Name
		if t.label != "" {
			label = strings.TrimRight(t.label, "/") + "/" + info.Name
		}
		if err := l.header(label, true); err != nil {
			return err
		}
		if err := l.directory(ctx, target{label, storage.Join(t.name, info.Name), info}); err != nil {
			return err
		}
	}
	return nil
}

// details says what a listing shows, or needs to be made.
func (l *lister) details() storage.Details {
	switch {
	case !l.names:
		return storage.DetailOwner
	case l.arg.Classify || l.arg.Recursive || l.arg.ByTime || l.arg.BySize:
		return storage.DetailStat
	}
	return 0
}

// entries yields a directory's entries, sorted if the client wants that.
func (l *lister) entries(ctx context.Context, name string) iter.Seq2[storage.Info, error] {
	ctx = storage.WithDetails(ctx, l.details())
	compare := l.order()
	if compare == nil {
		return l.fs.List(ctx, name)
	}
	return func(yield func(storage.Info, error) bool) {
		var all []storage.Info
		for info, err := range l.fs.List(ctx, name) {
			if err == nil {
				err = l.hold()
			}
			if err != nil {
				yield(storage.Info{}, err)
				return
			}
			all = append(all, info)
		}
		defer l.drop(len(all))
		slices.SortFunc(all, compare)
		for _, info := range all {
			if !yield(info, nil) {
				return
			}
		}
	}
}

// order returns how entries are sorted, nil for not at all.
func (l *lister) order() func(a, b storage.Info) int {
	compare := func(a, b storage.Info) int { return strings.Compare(a.Name, b.Name) }
	switch {
	case l.arg.ByTime:
		compare = func(a, b storage.Info) int { return b.ModTime.Compare(a.ModTime) }
	case l.arg.BySize:
		compare = func(a, b storage.Info) int { return int(min(max(b.Size-a.Size, -1), 1)) }
	case !l.arg.Reverse:
		return nil
	}
	if l.arg.Reverse {
		forward := compare
		compare = func(a, b storage.Info) int { return forward(b, a) }
	}
	return compare
}

// header writes what stands before the entries of one directory of several.
// NLST has none: every line is a name.
func (l *lister) header(label string, gap bool) error {
	if l.names {
		return nil
	}
	if gap {
		if err := l.out.end(); err != nil {
			return err
		}
	}
	if label == "" {
		label = "."
	}
	l.out.text = append(append(l.out.text, lineEnds.Replace(label)...), ':')
	return l.out.end()
}

// lineEnds takes line ends out of a name that stands on a line of its own.
var lineEnds = strings.NewReplacer("\r", "?", "\n", "?")

// entry writes one line, with label behind prefix for a name. A name with a line end in
// it would be two lines: NLST leaves it out, LIST shows "?" in its place.
func (l *lister) entry(prefix, label string, info *storage.Info) error {
	b := l.out.text
	if l.names {
		if hasLineEnd(prefix) || hasLineEnd(label) {
			return nil
		}
		b = append(append(b, prefix...), label...)
	} else {
		setEntry(&l.shown, info)
		l.shown.Name = label
		b = l.lines.Append(b, &l.shown)
	}
	if l.arg.Classify {
		b = append(b, classify(info)...)
	}
	l.out.text = b
	return l.out.end()
}

// hasLineEnd reports whether s would be two lines.
func hasLineEnd(s string) bool {
	return strings.IndexByte(s, '\n') >= 0 || strings.IndexByte(s, '\r') >= 0
}

// classify is what -F puts behind a name.
func classify(info *storage.Info) string {
	switch {
	case info.IsDir():
		return "/"
	case info.Kind == storage.KindSymlink:
		return "@"
	case info.Mode&0o111 != 0:
		return "*"
	}
	return ""
}

// setEntry turns what storage tells into what a listing says.
func setEntry(e *ftp.Entry, info *storage.Info) {
	e.Name, e.Size, e.Target, e.Time = info.Name, info.Size, info.Target, info.ModTime
	e.Mode, e.HasMode = info.Mode, info.Mode != 0
	e.Owner, e.Group = info.Owner, info.Group
	switch {
	case info.Target != "" || info.Kind == storage.KindSymlink:
		e.Kind = ftp.KindSymlink
	case info.Kind == storage.KindDir:
		e.Kind = ftp.KindDir
	case info.Kind == storage.KindOther:
		e.Kind = ftp.KindOther
	default:
		e.Kind = ftp.KindFile
	}
	e.Prec = ftp.PrecisionNone
	if !info.ModTime.IsZero() {
		e.Prec = ftp.PrecisionSecond
	}
}

func (s *session) cmdList(arg string) answer { return s.list("LIST", arg) }
func (s *session) cmdNlst(arg string) answer { return s.list("NLST", arg) }

func (s *session) list(verb, arg string) answer {
	c := s.listCodec()
	if !c.Supported() || c.Stru == 'P' {
		return s.say(ftp.CodeNotForParameter, "A listing has no pages; use STRU F.")
	}
	block := s.deflate.Block
	l := s.newLister(verb, arg)
	targets, err := l.targets(s.ctx)
	if err != nil {
		l.close()
		return s.replyFor(verb, err)
	}
	return s.begin(verb, cleanPath(l.dir, l.arg.Path), -1, s.say(ftp.CodeOpening, "Here comes the listing."), job{
		move: func(ctx context.Context, d *dataConn) error {
			defer l.close()
			return sendLines(d, c, block, func(out *lineWriter) error {
				l.out = out
				return l.run(ctx, targets)
			})
		},
		drop: l.close,
		done: s.tr("Listing complete."),
	})
}
