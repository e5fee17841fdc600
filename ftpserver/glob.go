package ftpserver

import (
	"context"
	"path"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

// glob finds what a pattern of "*", "?" and "[]" fits, element by element. A
// name that begins with a dot is found only by a pattern that does. The work is
// bounded by the entries that may be looked at.
func (l *lister) glob(ctx context.Context, pattern string) ([]target, error) {
	root := l.dir
	if strings.HasPrefix(pattern, "/") {
		root = "/"
	}
	found := []target{{name: storageName(root), info: storage.Info{Kind: storage.KindDir}}}
	if strings.HasPrefix(pattern, "/") {
		found[0].label = "/"
	}
	for elem := range strings.SplitSeq(strings.Trim(pattern, "/"), "/") {
		if elem == "" || elem == "." {
			continue
		}
		var next []target
		before := l.held
		for _, t := range found {
			if !t.info.IsDir() {
				continue
			}
			more, err := l.globElement(ctx, t, elem)
			if err != nil {
				return nil, err
			}
			next = append(next, more...)
		}
		l.drop(before)
		found = next
	}
	return found, nil
}

// globElement finds what one element of a pattern fits in one directory.
func (l *lister) globElement(ctx context.Context, dir target, elem string) ([]target, error) {
	label := func(name string) string {
		if dir.label == "" || dir.label == "/" {
			return dir.label + name
		}
		return dir.label + "/" + name
	}
	pattern := l.text(elem)
	if !strings.ContainsAny(pattern, "*?[") || elem == ".." {
		if l.left--; l.left < 0 {
			return nil, errListing
		}
		name := storageName(cleanPath("/"+dir.name, elem))
		info, err := l.fs.Stat(ctx, name)
		if err != nil {
			return nil, nil // this branch fits nothing
		}
		return []target{{label(elem), name, info}}, l.hold()
	}
	if _, err := path.Match(pattern, ""); err != nil {
		return nil, nil // "[" without "]" fits nothing
	}
	var found []target
	for info, err := range l.fs.List(ctx, dir.name) {
		if err != nil {
			return nil, err
		}
		if l.left--; l.left < 0 {
			return nil, errListing
		}
		if info.Name[0] == '.' && elem[0] != '.' {
			continue
		}
		if ok, _ := path.Match(pattern, l.text(info.Name)); ok {
			if err := l.hold(); err != nil {
				return nil, err
			}
			found = append(found, target{label(info.Name), storage.Join(dir.name, info.Name), info})
		}
	}
	return found, nil
}

// text is what octets of the session's charset stand for: "?" fits a character,
// and an octet of one may look like "[" or a backslash.
func (l *lister) text(octets string) string {
	if text, ok := l.charset.Decode(octets); ok {
		return text
	}
	return octets
}
