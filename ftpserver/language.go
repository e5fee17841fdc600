package ftpserver

import (
	"bufio"
	"bytes"
	"embed"
	"slices"
	"strings"
	"sync"

	"github.com/seed-6092453b/ferry/ftp"
)

// language is one that replies can be had in. A nil *language is English.
type language struct {
	tag  string                    // as FEAT shows it
	is   func(parts []string) bool // whether a tag, in lower case and cut at its hyphens, means this language
	load func() map[string]string  // the texts, by the English ones
}

// languages are those beside English, in the order of FEAT.
var languages = []*language{{
	tag: "ZH-CN",
	is: func(parts []string) bool {
		traditional := func(p string) bool { return slices.Contains([]string{"hant", "tw", "hk", "mo"}, p) }
		return parts[0] == "zh" && !slices.ContainsFunc(parts, traditional)
	},
	load: sync.OnceValue(func() map[string]string { return catalogue("lang/zh-CN.txt") }),
}}

//go:embed lang
var catalogues embed.FS

// catalogue reads a file of translations: a line "< " with the English text or
// format, and after it a line "> " with the other.
func catalogue(name string) map[string]string {
	data, err := catalogues.ReadFile(name)
	if err != nil {
		panic(err) // it is in the program
	}
	texts := make(map[string]string)
	english := ""
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		line := lines.Text()
		if text, ok := strings.CutPrefix(line, "< "); ok {
			english = text
		} else if text, ok := strings.CutPrefix(line, "> "); ok {
			texts[english] = text
		}
	}
	return texts
}

// cmdLang chooses the language of replies (RFC 2640, 4); without a tag it is
// English again. A tag with more to it than is known here means the nearest.
func (s *session) cmdLang(arg string) ftp.Reply {
	if arg == "" {
		arg = "en"
	}
	tag, err := ftp.ParseLanguage(arg)
	if err != nil {
		return s.usage("LANG")
	}
	parts := strings.Split(tag, "-")
	chosen := slices.IndexFunc(languages, func(l *language) bool { return l.is(parts) })
	switch {
	case chosen >= 0:
		s.lang = languages[chosen]
	case parts[0] == "en":
		s.lang = nil
	default:
		return s.say(ftp.CodeNotForParameter, "This language is not known here.")
	}
	return s.say(ftp.CodeOK, "Replies are in English.")
}

// langFeature is the line of LANG in FEAT: a star marks the language in use
// (RFC 2640, 4.3).
func (s *session) langFeature() string {
	line := "LANG EN"
	if s.lang == nil {
		line += "*"
	}
	for _, l := range languages {
		line += ";" + l.tag
		if s.lang == l {
			line += "*"
		}
	}
	return line
}
