package ftpserver

import (
	"bytes"
	"strings"
)

// cleanPath returns the absolute path that arg means in the working directory
// dir: slashes are folded, "." and ".." are taken out, and nothing leads above
// the root. A backslash is a character like any other.
func cleanPath(dir, arg string) string {
	var room [256]byte
	path := room[:0]
	if !strings.HasPrefix(arg, "/") {
		path = appendElems(path, dir)
	}
	path = appendElems(path, arg)
	switch {
	case len(path) == 0:
		return "/"
	case string(path) == arg:
		return arg
	}
	return string(path)
}

// appendElems appends the elements of a path, each behind a slash.
func appendElems(path []byte, names string) []byte {
	for names != "" {
		var e string
		switch e, names, _ = strings.Cut(names, "/"); e {
		case "", ".":
		case "..":
			path = path[:max(0, bytes.LastIndexByte(path, '/'))]
		default:
			path = append(append(path, '/'), e...)
		}
	}
	return path
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
