package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// bookmarks are names of servers and folders, in a file of lines "NAME URL".
type bookmarks struct {
	path string
	none error // why there is no place for them, as for a user without a home; or nil
}

func openBookmarks() bookmarks {
	config, err := configDir()
	if err != nil {
		return bookmarks{none: fmt.Errorf("there is no place for bookmarks: %w", err)}
	}
	return bookmarks{path: filepath.Join(config, "bookmarks")}
}

// configDir is where the settings of the user are (XDG Base Directory Specification).
func configDir() (string, error) {
	if dir := os.Getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "ferry"), nil
	}
	dir, err := os.UserConfigDir()
	return filepath.Join(dir, "ferry"), err
}

// read returns all of them by their names. A file that is not there has none.
func (b *bookmarks) read() (map[string]string, error) {
	if b.none != nil {
		return nil, b.none
	}
	all := make(map[string]string)
	f, err := os.Open(b.path)
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	for n := 1; in.Scan(); n++ {
		line := strings.TrimSpace(in.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, url, ok := strings.Cut(line, " ")
		if _, err := parseURL(strings.TrimSpace(url)); !ok || err != nil {
			return nil, fmt.Errorf("%s: line %d is not NAME URL", b.path, n)
		}
		all[name] = strings.TrimSpace(url)
	}
	return all, in.Err()
}

// find returns the URL of a bookmark. It reports false if there is none of that name.
func (b *bookmarks) find(name string) (string, bool, error) {
	if b.none != nil {
		return "", false, nil
	}
	all, err := b.read()
	url, ok := all[name]
	return url, ok, err
}

// write replaces them, all or nothing.
func (b *bookmarks) write(ctx context.Context, all map[string]string) error {
	dir, base := filepath.Split(b.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	config, err := disk.Open(dir, disk.Options{Sync: disk.SyncAlways})
	if err != nil {
		return err
	}
	defer config.Close()
	w, err := config.Create(ctx, base, storage.CreateOptions{Perm: 0o600})
	if err != nil {
		return err
	}
	defer w.Abort()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if _, err := fmt.Fprintf(w, "%s %s\n", name, all[name]); err != nil {
			return err
		}
	}
	_, err = w.Commit(ctx)
	return err
}

func (e *shellEnv) bookmark(ctx context.Context, a shellArgs) error {
	all, err := e.sh.bookmarks.read()
	if err != nil {
		return err
	}
	name := a.text(1)
	switch do := a.text(0); {
	case do == "" || do == "list" && len(a.words) == 1:
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if err := e.line(fmt.Sprintf("%-16s %s", printable(name), printable(all[name]))); err != nil {
				return err
			}
		}
		return nil
	case do == "add" && name != "":
		if strings.ContainsAny(name, " \t\r\n/:#") || printable(name) != name {
			return usagef("%q is no name for a bookmark: it has no blanks and none of / : #", name)
		}
		if all[name], err = e.marked(a); err != nil {
			return err
		}
		return e.sh.bookmarks.write(ctx, all)
	case (do == "delete" || do == "del" || do == "rm") && len(a.words) == 2:
		if all[name] == "" {
			return hint(fmt.Errorf("bookmark %s: %w", printable(name), fs.ErrNotExist), "bookmark lists those there are")
		}
		delete(all, name)
		return e.sh.bookmarks.write(ctx, all)
	}
	return usagef("%s is none of add NAME [URL], delete NAME and list", printable(a.text(0)))
}

// marked is the URL that a bookmark is to have, without a password.
func (e *shellEnv) marked(a shellArgs) (string, error) {
	if len(a.words) == 3 {
		raw := a.text(2)
		if !strings.Contains(raw, "://") {
			raw = "ftp://" + raw
		}
		u, err := parseURL(raw)
		if err != nil {
			return "", err
		}
		if u.HasPassword {
			e.s.say("ferry: the password is not kept: it will be asked for, or read from .netrc")
		}
		return u.String(), nil
	}
	if e.site == nil {
		return "", usagef("not connected: bookmark add NAME URL says where it is")
	}
	u := e.site.url
	u.Path, u.Folder = e.dir, true
	url := u.Of(e.dir)
	if !strings.HasSuffix(url, "/") {
		url += "/"
	}
	return url, nil
}
