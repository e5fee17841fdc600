package cli

import (
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/internal/explain"
)

type explainCmd struct {
	What []string `arg:"" optional:"" sep:"none" name:"command-or-reply" help:"Commands of FTP and codes of replies, or whole lines of a dialogue, in quotes; without any, how FTP works."`
	All  bool     `help:"List all commands and all replies."`
	Lang string   `enum:"auto,en,zh-CN" default:"auto" placeholder:"LANG" help:"Explain in English (en) or Chinese (zh-CN); the default is by LC_ALL, LC_MESSAGES or LANG."`
}

func (explainCmd) Help() string {
	return `Examples:

    ferry explain
    ferry explain PASV RETR 150 226
    ferry explain '227 Entering Passive Mode (192,168,1,2,195,80)'
    ferry explain SITE CHMOD
    ferry explain 5yz

The other commands explain a dialogue as it goes on, with -v.`
}

func (c *explainCmd) Run(s *stdio) error {
	e := explainer(c.Lang)
	var page explain.Page
	switch {
	case c.All && len(c.What) > 0:
		return usagef("--all cannot be used together with commands or replies")
	case c.All:
		page = e.All()
	case len(c.What) == 0:
		page = e.Overview()
	default:
		subjects, err := explain.Parse(c.What)
		if unknown, ok := err.(*explain.UnknownError); ok {
			return usagef("%s", unknown.In(e))
		}
		var pages []explain.Page
		for _, subject := range subjects {
			pages = append(pages, e.Page(subject))
		}
		page = explain.Join(pages...)
	}
	return page.Write(s.out, s.columns(), s.bold())
}

// explainer explains in the language of a tag, and by the environment if that is none
// that there is.
func explainer(tag string) *explain.Explainer {
	if language := ftp.Language(strings.ToLower(tag)); language != "" {
		return explain.New(language)
	}
	return explain.New(explain.LanguageOf(os.Getenv))
}

// How wide texts are: in a file, and on a terminal that is wider than anybody likes to
// read.
const (
	fileColumns = 80
	mostColumns = 96
)

// columns is how wide texts for people are on standard output.
func (s *stdio) columns() int {
	d, ok := s.out.(described)
	if !ok {
		return fileColumns
	}
	wide, _, err := term.GetSize(int(d.Fd())) // fails where there is no terminal
	if err != nil || wide <= 0 {
		return fileColumns
	}
	return min(wide, mostColumns)
}

// bold reports whether standard output is a terminal that shows bold letters, and its
// user wants such things (no-color.org). The consoles of Windows that do not have no
// TERM.
func (s *stdio) bold() bool {
	kind := os.Getenv("TERM")
	return s.outTerminal() && kind != "" && kind != "dumb" && os.Getenv("NO_COLOR") == ""
}
