package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-6092453b/ferry/internal/shell"
	"github.com/seed-6092453b/ferry/storage"
)

// below returns the name that a path means in the folder dir. Unlike in a URL, ".."
// leads up: by the names alone, as the shell itself keeps track of where it is.
func below(dir, text string) string {
	if strings.HasPrefix(text, "/") {
		dir = "."
	}
	for elem := range strings.SplitSeq(text, "/") {
		switch elem {
		case "", ".":
		case "..":
			dir, _ = storage.Split(dir)
		default:
			dir = storage.Join(dir, elem)
		}
	}
	return dir
}

// remotePath is a path on the server as the user wrote it.
type remotePath struct {
	name   string // of storage
	folder bool   // it can only mean a folder
}

// path reads a path on the server.
func (e *shellEnv) path(w shell.Word) (remotePath, error) {
	text := w.Text
	switch {
	case text == "":
		return remotePath{}, usagef("a name is missing between the quotes")
	case strings.ContainsAny(text, "\n\x00"):
		return remotePath{}, errLineBreak("name", text)
	case strings.HasPrefix(text, "/") && !e.site.absolute:
		return remotePath{}, usagef("%s: the paths of this server do not begin with a slash; all are below the folder that the login leads to", printable(text))
	}
	p := remotePath{folder: strings.HasSuffix(text, "/") || strings.HasSuffix("/"+text, "/.") || strings.HasSuffix("/"+text, "/..")}
	if w.Tilde {
		p.name = below(e.site.home, strings.TrimPrefix(text[1:], "/"))
	} else {
		p.name = below(e.dir, text)
	}
	return p, nil
}

// shown is what the user is told a name is: as in the current folder, if it is in it.
func (e *shellEnv) shown(name string) string {
	if rest, ok := relative(e.dir, name); ok && rest != "." {
		return rest
	}
	return e.site.full(name)
}

// named has an error that is about a name on the server say it as the user would.
func (e *shellEnv) named(err error) error {
	var on *fs.PathError
	if e.site != nil && errors.As(err, &on) && !strings.HasPrefix(on.Path, "/") {
		on.Path = e.shown(on.Path)
	}
	return err
}

// expand returns the paths that words mean, patterns as what they match. One that
// matches nothing is a name of its own, if there is something of that name.
func (e *shellEnv) expand(ctx context.Context, words []shell.Word) ([]remotePath, error) {
	var all []remotePath
	for _, w := range words {
		p, err := e.path(w)
		if err != nil {
			return nil, err
		}
		if w.Pattern == "" {
			all = append(all, p)
			continue
		}
		found, err := e.match(ctx, w)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			if _, err := e.site.client.Stat(ctx, p.name); errors.Is(err, fs.ErrNotExist) {
				return nil, storage.PathError("match", p.name, hint(fs.ErrNotExist, "nothing matches the pattern"))
			} else if err != nil {
				return nil, err
			}
			found = []remotePath{p}
		}
		all = append(all, found...)
	}
	return all, nil
}

// match returns what a pattern matches on the server, sorted in each folder.
func (e *shellEnv) match(ctx context.Context, w shell.Word) ([]remotePath, error) {
	dirs := []string{e.dir}
	pattern := w.Pattern
	switch {
	case w.Tilde:
		dirs[0], pattern = e.site.home, pattern[1:]
	case strings.HasPrefix(pattern, "/"):
		dirs[0] = "."
	}
	folder := strings.HasSuffix(pattern, "/")
	elems := slices.DeleteFunc(strings.Split(pattern, "/"), func(elem string) bool { return elem == "" })
	for i, elem := range elems {
		last := i == len(elems)-1
		var next []string
		for _, dir := range dirs {
			found, err := e.matchIn(ctx, dir, elem, !last || folder)
			if err != nil {
				return nil, err
			}
			next = append(next, found...)
		}
		dirs = next
	}
	var all []remotePath
	for _, name := range dirs {
		all = append(all, remotePath{name, folder})
	}
	return all, nil
}

// matchIn returns what an element of a pattern matches in a folder.
func (e *shellEnv) matchIn(ctx context.Context, dir, elem string, folders bool) ([]string, error) {
	if text, literal := unescapePattern(elem); literal {
		return []string{below(dir, text)}, nil
	}
	all, err := entries(ctx, e.site.client, dir)
	if err != nil {
		return nil, err // a listing that is not whole must not decide what is deleted, say
	}
	var found []string
	for _, info := range all {
		if folders && !mayHold(info) || strings.HasPrefix(info.Name, ".") && !strings.HasPrefix(elem, ".") || !storage.ValidName(info.Name) {
			continue
		}
		if ok, _ := path.Match(elem, info.Name); ok {
			found = append(found, storage.Join(dir, info.Name))
		}
	}
	return found, nil
}

// mayHold reports whether something may be a folder, or a link to one.
func mayHold(i storage.Info) bool { return i.IsDir() || i.Kind == storage.KindSymlink }

// unescapePattern returns the text that a pattern without wildcards matches.
func unescapePattern(pattern string) (text string, literal bool) {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; c {
		case '*', '?', '[':
			return "", false
		case '\\':
			i++
			fallthrough
		default:
			b.WriteByte(pattern[i])
		}
	}
	return b.String(), true
}

// localPath returns the whole path of a file of this computer.
func (e *shellEnv) localPath(w shell.Word) (string, error) {
	text, err := e.home(w)
	if err != nil {
		return "", err
	}
	return e.here(text), nil
}

// here returns the whole path of a file that is named from the local folder. A slash at
// the end stays.
func (e *shellEnv) here(text string) string {
	full := text
	if !filepath.IsAbs(text) {
		full = filepath.Join(e.local, text)
	}
	if text != "" && os.IsPathSeparator(text[len(text)-1]) && !os.IsPathSeparator(full[len(full)-1]) {
		full += string(filepath.Separator)
	}
	return full
}

// home puts the folder of the user in place of a "~".
func (e *shellEnv) home(w shell.Word) (string, error) {
	if w.Text == "" {
		return "", usagef("a name is missing between the quotes")
	}
	if !w.Tilde {
		return w.Text, nil
	}
	dir, err := os.UserHomeDir()
	return dir + w.Text[1:], err
}

// expandLocal returns the whole paths that words mean on this computer, patterns as
// what they match.
func (e *shellEnv) expandLocal(words []shell.Word) ([]string, error) {
	var all []string
	for _, w := range words {
		full, err := e.localPath(w)
		if err != nil {
			return nil, err
		}
		if w.Pattern == "" {
			all = append(all, full)
			continue
		}
		found, err := e.matchLocal(w)
		if err != nil {
			return nil, err
		}
		if _, err := os.Lstat(full); len(found) == 0 && err != nil {
			return nil, &fs.PathError{Op: "match", Path: w.Text, Err: hint(fs.ErrNotExist, "nothing here matches the pattern")}
		} else if len(found) == 0 {
			found = []string{full}
		}
		all = append(all, found...)
	}
	return all, nil
}

// matchLocal returns what a pattern matches on this computer. filepath.Match knows no
// escapes on Windows, so that path.Match does it, element by element.
func (e *shellEnv) matchLocal(w shell.Word) ([]string, error) {
	pattern, root := w.Pattern, e.local
	if w.Tilde {
		dir, err := os.UserHomeDir()
		if err != nil {
			return nil, err
		}
		root, pattern = dir, pattern[1:]
	} else if vol := filepath.VolumeName(pattern); filepath.IsAbs(w.Text) {
		root, pattern = vol+string(filepath.Separator), pattern[len(vol):]
	}
	found := []string{root}
	for elem := range strings.SplitSeq(pattern, "/") {
		if elem == "" {
			continue
		}
		var next []string
		for _, dir := range found {
			if text, literal := unescapePattern(elem); literal {
				next = append(next, filepath.Join(dir, text))
				continue
			}
			all, err := os.ReadDir(dir)
			if err != nil && len(found) == 1 {
				return nil, err
			}
			for _, d := range all {
				if ok, _ := path.Match(elem, d.Name()); ok && (!strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(elem, ".")) {
					next = append(next, filepath.Join(dir, d.Name()))
				}
			}
		}
		found = next
	}
	return slices.DeleteFunc(found, func(name string) bool { _, err := os.Lstat(name); return err != nil }), nil
}
