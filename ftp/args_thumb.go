package ftp

import (
	"strconv"
	"strings"
)

// ThumbArg is the argument of THMB: the format of the picture that is wanted, in
// upper case, and how large it may be in pixels.
type ThumbArg struct {
	Format        string
	Width, Height int
	Path          string
}

// ParseThumb reads the argument of THMB: "format max_width max_height path". All
// behind the third space is the path. A size that is not a number from 1 on is
// ErrSyntax.
func ParseThumb(arg string) (ThumbArg, error) {
	f := strings.SplitN(arg, " ", 4)
	if len(f) < 4 || f[0] == "" || f[3] == "" {
		return ThumbArg{}, ErrSyntax
	}
	t := ThumbArg{Format: strings.ToUpper(f[0]), Path: f[3]}
	for i, n := range []*int{&t.Width, &t.Height} {
		v, err := strconv.ParseUint(f[1+i], 10, 31)
		if err != nil || v == 0 {
			return ThumbArg{}, ErrSyntax
		}
		*n = int(v)
	}
	return t, nil
}
