package serving

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/internal/benchmarks/loader"
	"github.com/seed-6092453b/ferry/internal/benchmarks/plot"
	"github.com/seed-6092453b/ferry/internal/benchmarks/report"
)

// A curve is one kind of work, of which there is more and more.
type curve struct {
	name, title string
	x           string // what grows
	note        string // what the figures are of
	points      []point
	figures     []figure
}

// A point is a row with so much of it.
type point struct {
	row
	n    int64
	text string // n, as it is written
}

// needs is how much memory the files of p take.
func (p point) needs() int64 {
	if p.job.Verb == "STOR" {
		// The source, and as much again before it that is thrown away; and what is stored.
		return 4*p.job.Size + p.job.Size*int64(p.each*p.job.Sessions)
	}
	return p.serves.size
}

// file is what p sends, or has sent to the server.
func (p point) file(b *bench) string {
	switch {
	case p.job.Verb == "STOR":
		return b.source(p.job.Size)
	case p.serves.name != "":
		return filepath.Join(b.dir, p.serves.name)
	}
	return ""
}

var (
	seconds = figure{name: "seconds", of: func(s sample) float64 { return s.Wall.Seconds() }}
	used    = figure{name: "CPU seconds", of: func(s sample) float64 { return s.cpu.Seconds() }}
	each    = figure{name: "seconds each", of: func(s sample) float64 { return s.Wall.Seconds() / float64(s.Ops) }}
	usedFor = figure{name: "CPU seconds each", of: func(s sample) float64 { return s.cpu.Seconds() / float64(s.Ops) }}
	resting = figure{name: "MiB", of: func(s sample) float64 { return float64(s.rest) / (1 << 20) }}
)

// extents say how far curves go. They go less far in tests.
type extents struct {
	sessions, streams, entries, sizes []int64
	stream                            int64 // octets of all streams together
}

var farthest = extents{
	sessions: []int64{100, 300, 1000, 3000, 10_000},
	streams:  []int64{1, 2, 4, 8, 16, 32, 64},
	entries:  []int64{1000, 10_000, 100_000, 1_000_000},
	sizes:    []int64{1 << 10, 16 << 10, 256 << 10, 4 << 20, 64 << 20, 1 << 30, 8 << 30},
	stream:   4 << 30,
}

// curves returns all there are.
func curves(e extents) []curve {
	sessions := curve{
		name: "sessions", title: "Sessions", x: "sessions", figures: []figure{seconds, used, resting},
		note: "Time and processor time are those of all logins, sixteen at once; memory is that of the whole server two seconds later.",
	}
	for _, n := range e.sessions {
		r := row{job: loader.Job{Verb: "idle", Sessions: int(n)}}
		sessions.points = append(sessions.points, point{r, n, short(n)})
	}
	streams := curve{
		name: "streams", title: "Downloads at once", x: "streams", figures: []figure{seconds, used, peak},
		note: fmt.Sprintf("However many there are, together they download %s of large files.", report.Octets(e.stream)),
	}
	m := material{name: "stream", files: 1, size: e.stream / e.streams[len(e.streams)-1]}
	for _, n := range e.streams {
		r := row{job: loader.Job{Verb: "RETR", Name: m.name + "/0", Size: m.size, Sessions: int(n)}, serves: m}
		r.each, r.warm = int(e.stream/m.size/n), 1
		streams.points = append(streams.points, point{r, n, short(n)})
	}
	uploads := curve{
		name: "uploads", title: "Uploads at once", x: "streams", figures: []figure{seconds, used, peak},
		note: fmt.Sprintf("However many there are, together they upload %s of large files.", report.Octets(e.stream)),
	}
	for _, n := range e.streams {
		r := row{job: loader.Job{Verb: "STOR", Name: "up/%d", Size: m.size, Sessions: int(n)}}
		r.each, r.warm = int(e.stream/m.size/n), 1
		uploads.points = append(uploads.points, point{r, n, short(n)})
	}
	entries := curve{name: "entries", title: "Entries of a folder", x: "entries", figures: []figure{each, usedFor, peak}, note: "The figures are of one MLSD."}
	for _, n := range e.entries {
		m := material{name: fmt.Sprintf("entries-%d", n), files: int(n)}
		r := row{job: loader.Job{Verb: "MLSD", Name: m.name, Size: n * 10, Sessions: 1}, serves: m}
		r.each, r.warm = max(1, int(100_000/n)), 1
		entries.points = append(entries.points, point{r, n, short(n)})
	}
	sizes := curve{name: "sizes", title: "Length of a file", x: "length", figures: []figure{each, usedFor, peak}, note: "The figures are of one RETR, with EPSV and the data connection."}
	for _, n := range e.sizes {
		m := material{name: fmt.Sprintf("size-%d", n), files: 1, size: n}
		r := row{job: loader.Job{Verb: "RETR", Name: m.name + "/0", Size: n, Sessions: 1}, serves: m}
		r.each, r.warm = max(1, int(min(1000, (1<<30)/n))), 1
		sizes.points = append(sizes.points, point{r, n, report.Octets(n)})
	}
	stored := curve{name: "upload-sizes", title: "Length of a file that is uploaded", x: "length", figures: sizes.figures, note: "The figures are of one STOR, with EPSV and the data connection."}
	for _, n := range e.sizes {
		r := row{job: loader.Job{Verb: "STOR", Name: "up/%d", Size: n, Sessions: 1}}
		r.each, r.warm = max(1, int(min(1000, (1<<30)/n))), 1
		stored.points = append(stored.points, point{r, n, report.Octets(n)})
	}
	all := []curve{sessions, streams, uploads, entries, sizes, stored}
	for _, c := range all {
		for i := range c.points {
			p := &c.points[i]
			p.name, p.title, p.figures = fmt.Sprintf("%s/%d", c.name, p.n), c.title+", "+p.text, c.figures
		}
	}
	return all
}

func short(n int64) string { return report.Thousands(int(n)) }

// A drawn curve is one that was measured.
type drawn struct {
	curve
	outcomes []outcome // of as many points, from the first
}

// svg returns the plot.
func (d drawn) svg() string {
	var panels []plot.Panel
	for _, f := range d.figures {
		p := plot.Panel{Title: f.name}
		for i, o := range d.outcomes {
			if mid, _, _ := o.median("ferry", f); mid > 0 {
				p.X, p.Y = append(p.X, float64(d.points[i].n)), append(p.Y, mid)
				p.Names = append(p.Names, strings.TrimSuffix(strings.TrimSuffix(d.points[i].text, " octets"), "iB"))
			}
		}
		panels = append(panels, p)
	}
	return plot.SVG(d.x, panels)
}

// section is the table of a curve, with its plot in a file.
func (d drawn) section(file string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n%s\n\n![%s](%s)\n\n", d.title, d.note, d.title, file)
	head := []string{d.x}
	spread := false
	for _, o := range d.outcomes {
		p, _ := o.part("ferry")
		spread = spread || len(p.samples) > 1
	}
	for _, f := range d.figures {
		if head = append(head, f.name); spread {
			head = append(head, "least to most")
		}
	}
	report.Head(&b, head)
	for i, o := range d.outcomes {
		cells := []string{d.points[i].text}
		for _, f := range d.figures {
			mid, least, most := o.median("ferry", f)
			if cells = append(cells, fine(mid)); spread {
				cells = append(cells, fine(least)+" to "+fine(most))
			}
		}
		report.Line(&b, cells)
	}
	b.WriteString("\n")
	for _, f := range d.figures {
		b.WriteString(d.growth(f))
	}
	return b.String()
}

// growth says in a sentence how a figure grows over the upper half of a curve, where what
// is there in any case counts for little.
func (d drawn) growth(f figure) string {
	first, last := len(d.outcomes)/2-1, len(d.outcomes)-1
	if first < 0 || first == last {
		return ""
	}
	a, _, _ := d.outcomes[first].median("ferry", f)
	z, _, _ := d.outcomes[last].median("ferry", f)
	if a <= 0 || z <= 0 {
		return ""
	}
	power := math.Log(z/a) / math.Log(float64(d.points[last].n)/float64(d.points[first].n))
	how := fmt.Sprintf("grows as the power %.2f of it", power)
	switch {
	case math.Abs(power) < 0.1:
		how = "does not grow"
	case math.Abs(power-1) < 0.1:
		how = "is proportional to it"
	case power < 0:
		how = fmt.Sprintf("falls, as its power %.2f", power)
	}
	return fmt.Sprintf("- %s: from %s to %s (%s) it %s.\n", f.name, d.points[first].text, d.points[last].text, d.x, how)
}

// fine writes a figure that may be very small.
func fine(f float64) string {
	if f > 0 && f < 0.01 {
		return fmt.Sprintf("%.2g", f)
	}
	return report.Figure(f)
}

// took is how long something went on, to be read.
func took(d time.Duration) string { return d.Round(time.Second).String() }
