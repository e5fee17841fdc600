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
	dir     folder // the directory, held open for as long as a writer needs it
	dirName string
	base    string
	taken   bool // there is something
	old     meta // what it is. A link only if not followed
}

func (p *place) close() { p.dir.close() }

// locate finds the place of name, or, if follow is set, of what it leads to.
// Unless it fails, the caller closes p.
func (d *FS) locate(p *place, name string, follow bool) error {
	if err := d.locateOnce(p, name); err != nil || !follow || !p.isLink() {
		return err
	}
	p.close()
	name, err := d.resolve(name)
	if err != nil {
		return err
	}
	if err := d.locateOnce(p, name); err != nil {
		return err
	}
	if p.isLink() { // it has just become one
		p.close()
		return syscall.ELOOP
	}
	return nil
}

func (p *place) isLink() bool { return p.taken && p.old.kind == storage.KindSymlink }

func (d *FS) locateOnce(p *place, name string) (err error) {
	*p = place{}
	p.dirName, p.base = storage.Split(name)
	if p.dir, err = d.openFolder(p.dirName); err != nil {
		return err
	}
	p.old, err = p.dir.stat(p.base)
	switch {
	case err == nil:
		p.taken = true
	case !isMissing(err):
		p.close()
		return err
	}
	return nil
}
