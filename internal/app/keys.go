package app

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
)

// KeyError says that clients could read the server's private key, or replace it.
type KeyError struct {
	Key    string // the file, or the directory that holds it
	Folder string // that is served
	Hint   string // a way out
}

func (e *KeyError) Error() string {
	return fmt.Sprintf("%s holds a private key, and clients could get it: it is within %s, which is served; %s", e.Key, e.Folder, e.Hint)
}

// keepKeys refuses to serve a folder in which the keys of t lie, or are to be made
// (in dir, if that is not ""). To hide them from clients would not do: who may
// write can move the folder that they are in, or make a link to it.
func (a *App) keepKeys(t TLS, dir string) error {
	for _, p := range t.Files {
		key := cmp.Or(p.Key, p.Cert)
		if info, err := os.Stat(key); err == nil && !info.Mode().IsRegular() {
			continue // a pipe: nobody can read the key out of it a second time
		}
		places := []string{filepath.Dir(key)}
		if target, err := filepath.EvalSymlinks(key); err == nil {
			places = append(places, filepath.Dir(target))
		}
		if folder := a.servedAround(places...); folder != "" {
			return &KeyError{key, folder, "move the key to another place"}
		}
	}
	if dir == "" {
		return nil
	}
	if folder := a.servedAround(dir); folder != "" {
		return &KeyError{dir, folder, "choose another place by --state DIR, or serve another folder"}
	}
	return nil
}

// servedAround returns the first folder that is served and is one of dirs or above
// it, or "". The dirs need not be there yet.
func (a *App) servedAround(dirs ...string) string {
	for _, folder := range a.served {
		outer, err := os.Stat(folder)
		if err != nil {
			continue // it is gone, and what is in it, too
		}
		for _, dir := range dirs {
			for _, d := range above(dir) {
				// Not by its name: a folder may have several.
				if info, err := os.Stat(d); err == nil && os.SameFile(info, outer) {
					return folder
				}
			}
		}
	}
	return ""
}

// above returns dir and all folders above it: those of its name, and those of the
// place that this leads to by symbolic links.
func above(dir string) []string {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil
	}
	var all []string
	led := false
	for d := dir; ; d = filepath.Dir(d) {
		all = append(all, d)
		if real, err := filepath.EvalSymlinks(d); err == nil && !led {
			led = true // and with it those above
			for r := real; r != filepath.Dir(r); r = filepath.Dir(r) {
				all = append(all, r)
			}
		}
		if d == filepath.Dir(d) {
			return all
		}
	}
}
