package ftpserver

import (
	"embed"
	"slices"
	"sync"

	"github.com/seed-6092453b/ferry/ftp"
)

// language is one that replies can be had in, one of those that ftp.TableTexts has. A
// nil *language is English.
type language struct {
	tag  string               // as FEAT shows it
	name string               // as package ftp has it
	load func() ftp.Catalogue // the server's own texts
}

// languages are those beside English, in the order of FEAT.
var languages = []*language{{
	tag:  "ZH-CN",
	name: "zh-CN",
	load: sync.OnceValue(func() ftp.Catalogue { return catalogue("lang/zh-CN.txt") }),
}}

//go:embed lang
var catalogues embed.FS

func catalogue(name string) ftp.Catalogue {
	file, err := catalogues.ReadFile(name)
	if err != nil {
		panic(err) // it is in the program
	}
	return ftp.ParseCatalogue(string(file))
}

// cmdLang chooses the language of replies (RFC 2640, 4); without a tag it is
// English again. A tag with more to it than is known here means the nearest.
func (s *session) cmdLang(arg string) answer {
	if arg == "" {
		arg = "en"
	}
	tag, err := ftp.ParseLanguage(arg)
	if err != nil {
		return s.usage("LANG")
	}
	name := ftp.Language(tag)
	chosen := slices.IndexFunc(languages, func(l *language) bool { return l.name == name })
	switch {
	case chosen >= 0:
		s.lang = languages[chosen]
	case name == "en":
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
