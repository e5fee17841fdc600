package charset

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/seed-6092453b/ferry/storage"
)

// view is a store with its names in another charset. An element of a path is
// mapped by show and read, which are each other's inverse where they report true;
// what they do not map is kept. ASCII maps to itself.
type view struct {
	fsys  storage.FS
	show  func(inside string) (outside string, ok bool)
	read  func(outside string) (inside string, ok bool)
	mixed bool       // new names are not mapped
	clean *cleanDirs // nil remembers nothing
}

// Encoded returns fsys, whose names are in UTF-8, with names in c: what a client
// in c gets to see. Everything is looked up in fsys, so that any number of views
// of one store agree. Encoded with UTF8 is fsys.
func Encoded(fsys storage.FS, c *Charset) storage.FS {
	if c.IsUTF8() {
		return fsys
	}
	return &view{fsys: fsys, show: c.Encode, read: c.Decode}
}

// Decoded returns fsys, whose names are in c, with names in UTF-8. It is for a
// store at the other end of a network, and looks things up only in directories
// that it has neither listed nor made: whoever else puts a name there that is
// itself in UTF-8, where there is one in c for the same text, is not noticed
// until the next listing. Decoded with UTF8 is fsys.
func Decoded(fsys storage.FS, c *Charset) storage.FS {
	if c.IsUTF8() {
		return fsys
	}
	return &view{fsys: fsys, show: c.Decode, read: c.Encode, clean: new(cleanDirs)}
}

// Mixed returns fsys, in which each name may be in UTF-8 or in c, with names in
// UTF-8: what is UTF-8 is taken for that (RFC 2640, 3.1), and new names are in
// UTF-8. Like Decoded it is for a store at the other end of a network. Mixed with
// UTF8 is fsys.
func Mixed(fsys storage.FS, c *Charset) storage.FS {
	if c.IsUTF8() {
		return fsys
	}
	return &view{
		fsys: fsys,
		show: func(inside string) (string, bool) {
			outside, ok := c.Decode(inside)
			return outside, ok && !utf8.ValidString(inside)
		},
		read: func(outside string) (string, bool) {
			inside, ok := c.Encode(outside)
			return inside, ok && !utf8.ValidString(inside)
		},
		mixed: true,
		clean: new(cleanDirs),
	}
}

// inside returns the name in fsys of an outside name, or ErrName.
func (v *view) inside(ctx context.Context, op, name string) (string, error) {
	if !storage.ValidName(name) {
		return "", storage.PathError(op, name, storage.ErrName)
	}
	if isASCII(name) {
		return name, nil
	}
	dir := "."
	for elem := range strings.SplitSeq(name, "/") {
		elem, err := v.element(ctx, dir, elem)
		if err != nil {
			return "", storage.PathError(op, name, err)
		}
		dir = storage.Join(dir, elem)
	}
	return dir, nil
}

// element returns the inside name of an entry of a directory, which may not exist.
func (v *view) element(ctx context.Context, dir, outside string) (string, error) {
	mapped, ok := v.read(outside)
	if !ok || mapped == outside {
		return outside, nil
	}
	there := func(name string) (bool, error) { return v.exists(ctx, dir, name) }
	if v.clean.has(dir) {
		if v.mixed {
			return outside, nil
		}
		return mapped, nil
	}
	if ok, err := there(outside); err != nil || !ok && !v.mixed {
		return mapped, err
	} else if !ok {
		if ok, err := there(mapped); ok || err != nil {
			return mapped, err
		}
		return outside, nil
	}
	// Both, or the very octets alone.
	if raw, err := v.raw(outside, there); raw || err != nil {
		return outside, err
	}
	if ok, err := there(mapped); ok || err != nil {
		return mapped, err
	}
	return outside, nil
}

// outside returns how the entry of a directory is listed that is called inside
// in fsys. there tells of octets that an outside name can be read from whether
// there is an entry of that name, too.
func (v *view) outside(inside string, there func(string) (bool, error)) (string, error) {
	shown, ok := v.show(inside)
	if !ok || shown == inside {
		return inside, nil
	}
	if raw, err := v.raw(inside, there); raw || err != nil {
		return inside, err
	}
	return shown, nil
}

// raw reports whether an entry is listed by its own octets: because it does not
// map, or because what it maps to are the octets by which another entry has to
// be listed.
func (v *view) raw(inside string, there func(string) (bool, error)) (bool, error) {
	for len(inside) < maxChain {
		shown, ok := v.show(inside)
		if !ok {
			return true, nil
		}
		if shown == inside {
			return false, nil
		}
		if ok, err := there(shown); !ok || err != nil {
			return false, err
		}
		inside = shown
	}
	return false, nil
}

// maxChain is longer than any name of a store.
const maxChain = 64 << 10

// exists reports whether a directory has an entry of that name. If that cannot be
// told, it has none: whoever wants it gets to see the error.
func (v *view) exists(ctx context.Context, dir, name string) (bool, error) {
	_, err := v.fsys.Stat(ctx, storage.Join(dir, name))
	if err != nil {
		return false, ctx.Err()
	}
	return true, nil
}

// target returns the outside path of what a symbolic link says, element by
// element: it may lead anywhere.
func (v *view) target(inside string) string { return eachElement(inside, v.show) }

// eachElement maps those elements of a path that can be mapped.
func eachElement(path string, mapping func(string) (string, bool)) string {
	if isASCII(path) {
		return path
	}
	elems := strings.Split(path, "/")
	for i, elem := range elems {
		if mapped, ok := mapping(elem); ok {
			elems[i] = mapped
		}
	}
	return strings.Join(elems, "/")
}

// info returns what fsys says of the object that was asked for by name.
func (v *view) info(name string, info storage.Info) storage.Info {
	if name != "." {
		_, info.Name = storage.Split(name)
	}
	info.Target = v.target(info.Target)
	return info
}
