package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/seed-6092453b/ferry/internal/benchmarks/report"
)

// section is the table of rows that differ in server and connections alone.
func section(group []outcome) string {
	first := group[0]
	way := "Downloads"
	if first.Up {
		way = "Uploads"
	}
	security := ""
	if first.TLS {
		security = " over TLS"
	}
	where := ", " + first.distance()
	if first.RTT > 0 {
		where = fmt.Sprintf(", %d ms away", first.RTT.Milliseconds())
	}
	var b strings.Builder
	fmt.Fprintf(&b, "## %s of %s%s%s\n\n", way, shapes[first.Shape], security, where)
	head := []string{"server", "connections", "copied", "client", "time", "least to most", "× ferry", "CPU"}
	if first.RTT > 0 {
		head = append(head, "round trips a file", "turns a file")
		if !first.TLS {
			head = append(head, "commands a file")
		}
		head = append(head, "data connections a file", "logins")
	}
	report.Head(&b, head)
	for _, o := range group {
		for _, p := range o.parts {
			if p.why == "" {
				report.Line(&b, o.cells(p, len(head)))
			}
		}
	}
	b.WriteString(absent(group))
	return b.String()
}

// cells is the line of one client.
func (o outcome) cells(p part, n int) []string {
	copied := report.Several(o.what.Files, "file")
	if o.what.Files == 1 {
		copied = report.Octets(o.what.Size)
	}
	cells := []string{o.Server, strconv.Itoa(o.Conns), copied, p.name}
	if err := p.failure(); err != nil {
		what := "failed: "
		if strings.HasPrefix(err.Error(), "of ") {
			what = "**wrong**: "
		}
		cells = append(cells, what+report.Cut(strings.ReplaceAll(err.Error(), "|", "/"), 160))
		for len(cells) < n {
			cells = append(cells, "")
		}
		return cells
	}
	mid, least, most := p.median(wall)
	spread := ""
	if len(p.results) > 1 {
		spread = fmt.Sprintf("%s to %s", report.Figure(least), report.Seconds(most))
	}
	ratio := ""
	if mine, ok := o.time("ferry"); ok {
		ratio = report.Figure(mid / mine)
	}
	used, _, _ := p.median(cpu)
	cells = append(cells, report.Seconds(mid), spread, ratio, report.Seconds(used))
	if o.RTT == 0 {
		return cells
	}
	files := float64(o.what.Files)
	each := func(of func(result) float64) string {
		mid, _, _ := p.median(of)
		return report.Figure(mid / files)
	}
	cells = append(cells, report.Figure(mid/files/o.RTT.Seconds()), each(turns))
	if !o.TLS {
		cells = append(cells, each(commanded))
	}
	in, _, _ := p.median(logins)
	return append(cells, each(data), report.Figure(in))
}

// absent says who has no part, and why.
func absent(group []outcome) string {
	said := make(map[string]bool)
	var all []string
	for _, o := range group {
		for _, p := range o.parts {
			what := p.name + " " + p.why
			if p.why == oneConnection(o.row) && p.why != "" {
				what += fmt.Sprintf(", not %d", o.Conns)
			}
			if p.why != "" && !said[what] {
				said[what] = true
				all = append(all, what)
			}
		}
	}
	if len(all) == 0 {
		return ""
	}
	return "\nNot measured: " + strings.Join(all, "; ") + ".\n"
}

// tell prints a row in short, while others are still measured.
func (o outcome) tell(w io.Writer) {
	var all []string
	for _, p := range o.parts {
		switch {
		case p.why != "" || len(p.results) == 0:
		case p.failure() != nil:
			all = append(all, p.name+" fails: "+report.Cut(p.failure().Error(), 300))
		default:
			mid, _, _ := p.median(wall)
			s := p.name + " " + report.Seconds(mid)
			if o.RTT > 0 {
				s += fmt.Sprintf(" (%s)", report.Figure(mid/float64(o.what.Files)/o.RTT.Seconds()))
			}
			all = append(all, s)
		}
	}
	fmt.Fprintln(w, "       ", strings.Join(all, ", "))
}
