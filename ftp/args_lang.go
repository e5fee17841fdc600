package ftp

import "strings"

// ParseLanguage reads the argument of LANG: a language tag of RFC 1766, which is
// returned in lower case. Sub-tags may have digits, as today's tags do.
func ParseLanguage(arg string) (tag string, err error) {
	for i, part := range strings.Split(arg, "-") {
		if len(part) == 0 || len(part) > 8 {
			return "", ErrSyntax
		}
		for j := range len(part) {
			c := part[j] | 0x20
			if letter := c >= 'a' && c <= 'z'; !letter && (i == 0 || part[j] < '0' || part[j] > '9') {
				return "", ErrSyntax
			}
		}
	}
	return strings.ToLower(arg), nil
}
