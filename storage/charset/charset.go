// Package charset shows a store whose names are in one character set as one
// whose names are in another. FTP is older than UTF-8, so that there are servers
// and clients whose names are in GBK, Shift_JIS or KOI8-R and do not say so.
//
// [Encoded] is for a server: its store has names in UTF-8 and its clients want
// another charset. [Decoded] is for a client: the names that the server sends are
// in another charset and the user wants UTF-8.
//
// # Names that do not map
//
// The charset is what names should be in, not what they are in. An element of a
// path that is not of the charset, or does not come back as the same octets, is
// kept byte for byte. Therefore an outside name can mean two inside names: what
// it maps to, and its very octets. Two rules say which:
//
//   - If one of the two exists, it is that one.
//   - If both do, it is the very octets where those have no other outside name,
//     else what it maps to.
//
// A listing follows the same rules: a name that would be taken for another one is
// listed by its own octets. So no two entries of a directory have one outside
// name, and opening a listed name opens the object that was listed.
//
// Names are neither normalised nor folded.
package charset

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
)

// Charset is a character set that names can be in: a superset of ASCII without
// states, so that "/", "." and line ends are what they are wherever they stand
// in octets. A nil Charset is UTF8. A Charset may be used concurrently.
type Charset struct {
	name string
	enc  encoding.Encoding // nil: UTF-8
}

// UTF8 is the charset in which names are as they are.
var UTF8 = &Charset{name: "UTF-8"}

// IsUTF8 reports whether c is UTF8 or nil.
func (c *Charset) IsUTF8() bool { return c == nil || c.enc == nil }

// aliases are names in use that no registry has.
var aliases = map[string]string{
	"cp932": "Shift_JIS", "ms932": "Shift_JIS", "windows-932": "Shift_JIS",
	"cp949": "EUC-KR", "ms949": "EUC-KR", "uhc": "EUC-KR",
	"cp950": "Big5", "ms950": "Big5", "windows-950": "Big5",
	"cp858": "IBM00858", "ibm858": "IBM00858",
	"utf8": "UTF-8",
}

// Lookup returns the charset of that name: one of the registries of IANA and of
// the WHATWG ("GBK", "windows-1251"), or a common one ("cp949"), in letters of
// either case.
func Lookup(name string) (*Charset, error) {
	name = strings.TrimSpace(name)
	if alias, ok := aliases[strings.ToLower(name)]; ok {
		name = alias
	}
	enc, err := ianaindex.IANA.Encoding(name)
	if err != nil || enc == nil {
		enc, err = htmlindex.Get(name)
	}
	if err != nil || enc == nil {
		return nil, fmt.Errorf("%q is not a known charset, as in GBK, Shift_JIS or windows-1251", name)
	}
	proper, err := ianaindex.MIME.Name(enc)
	if err != nil || proper == "" {
		if proper, err = htmlindex.Name(enc); err != nil {
			proper = name
		}
	}
	if proper == UTF8.name {
		return UTF8, nil
	}
	c := &Charset{proper, enc}
	if !c.plain() {
		return nil, fmt.Errorf("names cannot be in %s: octets that look like ASCII mean something else in it, so that a path could not be taken apart at its slashes", proper)
	}
	return c, nil
}

// plain reports whether every character of ASCII stands for itself.
func (c *Charset) plain() bool {
	for b := byte(1); b < utf8.RuneSelf; b++ {
		s := string(rune(b))
		if text, err := c.enc.NewDecoder().String(s); err != nil || text != s {
			return false
		}
		if octets, err := c.enc.NewEncoder().String(s); err != nil || octets != s {
			return false
		}
	}
	return true
}

// Name returns the name of the charset as the registries have it.
func (c *Charset) Name() string {
	if c == nil {
		return UTF8.name
	}
	return c.name
}

// String returns the name.
func (c *Charset) String() string { return c.Name() }

// Decode returns the text that octets of the charset stand for. It reports false
// if they are not of the charset, or are not what Encode makes of that text.
func (c *Charset) Decode(octets string) (text string, ok bool) {
	if c.IsUTF8() {
		return octets, utf8.ValidString(octets)
	}
	if isASCII(octets) {
		return octets, true
	}
	text, ok = c.decode(octets)
	if !ok {
		return "", false
	}
	back, ok := c.encode(text)
	return text, ok && back == octets
}

// Encode returns the octets of the charset that stand for a text. It reports
// false if the text is no UTF-8, has a character that the charset does not have,
// or is not what Decode makes of those octets.
func (c *Charset) Encode(text string) (octets string, ok bool) {
	if c.IsUTF8() {
		return text, utf8.ValidString(text)
	}
	if isASCII(text) {
		return text, true
	}
	octets, ok = c.encode(text)
	if !ok {
		return "", false
	}
	back, ok := c.decode(octets)
	return octets, ok && back == text
}

func (c *Charset) decode(octets string) (string, bool) {
	text, err := c.enc.NewDecoder().String(octets)
	return text, err == nil && !strings.ContainsRune(text, utf8.RuneError)
}

func (c *Charset) encode(text string) (string, bool) {
	if !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError) {
		return "", false
	}
	octets, err := c.enc.NewEncoder().String(text)
	return octets, err == nil
}

// isASCII reports whether s is the same in every Charset.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
