package ftp

import (
	"embed"
	"slices"
	"strings"
	"sync"
)

// Catalogue has texts in another language, by the English ones.
type Catalogue map[string]string

// Text returns a text in the language of the catalogue, and the text itself where the
// catalogue, which may be nil, does not have it.
func (c Catalogue) Text(english string) string {
	if t, ok := c[english]; ok {
		return t
	}
	return english
}

// ParseCatalogue reads a file of translations: a line "< " with the English text or
// format, and after it a line "> " with the other. Other lines mean nothing.
func ParseCatalogue(file string) Catalogue {
	texts := make(Catalogue)
	english := ""
	for line := range strings.Lines(file) {
		line = strings.TrimRight(line, "\r\n")
		if text, ok := strings.CutPrefix(line, "< "); ok {
			english = text
		} else if text, ok := strings.CutPrefix(line, "> "); ok {
			texts[english] = text
		}
	}
	return texts
}

//go:embed lang
var catalogues embed.FS

var chinese = sync.OnceValue(func() Catalogue {
	file, err := catalogues.ReadFile("lang/zh-CN.txt")
	if err != nil {
		panic(err) // it is in the program
	}
	return ParseCatalogue(string(file))
})

// TableTexts returns what the tables say in another language: Command.Help,
// Feature.Help, the texts of ReplyRow, Code.Outcome, Code.Handling and Code.Subject. It is nil for English, and
// for a language that is not known; Language says which are. The caller may not change
// it.
func TableTexts(language string) Catalogue {
	if language == "zh-CN" {
		return chinese()
	}
	return nil
}

// Language returns the language that a tag in lower case (see ParseLanguage) means, of
// those that the tables are in: "en", "zh-CN", or "" for none. A tag with more to it
// than is known here means the nearest; Chinese in its traditional characters means
// none.
func Language(tag string) string {
	parts := strings.Split(tag, "-")
	traditional := func(p string) bool { return slices.Contains([]string{"hant", "tw", "hk", "mo"}, p) }
	switch {
	case parts[0] == "en":
		return "en"
	case parts[0] == "zh" && !slices.ContainsFunc(parts, traditional):
		return "zh-CN"
	}
	return ""
}
