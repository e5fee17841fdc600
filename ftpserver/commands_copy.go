package ftpserver

import (
	"context"
	"strings"
	"sync/atomic"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// cpfr returns the handler of CPFR, plain or of SITE. Either goes with either
// CPTO, which must be the next command.
func cpfr(verb string) handler {
	return func(s *session, arg string) answer {
		if !s.account.Can.Has(CanWrite) {
			return s.denied(CanWrite)
		}
		name := s.name(arg)
		if err := s.exists(name); err != nil {
			return s.replyFor(verb, err)
		}
		s.leave().copyFrom = name
		return s.say(ftp.CodePending, "And the copy's name, by CPTO?")
	}
}

func cpto(verb string) handler {
	return func(s *session, arg string) answer {
		if s.prior.copyFrom == "" {
			return s.say(ftp.CodeBadSequence, "Send CPFR first.")
		}
		return s.copy(verb, ftp.CodeActionDone, s.prior.copyFrom, s.name(arg))
	}
}

// siteCopy copies in one command. Names with blanks take quotes, but where the
// blanks leave only one way to read them.
func (s *session) siteCopy(arg string) answer {
	from, to, ok := s.twoPaths(arg)
	if !ok {
		return s.siteUsage("COPY")
	}
	return s.copy("SITE COPY", ftp.CodeOK, s.name(from), s.name(to))
}

// copy copies a file or a directory, and then answers with code.
func (s *session) copy(verb string, code ftp.Code, old, new string) answer {
	if !s.account.Can.Has(CanWrite) {
		return s.denied(CanWrite)
	}
	c := copier{fs: s.account.FS, replace: s.account.Can.Has(CanOverwrite), room: &s.srv.entries}
	return s.work(verb, storagePath(old), -1, func(ctx context.Context, done *atomic.Int64) (answer, error) {
		c.done = done
		if err := c.copy(ctx, old, new); err != nil {
			return answer{}, err
		}
		return s.say(code, "Copied."), nil
	})
}

// storagePath returns the path of a storage name.
func storagePath(name string) string { return cleanPath("/", name) }

// twoPaths splits an argument of two names. They are two words, quoted or not; if
// blanks allow of several ways, the one whose first name is that of something. It
// reports false if there is none or more than one.
func (s *session) twoPaths(arg string) (first, second string, ok bool) {
	words, err := ftp.ParseWords(arg)
	if err == nil && len(words) == 2 && words[0].Text != "" && words[1].Text != "" {
		return words[0].Text, words[1].Text, true
	}
	if err != nil || strings.HasPrefix(arg, `"`) {
		return "", "", false
	}
	for i := range len(arg) {
		if arg[i] != ' ' || i == 0 || i+1 == len(arg) || s.exists(s.name(arg[:i])) != nil {
			continue
		}
		if ok {
			return "", "", false
		}
		first, second, ok = arg[:i], arg[i+1:], true
	}
	return first, second, ok
}

// siteMkdir makes a directory with all above it that is missing.
func (s *session) siteMkdir(arg string) answer {
	if !s.account.Can.Has(CanWrite) {
		return s.denied(CanWrite)
	}
	fsys, name := s.account.FS, s.name(arg)
	return s.work("SITE MKDIR", storagePath(name), -1, func(ctx context.Context, _ *atomic.Int64) (answer, error) {
		if err := makeTree(ctx, fsys, name); err != nil {
			return answer{}, err
		}
		return s.say(ftp.CodeOK, "Made."), nil
	})
}

// siteSymlink makes a symbolic link. A target that begins with a slash counts
// from the root, any other from the directory of the link.
func (s *session) siteSymlink(arg string) answer {
	if !s.account.Can.Has(CanWrite) {
		return s.denied(CanWrite)
	}
	l, ok := storage.As[storage.Linker](s.account.FS)
	if !ok {
		return s.say(ftp.CodeNotForParameter, "There are no symbolic links here.")
	}
	target, link, ok := s.twoPaths(arg)
	if !ok {
		return s.siteUsage("SYMLINK")
	}
	name := s.name(link)
	if strings.HasPrefix(target, "/") {
		target = relative(name, cleanPath("/", target))
	}
	if err := l.Symlink(s.ctx, target, name); err != nil {
		return s.replyFor("SITE SYMLINK", err)
	}
	return s.say(ftp.CodeOK, "Linked.")
}

// relative returns the clean, absolute path as seen from the directory of name.
func relative(name, path string) string {
	dir, _ := storage.Split(name)
	from, to := elements(storagePath(dir)), elements(path)
	for len(from) > 0 && len(to) > 0 && from[0] == to[0] {
		from, to = from[1:], to[1:]
	}
	if len(from) == 0 && len(to) == 0 {
		return "."
	}
	return strings.TrimSuffix(strings.Repeat("../", len(from))+strings.Join(to, "/"), "/")
}

// elements splits a clean, absolute path.
func elements(path string) []string {
	if path == "/" {
		return nil
	}
	return strings.Split(path[1:], "/")
}

// rmda removes a directory with all in it: RMDA and SITE RMDIR.
func rmda(verb string, code ftp.Code) handler {
	return func(s *session, arg string) answer {
		if !s.account.Can.Has(CanDelete) {
			return s.denied(CanDelete)
		}
		fsys, name := s.account.FS, s.name(arg)
		if name == "." {
			return s.say(ftp.CodeUnavailable, "The root cannot be removed.")
		}
		return s.work(verb, storagePath(name), -1, func(ctx context.Context, _ *atomic.Int64) (answer, error) {
			if err := removeTree(ctx, fsys, name); err != nil {
				return answer{}, err
			}
			return s.say(code, "Removed."), nil
		})
	}
}
