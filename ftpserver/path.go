package ftpserver

import (
	"strings"
)

// cleanPath returns the absolute path that arg means in the working directory
// dir: slashes are folded, "." and ".." are taken out, and nothing leads above
// the root. A backslash is a character like any other.
func cleanPath(dir, arg string) string {
	if !strings.HasPrefix(arg, "/") {
		arg = dir + "/" + arg
	}
	var elems []string
	for e := range strings.SplitSeq(arg, "/") {
		switch e {
		case "", ".":
		case "..":
			if len(elems) > 0 {
				elems = elems[:len(elems)-1]
			}
		default:
			elems = append(elems, e)
		}
	}
	return "/" + strings.Join(elems, "/")
}

// storageName returns the name in the account's FS of an absolute, clean path.
func storageName(path string) string {
	if path == "/" {
		return "."
	}
	return path[1:]
}

// path returns the absolute path that an argument means.
func (s *session) path(arg string) string { return cleanPath(s.dir, arg) }

// name returns the storage name that an argument means.
func (s *session) name(arg string) string { return storageName(s.path(arg)) }
