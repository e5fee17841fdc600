package ftp

import "strings"

// ParseMark reads the text of a 110 reply, "MARK ssss = rrrr" (RFC 959, 5.4): the
// restart marker as the sender of the file made it, and the receiver's own for
// the same place. Blanks around the "=" may be missing, and the word may be in
// any case or missing; then a marker with "=" in it is cut at the first one. ok
// is false if there are not two markers.
func ParseMark(text string) (sender, receiver string, ok bool) {
	text = strings.Trim(text, " \t")
	if len(text) > 5 && strings.EqualFold(text[:4], "MARK") && (text[4] == ' ' || text[4] == '\t') {
		text = text[5:]
	}
	sender, receiver, ok = strings.Cut(text, " = ")
	if !ok {
		sender, receiver, ok = strings.Cut(text, "=")
	}
	sender, receiver = strings.Trim(sender, " \t"), strings.Trim(receiver, " \t")
	// Prose behind a marker, or the full stop of a sentence, is none of it: only
	// the receiver knows which octets are its own, so nothing else is cut off.
	receiver, _, _ = strings.Cut(receiver, " ")
	if !ok || !ValidMarker(sender) || !ValidMarker(receiver) {
		return "", "", false
	}
	return sender, receiver, true
}

// ValidMarker reports whether s can be a restart marker: printable characters
// without blanks (RFC 959, 3.5).
func ValidMarker(s string) bool {
	for i := range len(s) {
		if s[i] < 33 || s[i] > 126 {
			return false
		}
	}
	return s != ""
}
