package ftp

import "strings"

// QuotePath returns path in double quotes, each quote inside doubled, as the
// 257 reply wants it (RFC 959, Appendix II).
func QuotePath(path string) string {
	return `"` + strings.ReplaceAll(path, `"`, `""`) + `"`
}

// UnquotePath reads the path out of the text of a 257 reply: from the first
// quote to the next that is not doubled. Without quotes it takes the first
// word. It reports false if there is no path.
func UnquotePath(text string) (string, bool) {
	_, s, ok := strings.Cut(text, `"`)
	if !ok {
		word, _, _ := strings.Cut(strings.TrimLeft(text, " "), " ")
		return word, word != ""
	}
	path, _, ok := unquote(s)
	return path, ok
}

// UniqueName reads the name out of the "FILE: name" that precedes a STOU
// transfer (RFC 1123, 4.1.2.9). It reports false if the text has none.
func UniqueName(text string) (string, bool) {
	const mark = "FILE: "
	for i := 0; i+len(mark) <= len(text); i++ {
		if strings.EqualFold(text[i:i+len(mark)], mark) {
			return text[i+len(mark):], text[i+len(mark):] != ""
		}
	}
	return "", false
}
