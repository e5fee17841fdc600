package ftp

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// listMonth returns the month that word names, in any of the languages of
// [listMonthNames], in UTF-8 or an eight-bit charset, and 0 if it names none.
// A "." or "," behind it does not matter.
func listMonth(word string) int {
	for word != "" && (word[len(word)-1] == '.' || word[len(word)-1] == ',') {
		word = word[:len(word)-1]
	}
	if len(word) < 3 || len(word) > 32 {
		return 0
	}
	if len(word) == 3 {
		if m := listMonthEnglish(word); m != 0 {
			return m
		}
	}
	for i := range len(word) {
		if listIsDigit(word[i]) {
			return 0
		}
	}
	for _, spelling := range listSpellings(word) {
		if m := listMonthIndex()[spelling]; m != 0 {
			return int(m)
		}
	}
	return 0
}

// listMonthEnglish is the short way for the names in nearly every listing.
func listMonthEnglish(word string) int {
	const names = "janfebmaraprmayjunjulaugsepoctnovdec"
	a, b, c := word[0]|0x20, word[1]|0x20, word[2]|0x20
	for i := 0; i < len(names); i += 3 {
		if names[i] == a && names[i+1] == b && names[i+2] == c {
			return i/3 + 1
		}
	}
	return 0
}

// listMonthIndex maps each name of [listMonthNames], and its form with "?" for
// each letter outside ASCII, to its month.
var listMonthIndex = sync.OnceValue(func() map[string]uint8 {
	index := make(map[string]uint8)
	for i, names := range listMonthNames {
		for name := range strings.FieldsSeq(names) {
			index[name] = uint8(i + 1)
			// A skeleton of question marks alone would match anything.
			if s := listSkeleton(name); strings.Trim(s, "?") != "" && index[s] == 0 {
				index[s] = uint8(i + 1)
			}
		}
	}
	return index
})

// listSpellings returns what word may be in lower case and UTF-8. A listing
// does not tell its charset. For Latin letters that needs no table: "M\xe4r" is
// known by the letters that are ASCII. For Cyrillic each charset is tried.
func listSpellings(word string) []string {
	if utf8.ValidString(word) {
		return []string{strings.ToLower(word)}
	}
	spellings := []string{listSkeleton(strings.ToLower(word))}
	for _, decode := range []func(byte) rune{listKOI8R, listCP1251, listISO8859c5, listCP866} {
		var b strings.Builder
		for i := range len(word) {
			b.WriteRune(decode(word[i]))
		}
		spellings = append(spellings, b.String())
	}
	return spellings
}

// listSkeleton puts "?" for each character of s that is not ASCII.
func listSkeleton(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= utf8.RuneSelf {
			r = '?'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// The decoders below know the Russian letters of a charset, which they return
// in lower case, and "?" for all else that is not ASCII.

func listKOI8R(c byte) rune {
	const letters = "юабцдефгхийклмнопярстужвьызшэщчъ"
	if c >= 0xC0 {
		return []rune(letters)[(c-0xC0)%32]
	}
	return listASCII(c)
}

func listCP1251(c byte) rune {
	if c >= 0xC0 {
		return 'а' + rune((c-0xC0)%32)
	}
	return listASCII(c)
}

func listISO8859c5(c byte) rune {
	if 0xB0 <= c && c <= 0xEF {
		return 'а' + rune((c-0xB0)%32)
	}
	return listASCII(c)
}

func listCP866(c byte) rune {
	switch {
	case 0x80 <= c && c <= 0x9F:
		return 'а' + rune(c-0x80)
	case 0xA0 <= c && c <= 0xAF:
		return 'а' + rune(c-0xA0)
	case 0xE0 <= c && c <= 0xEF:
		return 'р' + rune(c-0xE0)
	}
	return listASCII(c)
}

func listASCII(c byte) rune {
	if c >= utf8.RuneSelf {
		return '?'
	}
	return rune(c)
}
