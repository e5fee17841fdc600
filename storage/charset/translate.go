package charset

import (
	"context"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

// Inside returns how the store beneath fsys calls what fsys calls name, if fsys is
// a view of this package; else name itself. It is for what is done to the store
// behind the view's back, of which the view takes note.
func Inside(ctx context.Context, fsys storage.FS, name string) (string, error) {
	v, ok := fsys.(*view)
	if !ok {
		return name, nil
	}
	inside, err := v.inside(ctx, "inside", name)
	if err == nil {
		v.soil(inside)
	}
	return inside, err
}

// Outside returns how fsys lists what the store beneath it calls name, if fsys is a
// view of this package; else name itself.
func Outside(ctx context.Context, fsys storage.FS, name string) (string, error) {
	v, ok := fsys.(*view)
	if !ok || isASCII(name) {
		return name, nil
	}
	outside, dir := ".", "."
	for elem := range strings.SplitSeq(name, "/") {
		shown, err := v.outside(elem, func(other string) (bool, error) { return v.exists(ctx, dir, other) })
		if err != nil {
			return "", storage.PathError("outside", name, err)
		}
		outside, dir = storage.Join(outside, shown), storage.Join(dir, elem)
	}
	return outside, nil
}
