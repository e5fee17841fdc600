package transfer

import "strings"

// Stem returns what the temporary names of the file base begin with.
func Stem(base string) string {
	part, _ := partNames(base)
	return strings.TrimSuffix(part, partSuffix)
}

// StemOf returns what the temporary name base begins with; false if it is not
// temporary. The copy of a file that it belongs to is that whose Stem is the same.
func StemOf(base string) (string, bool) {
	for _, suffix := range []string{sideSuffix, oldSuffix, partSuffix} {
		if stem, ok := strings.CutSuffix(base, suffix); ok {
			return stem, true
		}
	}
	return "", false
}
