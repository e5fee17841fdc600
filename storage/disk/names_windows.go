package disk

import (
	"path/filepath"
	"strings"
)

const usuallyFolds = true

// systemAllows reports whether the system can have an object of this valid
// name: no device (NUL, COM1), no stream of a file (a:b), no second separator,
// and no ending that Windows drops, by which one name would reach another.
func systemAllows(name string) bool {
	if name == "." {
		return true
	}
	for elem := range strings.SplitSeq(name, "/") {
		if strings.ContainsAny(elem, `\:*?"<>|`) || !filepath.IsLocal(elem) ||
			strings.HasSuffix(elem, ".") || strings.HasSuffix(elem, " ") {
			return false
		}
		for _, c := range []byte(elem) {
			if c < 0x20 {
				return false
			}
		}
	}
	return true
}
