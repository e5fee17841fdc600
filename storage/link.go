package storage

import (
	"context"
	"strings"
)

// Linker is implemented by an FS that can make symbolic links.
type Linker interface {
	// Symlink makes a symbolic link called name, which must not exist yet
	// (fs.ErrExist), that leads to target. target is what Info.Target will say:
	// it counts from the directory of name, and need not exist. One that
	// LinkTarget refuses is ErrName.
	Symlink(ctx context.Context, target, name string) error
}

// LinkTarget returns the name that a symbolic link called name leads to, if no
// other link is on the way. It is ErrName, as a *fs.PathError about name, if
// target is empty, begins with a slash, has a NUL or leads out of the root.
func LinkTarget(target, name string) (string, error) {
	refused := PathError("symlink", name, ErrName)
	if !ValidName(name) || name == "." || target == "" || strings.HasPrefix(target, "/") || strings.IndexByte(target, 0) >= 0 {
		return "", refused
	}
	var at []string
	if dir, _ := Split(name); dir != "." {
		at = strings.Split(dir, "/")
	}
	for elem := range strings.SplitSeq(target, "/") {
		switch elem {
		case "", ".":
		case "..":
			if len(at) == 0 {
				return "", refused
			}
			at = at[:len(at)-1]
		default:
			at = append(at, elem)
		}
	}
	if len(at) == 0 {
		return ".", nil
	}
	return strings.Join(at, "/"), nil
}
