package disk

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/seed-6092453b/ferry/storage"
)

// maxLinks is how many symbolic links one name may pass, as on Linux.
const maxLinks = 40

// resolve returns the name, free of symbolic links, of what name leads to.
// There may be nothing of that name in its directory. That it leads nowhere
// outside of the root is settled again by whatever is done with it.
func (d *FS) resolve(name string) (string, error) {
	rest := strings.Split(name, "/")
	var done []string
	for links := 0; len(rest) > 0; {
		elem := rest[0]
		rest = rest[1:]
		switch elem {
		case "", ".":
			continue
		case "..":
			if len(done) == 0 {
				return "", d.escape
			}
			done = done[:len(done)-1]
			continue
		}
		done = append(done, elem)
		path := strings.Join(done, "/")
		fi, err := d.root.Lstat(path)
		if isMissing(err) && len(rest) == 0 {
			return path, nil
		}
		if err != nil {
			return "", err
		}
		if fi.Mode().Type() != os.ModeSymlink {
			continue
		}
		if links++; links > maxLinks {
			return "", syscall.ELOOP
		}
		target, err := d.root.Readlink(path)
		if err != nil {
			return "", err
		}
		target = filepath.ToSlash(target)
		if strings.HasPrefix(target, "/") || filepath.VolumeName(target) != "" {
			return "", d.escape
		}
		done = done[:len(done)-1]
		rest = append(strings.Split(target, "/"), rest...)
	}
	if len(done) == 0 {
		return ".", nil
	}
	return strings.Join(done, "/"), nil
}

// place is where a name is, or would be.
type place struct {
	dir     *os.Root // the directory, held open for as long as a writer needs it
	own     bool     // dir is not the root of the FS, and to be closed
	dirName string
	base    string
	old     os.FileInfo // what is there; nil for nothing. A link only if not followed
}

func (p *place) close() {
	if p.own {
		p.dir.Close()
	}
}

// locate finds the place of name, or, if follow is set, of what it leads to.
// The caller closes it.
func (d *FS) locate(name string, follow bool) (*place, error) {
	p, err := d.locateOnce(name)
	if err != nil || !follow || p.old == nil || p.old.Mode().Type() != os.ModeSymlink {
		return p, err
	}
	p.close()
	if name, err = d.resolve(name); err != nil {
		return nil, err
	}
	if p, err = d.locateOnce(name); err != nil {
		return nil, err
	}
	if p.old != nil && p.old.Mode().Type() == os.ModeSymlink { // it has just become one
		p.close()
		return nil, syscall.ELOOP
	}
	return p, nil
}

func (d *FS) locateOnce(name string) (_ *place, err error) {
	p := &place{dir: d.root}
	p.dirName, p.base = storage.Split(name)
	if p.dirName != "." {
		// With the dot at its end, nothing but a directory is opened.
		if p.dir, err = d.root.OpenRoot(p.dirName + "/."); err != nil {
			return nil, err
		}
		p.own = true
	}
	p.old, err = p.dir.Lstat(p.base)
	if err != nil && !isMissing(err) {
		p.close()
		return nil, err
	}
	if err != nil {
		p.old = nil
	}
	return p, nil
}
