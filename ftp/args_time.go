package ftp

import (
	"strings"
	"time"
)

// ParseTimePath reads "time-val SP pathname", the argument of MFMT
// (draft-somers-ftp-mfxx, 3.1).
func ParseTimePath(arg string) (time.Time, string, error) {
	val, path, ok := strings.Cut(arg, " ")
	if !ok || path == "" {
		return time.Time{}, "", ErrSyntax
	}
	t, err := ParseTime(val)
	if err != nil {
		return time.Time{}, "", ErrSyntax
	}
	return t, path, nil
}
