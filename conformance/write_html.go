package conformance

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/seed-6092453b/ferry/internal/plain"
)

//go:embed report.html
var reportPage string

var reportTemplate = template.Must(template.New("report").Parse(reportPage))

// WriteHTML writes the report as a page that stands by itself: it has no scripts,
// loads nothing, is light or dark as its reader likes it, and prints well.
func (r *Report) WriteHTML(w io.Writer) error {
	p := htmlPage{
		Subject: mostShown.cut(r.Subject),
		Banner:  mostShown.cut(r.Banner),
		System:  mostShown.cut(r.System),
		Began:   r.Began.UTC().Format("2006-01-02 15:04 MST"),
		Took:    span(r.Took),
	}
	for i, n := range r.Notes {
		p.Notes = append(p.Notes, htmlNote{i + 1, mostShown.cut(n.Text), ranges(n.LeftOut)})
	}
	by := r.byLevel()
	for _, l := range levels {
		if n, ok := by[l]; ok {
			p.Levels = append(p.Levels, htmlLevel{string(l), n})
		}
	}
	for _, c := range r.chapters() {
		chapter := htmlChapter{ID: plain.Text(c.ID), Title: plain.Text(c.Title), Tally: c.tally()}
		for _, res := range c.Results {
			p.All.add(res.Verdict)
			chapter.Items = append(chapter.Items, newHTMLItem(res))
		}
		p.Chapters = append(p.Chapters, chapter)
	}
	return reportTemplate.Execute(w, p)
}

type htmlPage struct {
	Subject, Banner, System, Began, Took string

	Notes    []htmlNote
	Levels   []htmlLevel
	All      tally
	Chapters []htmlChapter
}

// Bar is the share of each verdict, for the bar at the top.
func (p htmlPage) Bar() (list []htmlShare) {
	for _, s := range []htmlShare{
		{Class: "passed", Count: p.All.Passed}, {Class: "failed", Count: p.All.Failed},
		{Class: "notoffered", Count: p.All.NotOffered}, {Class: "notrun", Count: p.All.NotRun},
	} {
		if s.Count > 0 {
			list = append(list, s)
		}
	}
	return list
}

type htmlShare struct {
	Class string
	Count int
}

type htmlNote struct {
	Number  int
	Text    string
	LeftOut string
}

type htmlLevel struct {
	Name  string
	Tally tally
}

type htmlChapter struct {
	ID, Title string
	Tally     tally
	Items     []htmlItem
}

type htmlItem struct {
	ID, Level, Verdict, Class, Reason, Took string

	Do, Expect []htmlPart
	Sources    []source
	Dialogue   []htmlLine
	Open       bool
}

// htmlPart is a piece of a text of the catalogue, in which code stands between
// backquotes.
type htmlPart struct {
	Text string
	Code bool
}

type htmlLine struct{ At, Conn, Sign, Class, Text string }

func newHTMLItem(res *Result) htmlItem {
	it := htmlItem{
		ID: plain.Text(res.ID), Level: plain.Text(string(res.Level)), Verdict: plain.Text(string(res.Verdict)),
		Reason: mostShown.cut(res.Reason), Took: span(res.Took),
		Do: htmlParts(mostShown.cut(res.Do)), Expect: htmlParts(mostShown.cut(res.Expect)),
		Sources: res.sources(), Open: res.Verdict == Failed,
	}
	switch res.Verdict {
	case Passed:
		it.Class = "passed"
	case Failed:
		it.Class = "failed"
	case NotOffered:
		it.Class = "notoffered"
	default:
		it.Class = "notrun"
	}
	for _, e := range longDialogue.of(res.Dialogue) {
		l := htmlLine{At: fmt.Sprintf("%.3f", e.At.Seconds()), Conn: e.Conn, Sign: "*", Class: "happened", Text: e.Text}
		switch e.Way {
		case Sent:
			l.Sign, l.Class = ">", "sent"
		case Received:
			l.Sign, l.Class = "<", "received"
		}
		it.Dialogue = append(it.Dialogue, l)
	}
	return it
}

func htmlParts(text string) (list []htmlPart) {
	for i, part := range strings.Split(text, "`") {
		if part != "" {
			list = append(list, htmlPart{part, i%2 == 1})
		}
	}
	return list
}
