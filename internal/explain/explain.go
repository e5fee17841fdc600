// Package explain puts the protocol into words, in English and in Chinese, for those
// who learn it or look at its dialogue: what a command and a reply mean, by the tables
// of package ftp, where the data connection goes that a 227 tells of, and who connects
// to whom.
package explain

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/seed-6092453b/ferry/ftp"
)

// An Explainer explains in one language. It may be used by several goroutines.
type Explainer struct {
	language string
	own      ftp.Catalogue // of what this package says
	tables   ftp.Catalogue // of what the tables say
}

//go:embed lang/zh-CN.txt
var chineseFile string

var chinese = sync.OnceValue(func() ftp.Catalogue { return ftp.ParseCatalogue(chineseFile) })

// New returns an Explainer for a language, "en" or "zh-CN"; for any other it explains
// in English.
func New(language string) *Explainer {
	e := &Explainer{language: language, tables: ftp.TableTexts(language)}
	if language == "zh-CN" {
		e.own = chinese()
	}
	return e
}

// LanguageOf returns the language that a person wants by the environment: the first
// that is set of LC_ALL, LC_MESSAGES and LANG decides, as in zh_CN.UTF-8 (POSIX, 8.2).
// What is no language that there is means English.
func LanguageOf(getenv func(string) string) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		value := getenv(name)
		if value == "" {
			continue
		}
		value, _, _ = strings.Cut(value, ".")
		value, _, _ = strings.Cut(value, "@")
		if l := ftp.Language(strings.ToLower(strings.ReplaceAll(value, "_", "-"))); l != "" {
			return l
		}
		break
	}
	return "en"
}

// tr returns a text of this package in the language.
func (e *Explainer) tr(format string, args ...any) string {
	return fmt.Sprintf(e.own.Text(format), args...)
}

// table returns a text of the tables in the language.
func (e *Explainer) table(text string) string { return e.tables.Text(text) }

// sentences joins sentences that lack their full stops. Empty ones are left out.
func (e *Explainer) sentences(list ...string) string {
	stop, gap := ".", " "
	if e.language == "zh-CN" {
		stop, gap = "。", ""
	}
	var b strings.Builder
	for _, s := range list {
		if s == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(gap)
		}
		b.WriteString(s + stop)
	}
	return b.String()
}

// clauses joins sentences to one, without a full stop.
func (e *Explainer) clauses(list []string) string {
	if e.language == "zh-CN" {
		return strings.Join(list, "；")
	}
	return strings.Join(list, "; ")
}

// words joins words or codes to a list.
func (e *Explainer) words(list []string) string {
	if e.language == "zh-CN" {
		return strings.Join(list, "、")
	}
	return strings.Join(list, ", ")
}
