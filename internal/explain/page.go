package explain

import (
	"io"
	"strings"

	"golang.org/x/text/width"
)

// A Page is what is to be read about a Subject.
type Page []block

// block is a part of a page: exactly one field is set, or label and text.
type block struct {
	title  string
	text   string // wrapped
	label  string // of the text, in a column of its own
	figure string // lines that stand as they are
	blank  bool
}

func (p *Page) title(text string)      { *p = append(*p, block{title: text}) }
func (p *Page) text(text string)       { *p = append(*p, block{text: text}) }
func (p *Page) row(label, text string) { *p = append(*p, block{label: label, text: text}) }
func (p *Page) figure(lines string)    { *p = append(*p, block{figure: lines}) }
func (p *Page) blank()                 { *p = append(*p, block{blank: true}) }

// Join puts pages one behind the other.
func Join(pages ...Page) Page {
	var all Page
	for i, p := range pages {
		if i > 0 {
			all.blank()
		}
		all = append(all, p...)
	}
	return all
}

const indent = "  "

// Write writes the page in lines of so many columns; titles are bold if the terminal
// can show that.
func (p Page) Write(w io.Writer, columns int, bold bool) error {
	var b strings.Builder
	for i, k := range p {
		switch {
		case k.blank:
			b.WriteString("\n")
		case k.title != "" && bold:
			b.WriteString("\x1b[1m" + k.title + "\x1b[0m\n")
		case k.title != "":
			b.WriteString(k.title + "\n")
		case k.figure != "":
			for line := range strings.SplitSeq(strings.TrimRight(k.figure, "\n"), "\n") {
				b.WriteString(strings.TrimRight(indent+line, " ") + "\n")
			}
		case k.label != "":
			column, label := p.column(i), k.label
			if Columns(label) > column {
				b.WriteString(indent + label + "\n")
				label = ""
			}
			for _, line := range wrap(k.text, columns-len(indent)-column-2) {
				b.WriteString(indent + pad(label, column) + "  " + line + "\n")
				label = ""
			}
		default:
			for _, line := range wrap(k.text, columns-len(indent)) {
				b.WriteString(indent + line + "\n")
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// widest is how wide the column of labels is at most. A label that is wider has a line
// of its own.
const widest = 24

// column is how wide the labels are around a block, up to where other blocks stand.
func (p Page) column(at int) int {
	from, to := at, at
	for from > 0 && p[from-1].label != "" {
		from--
	}
	for to+1 < len(p) && p[to+1].label != "" {
		to++
	}
	wide := 0
	for _, k := range p[from : to+1] {
		if n := Columns(k.label); n <= widest {
			wide = max(wide, n)
		}
	}
	return wide
}

// pad fills a text up with blanks.
func pad(text string, columns int) string {
	return text + strings.Repeat(" ", max(0, columns-Columns(text)))
}

// Columns is how many columns a text takes on a terminal.
func Columns(text string) int {
	n := 0
	for _, r := range text {
		n++
		if isWide(r) {
			n++
		}
	}
	return n
}

func isWide(r rune) bool {
	k := width.LookupRune(r).Kind()
	return k == width.EastAsianWide || k == width.EastAsianFullwidth
}

// narrowest is how many columns a text gets at least, however narrow the terminal is.
const narrowest = 20

// wrap breaks a text into lines: at blanks, and between wide characters, but not before
// what closes nor behind what opens.
func wrap(text string, columns int) []string {
	columns = max(columns, narrowest)
	var lines []string
	line, used := "", 0
	for _, piece := range pieces(text) {
		bare := strings.TrimRight(piece, " ")
		if used > 0 && used+Columns(bare) > columns {
			lines = append(lines, strings.TrimRight(line, " "))
			line, used = "", 0
		}
		line += piece
		used += Columns(piece)
	}
	return append(lines, strings.TrimRight(line, " "))
}

// pieces are what a text may be broken between. Blanks belong to what is before them.
func pieces(text string) []string {
	var list []string
	runes := []rune(text)
	start := 0
	for i := 1; i < len(runes); i++ {
		before, here := runes[i-1], runes[i]
		wide := isWide(before) || isWide(here)
		closes := strings.ContainsRune("，。；：）、”！？》 ", here)
		opens := strings.ContainsRune("（“《", before)
		if before == ' ' && here != ' ' || wide && before != ' ' && !closes && !opens {
			list = append(list, string(runes[start:i]))
			start = i
		}
	}
	return append(list, string(runes[start:]))
}
