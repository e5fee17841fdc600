package sandbox

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/landlock-lsm/go-landlock/landlock"
)

// rules collects what is allowed.
type rules struct {
	config landlock.Config
	list   []landlock.Rule
}

// grant allows access to path and what is below it, as far as the config
// refuses it.
func (r *rules) grant(access landlock.AccessFSSet, path string) {
	r.list = append(r.list, landlock.PathAccess(access&r.config.HandledAccessFS, path))
}

// write allows everything but execution in a folder.
func (r *rules) write(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return &fs.PathError{Op: "confine to", Path: path, Err: errors.New("not a folder")}
	}
	r.grant(writeTree, path)
	return nil
}

// read allows reading a folder, or a file and what may take its place.
func (r *rules) read(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.IsDir() {
		r.grant(readTree, path)
		return nil
	}
	// By its folder alone a file in a broad one would be missed.
	r.grant(readFile, path)
	dirs, err := folders(path)
	for _, dir := range dirs {
		r.grant(readTree, dir)
	}
	return err
}

// alone allows reading a file, or a folder, as it is now. That it is not there is
// no error.
func (r *rules) alone(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return nil
	case err != nil:
		return err
	case info.IsDir():
		r.grant(readTree, path)
	default:
		r.grant(readFile, path)
	}
	return nil
}

// folders returns the folders in which a new file would take the place of path:
// its own, and that of what it leads to. Those in which all kinds of things lie
// are left out.
func folders(path string) ([]string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	own, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, err
	}
	var dirs []string
	for _, dir := range []string{own, filepath.Dir(target)} {
		if !broad(dir) && (len(dirs) == 0 || dirs[0] != dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs, nil
}

// broad reports whether all kinds of things lie in the folder with the absolute path
// dir: the root, those directly below it, and homes.
func broad(dir string) bool {
	home, err := os.UserHomeDir()
	return strings.Count(dir, "/") < 2 || filepath.Dir(dir) == "/home" || err == nil && dir == filepath.Clean(home)
}
