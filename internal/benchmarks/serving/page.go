package serving

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/internal/benchmarks/report"
)

// A page is what was measured, to be read.
type page struct {
	command  string // that writes it
	machine  string
	commit   string
	load     string // of the machine before, if others were at work on it; else ""
	whole    bool   // all rows and servers were asked for
	exact    bool   // the kernel counted the servers' time in groups
	repeat   int
	took     time.Duration
	notes    []string
	settings map[string]setting
	versions map[string]string
	outcomes []outcome
}

const intro = `# ferry's server beside others

This page is written by

    %s

which starts the servers, puts them under load, and prints what they took. Nothing in the tables is put in by
hand. One row can be measured alone: its name is a regular expression that the command takes. What clients
take is in [benchmarks.md](benchmarks.md), and how the server bears 10,000 sessions for long in [soak.md](soak.md).
`

const method = `
## How it is measured

- **CPU** is the time of the processors in the whole tree of a server's processes, those that have ended included%s.
  The load is a process of its own, whose time is in the column "load".
- **Memory** is the proportional set size of all processes: what several share counts once. "Peak" is the most that was seen
  while it was looked at every two milliseconds. What the kernel keeps for connections is not in it. What a session takes
  is counted from when a few have come and gone.
- **Runs** are interleaved: each server does a row once, then each does it again, and another is the first each time. There
  are %d; the table has their median, and the smallest and the largest beside it. Each run has a server of its own,
  which does a little of the work before it is measured.
- **Before each** run of uploads three times the memory that they will take is touched and freed, lest one waits for what the host of a
  virtual machine has taken away.
- **Files** are in memory (tmpfs), except where a row says a disk. ferry does not wait for the disk (--sync never), as
  none of the others does; where it does, the table says so.
- **The load** blocks in the calls of the system, one thread for each session. Downloads are dropped in the kernel, uploads come
  from a file by sendfile. What comes over TLS is not decrypted, and what goes is encrypted by crypto/tls. Data connections may
  resume the session of the control connection. All passive, EPSV.
- **Limits** are what one thread takes, in the same turns, to do by the same calls of the system nothing but what a row is
  about. It has no sessions, and knows its only peer.
- **Passwords** are compared as they are, or have a hash that costs nothing. Certificates have keys of P-256.
- **Each** upload is looked at when it was confirmed: its length, and the octets of some.
`

// markdown returns the page.
func (p *page) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, intro, p.command)
	fmt.Fprintf(&b, "\nMeasured on %s, ferry at commit %s: %s. It took %s.\n", time.Now().UTC().Format(time.DateOnly), p.commit, p.machine, p.took.Round(time.Second))
	if p.load != "" {
		fmt.Fprintf(&b, "\nOther programs were at work on the machine (its load was %s before): memory is not affected, processor time is up to\ntwice what it is on a quiet one, and all that is in seconds is worth little.\n", p.load)
	}
	if p.repeat < usualRepeat {
		fmt.Fprintf(&b, "\nWith %s of each, figures differ by chance: compare what is far apart.\n", several(p.repeat, "run"))
	}
	if !p.whole {
		b.WriteString("\nThis is not all there is to measure.\n")
	}
	for _, n := range p.notes {
		b.WriteString("\n" + n + "\n")
	}
	b.WriteString("\n" + p.summary())
	for _, o := range p.outcomes {
		b.WriteString("\n" + o.section())
	}
	how := ", in hundredths of a second, as far as they were waited for"
	if p.exact {
		how = ", as the kernel counts it for a control group"
	}
	fmt.Fprintf(&b, method, how, p.repeat)
	b.WriteString("\n" + p.programs())
	return b.String()
}

// profiles returns nothing but in what ferry's time goes.
func (p *page) profiles() string {
	var b strings.Builder
	for _, o := range p.outcomes {
		if o.hottest != "" {
			fmt.Fprintf(&b, "\n%s (%s)\n\n%s\n", o.title, o.name, o.hottest)
		}
	}
	return b.String()
}

// summary is a table of all rows and servers.
func (p *page) summary() string {
	var names []string
	for _, o := range p.outcomes {
		for _, part := range o.parts {
			if !part.limit && part.name != durable && !slices.Contains(names, part.name) {
				names = append(names, part.name)
			}
		}
	}
	var b strings.Builder
	b.WriteString("## In short\n\nMedians; less is better. In bold: the best server.\n\n")
	report.Head(&b, append([]string{"row", "what"}, append(names, "limit")...))
	for _, o := range p.outcomes {
		for _, f := range o.figures {
			if f.more {
				continue
			}
			best, least := 0.0, 0.0
			for _, part := range o.parts {
				mid, _, _ := part.median(f)
				switch {
				case !part.done():
				case part.limit && (least == 0 || mid < least):
					least = mid
				case !part.limit && part.name != durable && (best == 0 || mid < best):
					best = mid
				}
			}
			cells := []string{"`" + o.name + "`", f.name}
			for _, name := range names {
				part, ok := o.part(name)
				mid, _, _ := part.median(f)
				switch {
				case !ok:
					cells = append(cells, o.mark(name))
				case mid == best:
					cells = append(cells, "**"+report.Figure(mid)+"**")
				default:
					cells = append(cells, report.Figure(mid))
				}
			}
			limit := ""
			if least > 0 {
				limit = report.Figure(least)
			}
			report.Line(&b, append(cells, limit))
		}
	}
	return b.String()
}

// mark is what stands for a figure that there is not.
func (o outcome) mark(name string) string {
	for _, p := range o.parts {
		if p.name == name && p.failure != nil {
			return "fails"
		}
	}
	return "–"
}

// section is the table of a row.
func (o outcome) section() string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n`%s`\n\n", o.title, o.name)
	first := o.figures[0]
	head := []string{"server", first.name, "least to most", "× ferry"}
	if len(o.limits) > 0 {
		head = append(head, "× limit")
	}
	for _, f := range o.figures[1:] {
		head = append(head, f.name)
	}
	head = append(head, "load, CPU-s", "server, CPU-s")
	report.Head(&b, head)
	ferry, _, _ := o.median("ferry", first)
	limit := 0.0
	for _, p := range o.parts {
		if mid, _, _ := p.median(first); p.limit && p.done() && (limit == 0 || mid < limit) {
			limit = mid
		}
	}
	for _, p := range o.parts {
		if !p.done() {
			continue
		}
		mid, least, most := p.median(first)
		name := p.name
		if p.limit {
			name = "*" + name + "*"
		}
		cells := []string{name, report.Figure(mid), report.Figure(least) + " to " + report.Figure(most), ratio(mid, ferry)}
		if len(o.limits) > 0 {
			cells = append(cells, ratio(mid, limit))
		}
		for _, f := range o.figures[1:] {
			mid, _, _ := p.median(f)
			cells = append(cells, report.Figure(mid))
		}
		load, _, _ := p.median(figure{of: func(s sample) float64 { return s.CPU.Seconds() }})
		server, _, _ := p.median(figure{of: func(s sample) float64 { return s.cpu.Seconds() }})
		used := report.Figure(load)
		if p.limit {
			used = ""
		}
		report.Line(&b, append(cells, used, report.Figure(server)))
	}
	var absent []string
	for _, p := range o.parts {
		switch {
		case p.failure != nil:
			absent = append(absent, p.name+" fails: "+report.Cut(strings.ReplaceAll(p.failure.Error(), "\n", "; "), 300))
		case p.why != "" && p.why != notAsked:
			absent = append(absent, p.name+" "+report.Cut(strings.ReplaceAll(p.why, "\n", " "), 300))
		}
	}
	for _, a := range absent {
		fmt.Fprintf(&b, "\nNot measured: %s.\n", a)
	}
	b.WriteString(remark(o.name))
	if o.hottest != "" {
		fmt.Fprintf(&b, "\nWhere ferry's processor time goes, in a run of its own:\n\n```\n%s\n```\n", o.hottest)
	}
	return b.String()
}

func (o outcome) median(name string, f figure) (mid, least, most float64) {
	p, _ := o.part(name)
	return p.median(f)
}

func ratio(a, b float64) string {
	if b == 0 {
		return ""
	}
	return report.Figure(a / b)
}
