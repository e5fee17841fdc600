package conformance

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/seed-6092453b/ferry/internal/plain"
)

// chapter is a group, as far as it is in a report.
type chapter struct {
	ID, Title string
	Results   []*Result // not empty
}

// chapters returns the results by groups, in the order in which they stand.
func (r *Report) chapters() (list []chapter) {
	titles := make(map[string]string)
	for _, g := range Catalogue() {
		title, _, _ := strings.Cut(g.Title, " (") // whom it is about is plain from the rest
		titles[g.ID] = title
	}
	for i := range r.Results {
		res := &r.Results[i]
		id, _, _ := strings.Cut(res.ID, "-")
		if n := len(list); n == 0 || list[n-1].ID != id {
			list = append(list, chapter{ID: id, Title: titles[id]})
		}
		last := &list[len(list)-1]
		last.Results = append(last.Results, res)
	}
	return list
}

// tally is how many results have each verdict.
type tally struct {
	Passed     int `json:"passed"`
	Failed     int `json:"failed"`
	NotOffered int `json:"not_offered"`
	NotRun     int `json:"not_run"`
}

func (t *tally) add(v Verdict) {
	switch v {
	case Passed:
		t.Passed++
	case Failed:
		t.Failed++
	case NotOffered:
		t.NotOffered++
	default:
		t.NotRun++
	}
}

func (t tally) all() int { return t.Passed + t.Failed + t.NotOffered + t.NotRun }

func (c chapter) tally() (t tally) {
	for _, res := range c.Results {
		t.add(res.Verdict)
	}
	return t
}

// took is the time of all items. They run at once, so that the chapter may have taken
// less.
func (c chapter) took() (d time.Duration) {
	for _, res := range c.Results {
		d += res.Took
	}
	return d
}

// noteOn returns the index of the note that leaves an item out, -1 if none does.
func (r *Report) noteOn(id string) int {
	return slices.IndexFunc(r.Notes, func(n Note) bool { return slices.Contains(n.LeftOut, id) })
}

// explained reports whether notes leave out all of a chapter.
func (r *Report) explained(c chapter) bool {
	return !slices.ContainsFunc(c.Results, func(res *Result) bool { return r.noteOn(res.ID) < 0 })
}

// levels are all of them, in the order of tables.
var levels = []Level{Must, Should, ShouldNot, May}

// byLevel returns the tally of each level.
func (r *Report) byLevel() map[Level]tally {
	m := make(map[Level]tally)
	for i := range r.Results {
		t := m[r.Results[i].Level]
		t.add(r.Results[i].Verdict)
		m[r.Results[i].Level] = t
	}
	return m
}

// rank orders the levels by how much they demand.
func (l Level) rank() int {
	switch l {
	case Must:
		return 3
	case Should, ShouldNot:
		return 2
	}
	return 1
}

// Failures returns the results that have failed at a level or above: SHOULD takes in
// SHOULD NOT and MUST, and MAY takes in all.
func (r *Report) Failures(least Level) (list []Result) {
	for i := range r.Results {
		if res := r.Results[i]; res.Verdict == Failed && res.Level.rank() >= least.rank() {
			list = append(list, res)
		}
	}
	return list
}

// source is where the text of an item stands.
type source struct {
	Name string `json:"name"`          // as "RFC 959, 4.2"
	URL  string `json:"url,omitempty"` // "": it is in no RFC
}

// unnumbered are the sources that are no RFC's section, by what the catalogue calls them.
var unnumbered = map[string]source{
	"ferry":         {Name: "no standard, but needed on the open internet"},
	"practice":      {Name: "no standard, but practice"},
	"globalscape":   {Name: "no standard, but practice (GlobalSCAPE)"},
	"CPSV":          {Name: "no standard, but practice (CPSV)"},
	"SSCN":          {Name: "no standard, but practice (SSCN)"},
	"990":           {Name: "no standard, but practice (port 990)"},
	"TLS":           {Name: "no standard of FTP, but of TLS"},
	"ALPN":          {Name: "RFC 7301, 3.2", URL: "https://www.rfc-editor.org/rfc/rfc7301#section-3.2"},
	"draft-deflate": draft("draft-preston-ftpext-deflate"),
	"hash":          draft("draft-bryan-ftpext-hash"),
	"mfxx":          draft("draft-somers-ftp-mfxx"),
	"peterson":      draft("draft-peterson-streamlined-ftp-command-extensions"),
	"range":         draft("draft-bryan-ftp-range"),
}

func draft(name string) source {
	return source{Name: name, URL: "https://datatracker.ietf.org/doc/html/" + name}
}

// Where says in which texts the item stands, as in "RFC 959, 4.2".
func (it Item) Where() string {
	var names []string
	for _, s := range it.sources() {
		names = append(names, s.Name)
	}
	return strings.Join(names, "; ")
}

// sources returns them in the order in which the catalogue names them.
func (it Item) sources() (list []source) {
	links := it.links()
	for ref := range strings.SplitSeq(it.Ref, ",") {
		ref = strings.TrimSpace(ref)
		s, ok := unnumbered[ref]
		if !ok {
			number, section, in := strings.Cut(ref, " ")
			s = source{"RFC " + number, links[ref]}
			if in {
				s.Name += ", " + section
			}
		}
		list = append(list, s)
	}
	return list
}

// bounds are how much of a dialogue is shown: what a server sends is as long as it
// likes.
type bounds struct {
	lines  int // of a dialogue; at least 3
	octets int // of a line
}

var (
	shortDialogue = bounds{lines: 40, octets: 160}  // for people
	longDialogue  = bounds{lines: 400, octets: 500} // for files
)

// of returns what is shown of a dialogue: its beginning and its end, with a line
// that says how much was left out between them. Its texts are plain.
func (b bounds) of(all []Exchange) []Exchange {
	list := make([]Exchange, 0, min(len(all), b.lines))
	for i := 0; i < len(all); i++ {
		if left := len(all) - b.lines + 1; left > 1 && i == b.lines/2 {
			list = append(list, Exchange{At: all[i].At, Way: Happened, Text: fmt.Sprintf("(%d lines are left out here)", left)})
			i += left - 1
			continue
		}
		e := all[i]
		e.Conn, e.Text = b.cut(e.Conn), b.cut(e.Text)
		list = append(list, e)
	}
	return list
}

// cut shortens a text, and makes it plain.
func (b bounds) cut(s string) string {
	if len(s) <= b.octets {
		return plain.Text(s)
	}
	n := b.octets
	for n > 0 && !utf8.RuneStart(s[n]) && b.octets-n < utf8.UTFMax {
		n--
	}
	return plain.Text(s[:n]) + fmt.Sprintf(" ... (%d octets more)", len(s)-n)
}

// mostShown bounds the texts of a report beside its dialogues.
var mostShown = bounds{octets: 1000}

// seconds is a time as files have it: to the microsecond.
func seconds(d time.Duration) float64 { return math.Round(d.Seconds()*1e6) / 1e6 }

// span says how long something took, for people.
func span(d time.Duration) string {
	switch {
	case d >= time.Minute && d%time.Minute == 0:
		return plural(int(d/time.Minute), "minute", "minutes")
	case d >= time.Minute:
		return d.Round(time.Second).String()
	case d >= time.Second:
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Millisecond).String()
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
