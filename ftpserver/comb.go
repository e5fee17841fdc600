package ftpserver

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// combPart is a file that COMB appends, as it was before.
type combPart struct {
	name string
	info storage.Info
}

// cmdComb appends files to another, which is made if it does not exist, and
// deletes them (Globalscape EFT). If a part fails, the target is as it was, and
// all parts are there.
func (s *session) cmdComb(arg string) answer {
	words, err := ftp.ParseWords(arg)
	if err != nil || len(words) < 2 || slices.ContainsFunc(words, func(w ftp.Word) bool { return w.Text == "" }) {
		return s.usage("COMB")
	}
	target := s.name(words[0].Text)
	want := CanWrite | CanDelete
	mode := storage.Exclusive // lest it comes into being meanwhile
	info, err := s.account.FS.Stat(s.ctx, target)
	if err == nil {
		want |= CanOverwrite
		mode = storage.Append
	}
	if !s.account.Can.Has(want) {
		return s.denied(want)
	}
	if err == nil && info.Form != "" {
		return s.replyFor("COMB", ftp.ErrForm)
	}
	seen := []combPart{{target, info}}
	size := int64(0)
	for _, w := range words[1:] {
		p := combPart{name: s.name(w.Text)}
		if p.info, err = s.account.FS.Stat(s.ctx, p.name); err == nil && p.info.IsDir() {
			err = storage.ErrIsDir
		}
		switch {
		case err != nil:
			return s.replyFor("COMB", err)
		case p.info.Form != "":
			return s.replyFor("COMB", ftp.ErrForm)
		case slices.ContainsFunc(seen, p.same):
			return s.say(ftp.CodeUnavailable, "%s is named twice.", str(w.String()))
		}
		seen = append(seen, p)
		size += max(p.info.Size, 0)
	}
	fsys := s.account.FS
	return s.work("COMB", storagePath(target), size, func(ctx context.Context, done *atomic.Int64) (answer, error) {
		if err := combine(ctx, fsys, target, mode, seen[1:], done); err != nil {
			return answer{}, err
		}
		left := 0
		for _, p := range seen[1:] {
			// It is too late for ABOR: to say that this failed would be to say that
			// the target is as it was.
			if err := fsys.Remove(s.ctx, p.name, storage.KindFile); err != nil {
				s.logger().Warn("a part that COMB has appended is left", "name", p.name, "error", err)
				left++
			}
		}
		if left > 0 {
			return s.say(ftp.CodeActionDone, "Combined; parts that could not be deleted: %d.", num(left)), nil
		}
		return s.say(ftp.CodeActionDone, "Combined."), nil
	})
}

// same reports whether two names are of one file.
func (p combPart) same(other combPart) bool {
	return p.name == other.name || p.info.ID != "" && p.info.ID == other.info.ID
}

// combine writes the parts to target, which is to be made or appended to: all of
// them, as they were, or nothing.
func combine(ctx context.Context, fsys storage.FS, target string, mode storage.CreateMode, parts []combPart, done *atomic.Int64) error {
	w, err := fsys.Create(ctx, target, storage.CreateOptions{Mode: mode})
	if err != nil {
		return err
	}
	defer w.Abort()
	for _, p := range parts {
		if err := appendPart(ctx, fsys, w, p, done); err != nil {
			return err
		}
	}
	// What was written to since would be deleted unread.
	for _, p := range parts {
		now, err := fsys.Stat(ctx, p.name)
		if err != nil {
			return err
		}
		if now.Version != p.info.Version || now.Size != p.info.Size {
			return storage.PathError("append", p.name, storage.ErrChanged)
		}
	}
	_, err = w.Commit(ctx)
	return err
}

func appendPart(ctx context.Context, fsys storage.FS, w storage.Writer, p combPart, done *atomic.Int64) error {
	r, err := fsys.Open(ctx, p.name, storage.Range{Version: p.info.Version})
	if err != nil {
		return err
	}
	defer r.Close()
	n, err := copyFile(countWriter{w, done}, ctxReader{ctx, r})
	if err == nil && p.info.Size >= 0 && n != p.info.Size {
		err = storage.PathError("append", p.name, storage.ErrChanged)
	}
	return err
}
