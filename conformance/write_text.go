package conformance

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/seed-6092453b/ferry/internal/plain"
)

// TextOptions say how WriteText shows a report.
type TextOptions struct {
	// All shows each item, with its dialogue; else only those that have failed are
	// shown like this, and the others are counted or named.
	All bool

	// Color uses the escape sequences of terminals.
	Color bool
}

// WriteText writes the report for people: what holds for the whole run, then group
// by group what has failed and how, then a summary. Texts of the server are
// shortened, and made harmless for a terminal.
func (r *Report) WriteText(w io.Writer, o TextOptions) error {
	t := textWriter{w: bufio.NewWriter(w), o: o}
	t.head(r)
	t.notes(r)
	for _, c := range r.chapters() {
		t.chapter(r, c)
	}
	t.summary(r)
	return t.w.Flush()
}

// textWriter writes a report as text. Errors are kept by w.
type textWriter struct {
	w *bufio.Writer
	o TextOptions
}

func newPlainText(w io.Writer) *textWriter { return &textWriter{w: bufio.NewWriter(w)} }

// The SGR sequences in use.
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
)

func (t *textWriter) paint(style, text string) string {
	if !t.o.Color || text == "" {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[m"
}

func (t *textWriter) line(format string, args ...any) { fmt.Fprintf(t.w, format+"\n", args...) }

func (t *textWriter) head(r *Report) {
	t.line("%s", t.paint(bold, mostShown.cut(r.Subject)))
	t.line("%s, %s, in %s", plural(len(r.Results), "item", "items"), r.Began.UTC().Format("2006-01-02 15:04 MST"), span(r.Took))
	if r.Banner != "" {
		t.field("", "greeting", shortDialogue.cut(r.Banner))
	}
	if r.System != "" {
		t.field("", "system", shortDialogue.cut(r.System))
	}
}

func (t *textWriter) notes(r *Report) {
	for i, n := range r.Notes {
		t.line("")
		text := wrap(mostShown.cut(n.Text), textWidth-4, "    ")
		t.line("%s %s", t.paint(yellow, fmt.Sprintf("[%d]", i+1)), text)
		if len(n.LeftOut) > 0 {
			t.line("    %s", wrap("This leaves out "+plural(len(n.LeftOut), "item", "items")+": "+ranges(n.LeftOut)+".", textWidth-4, "    "))
		}
	}
}

// chapter writes a line on a group, and below it what there is to be said of its
// items.
func (t *textWriter) chapter(r *Report, c chapter) {
	n := c.tally()
	if n.NotRun == n.all() && !t.o.All && r.explained(c) {
		return
	}
	t.line("")
	t.line("%s  %-28s %s", t.paint(bold, plain.Text(c.ID)), plain.Text(c.Title), t.counts(n))
	for _, res := range c.Results {
		if res.Verdict == Failed || t.o.All {
			t.item(res)
		}
	}
	if !t.o.All {
		if n.Failed > 0 && n.NotOffered+n.NotRun > 0 {
			t.line("")
		}
		t.named(r, c, NotOffered)
		t.named(r, c, NotRun)
	}
}

func (t *textWriter) counts(n tally) string {
	parts := []string{t.paint(green, fmt.Sprintf("%d passed", n.Passed))}
	if n.Failed > 0 {
		parts = append(parts, t.paint(red, fmt.Sprintf("%d failed", n.Failed)))
	}
	if n.NotOffered > 0 {
		parts = append(parts, fmt.Sprintf("%d not offered", n.NotOffered))
	}
	if n.NotRun > 0 {
		parts = append(parts, t.paint(yellow, fmt.Sprintf("%d not run", n.NotRun)))
	}
	return strings.Join(parts, ", ")
}

// named names the items with a verdict, those with the same reason together.
func (t *textWriter) named(r *Report, c chapter, v Verdict) {
	var reasons []string
	ids := make(map[string][]string)
	for _, res := range c.Results {
		if res.Verdict != v {
			continue
		}
		why := t.why(r, res)
		if ids[why] == nil {
			reasons = append(reasons, why)
		}
		ids[why] = append(ids[why], res.ID)
	}
	for _, why := range reasons {
		text := string(v) + ": " + ranges(ids[why])
		if why != "" {
			text += ": " + why
		}
		t.line("  %s", wrap(text, textWidth-4, "    "))
	}
}

// why is the reason of a result that has not failed. What a note says is not said
// again.
func (t *textWriter) why(r *Report, res *Result) string {
	if i := r.noteOn(res.ID); i >= 0 {
		return fmt.Sprintf("see [%d]", i+1)
	}
	return shortDialogue.cut(res.Reason)
}

// item writes all about one item.
func (t *textWriter) item(res *Result) {
	style := map[Verdict]string{Passed: green, Failed: red, NotRun: yellow}[res.Verdict]
	t.line("")
	t.line("  %s  %s  %s", t.paint(bold, plain.Text(res.ID)), plain.Text(string(res.Level)), t.paint(style, plain.Text(string(res.Verdict))))
	t.field("    ", "done", mostShown.cut(res.Do))
	t.field("    ", "demanded", mostShown.cut(res.Expect))
	if res.Reason != "" {
		name := "reason"
		if res.Verdict == Failed {
			name = "wrong"
		}
		t.field("    ", name, mostShown.cut(res.Reason))
	}
	for _, s := range res.sources() {
		where := plain.Text(s.Name)
		if s.URL != "" {
			where += " " + plain.Text(s.URL)
		}
		t.field("    ", "where", where)
	}
	t.dialogue(res.Dialogue)
}

// field writes a line with a name, whose text may go on below.
func (t *textWriter) field(indent, name, text string) {
	const column = 10
	hang := indent + strings.Repeat(" ", column)
	t.line("%s%s%s", indent, t.paint(dim, fmt.Sprintf("%-*s", column, name)), wrap(text, textWidth-len(hang), hang))
}

// dialogue writes the lines of a dialogue, each with its time, its connection, and
// > for what was sent, < for what came, * for what else happened.
func (t *textWriter) dialogue(all []Exchange) {
	list := shortDialogue.of(all)
	width := 0
	for _, e := range list {
		width = max(width, utf8.RuneCountInString(e.Conn))
	}
	for _, e := range list {
		sign, style := "*", dim
		switch e.Way {
		case Sent:
			sign, style = ">", bold
		case Received:
			sign, style = "<", ""
		}
		text := e.Text
		if style != "" {
			text = t.paint(style, text)
		}
		t.line("      %s  %-*s %s %s", t.paint(dim, fmt.Sprintf("%8.3f", e.At.Seconds())), width, e.Conn, sign, text)
	}
}

// summary writes the table of levels, and the IDs of what has failed.
func (t *textWriter) summary(r *Report) {
	t.line("")
	t.line("%s", t.paint(bold, fmt.Sprintf("%-12s %8s %8s %12s %8s", "", Passed, Failed, NotOffered, NotRun)))
	row := func(name string, n tally) {
		failed := fmt.Sprintf("%8d", n.Failed)
		if n.Failed > 0 {
			failed = t.paint(red, failed)
		}
		t.line("%-12s %8d %s %12d %8d", name, n.Passed, failed, n.NotOffered, n.NotRun)
	}
	by, all := r.byLevel(), tally{}
	for _, l := range levels {
		if n, ok := by[l]; ok {
			row(string(l), n)
		}
	}
	for i := range r.Results {
		all.add(r.Results[i].Verdict)
	}
	row("all", all)
	if all.Failed == 0 {
		return
	}
	t.line("")
	for _, l := range levels {
		var ids []string
		for i := range r.Results {
			if res := &r.Results[i]; res.Verdict == Failed && res.Level == l {
				ids = append(ids, plain.Text(res.ID))
			}
		}
		if ids != nil {
			label := string(l) + " failed:"
			text := wrap(label+" "+strings.Join(ids, ", "), textWidth-8, "        ")
			t.line("%s%s", t.paint(red, label), strings.TrimPrefix(text, label))
		}
	}
}
