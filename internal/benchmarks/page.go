package main

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
	load     string // of the machine before, if others were at work on it; else ""
	line     bool   // distance was made by a network device
	limit    time.Duration
	usual    bool // the rows that are measured where nobody says which
	took     time.Duration
	rivals   []rival
	settings map[string]string // the command of each, by name
	versions map[string]string
	outcomes []outcome
}

const intro = `# ferry's client beside others

This page is written by

    %s

which starts the servers, runs the clients against them, compares what they have copied with
what was there, and prints what it took. Nothing in the tables is put in by hand. One row can be
measured alone: its name, as --list prints it, is a regular expression that the command takes.

Three more pages are written like this one: [benchmarks-servers.md](benchmarks-servers.md), ferry's server beside
others for each kind of work, with the profile of each and what was tried;
[benchmarks-curves.md](benchmarks-curves.md), how its cost grows with sessions, streams, folders and files; and
[soak.md](soak.md), how it bears 10,000 sessions for long.
`

const method = `## How it is measured

- **Clients** do a row in turns, the first of each turn being another. A time is that of the process, from
  its start to its end, with login, listing and the folders that are made. It is the median; least and most
  stand beside it where there was more than one run. "× ferry" is the ratio to ferry's in that row.
- **CPU** is the time of the processors, in the client and in all that it started and waited for. Files are
  copied from and to memory (tmpfs).
- **Wrong** is a client whose copy is not what was there: each file is compared.
- **Round trips** a file are the time, divided by files and round trip: with several connections at once it may
  be less than one. **Turns** are counted: how often the client spoke on a control connection after it had heard
  something. No dialogue has fewer round trips; making data connections comes on top. **Commands** are counted
  where there is no TLS, data **connections** and **logins** always, but not over loopback.
- **Fewer files**, or octets, than a heading says are copied where a slow client would need longer than %s; the
  tables say how many. A login and a listing then count for more in each file.
- **Servers** run as their packages have them, with all commands logged, and do not demand that data
  connections resume the control connection's session of TLS: not all clients do. ferry's server does not wait for
  the disk (--sync never), as the others do not.
`

const lineNote = `- **Distance** is a network device that hands each packet back after half of a round trip: handshakes and congestion
  control are the kernel's own, nothing is lost, and the bandwidth is what this machine makes of it.
`

const relayNote = `- **Distance** is a relay of connections, which holds octets for half of a round trip. Connecting takes no time in
  itself: what is first said over a connection comes so much later.
`

// markdown returns the page.
func (p *page) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, intro, p.command)
	fmt.Fprintf(&b, "\nMeasured on %s: %s. It took %s.\n", time.Now().UTC().Format(time.DateOnly), p.machine, p.took.Round(time.Second))
	if p.load != "" {
		fmt.Fprintf(&b, "\nOther programs were at work on the machine (its load was %s before): times are too long, and differ by\nchance. What is counted is not affected.\n", p.load)
	}
	if !p.usual {
		b.WriteString("\nThese are not the usual rows: others were asked for.\n")
	}
	b.WriteString("\n" + p.verdict())
	for _, group := range p.groups() {
		b.WriteString("\n" + section(group))
	}
	fmt.Fprintf(&b, "\n"+method, p.limit)
	if p.line {
		b.WriteString(lineNote)
	} else {
		b.WriteString(relayNote)
	}
	b.WriteString("\n" + p.programs())
	return b.String()
}

// groups are the outcomes that go into one table each.
func (p *page) groups() [][]outcome {
	type kind struct {
		shape   string
		up, tls bool
		rtt     time.Duration
	}
	var order []kind
	all := make(map[kind][]outcome)
	for _, o := range p.outcomes {
		k := kind{o.Shape, o.Up, o.TLS, o.RTT}
		if _, ok := all[k]; !ok {
			order = append(order, k)
		}
		all[k] = append(all[k], o)
	}
	var groups [][]outcome
	for _, k := range order {
		groups = append(groups, all[k])
	}
	return groups
}

// verdict says where ferry is first, and where it is not.
func (p *page) verdict() string {
	var behind []string
	first, all := 0, 0
	for _, o := range p.outcomes {
		mine, ok := o.time("ferry")
		if !ok {
			continue
		}
		all++
		best, who := mine, "ferry"
		for _, part := range o.parts {
			if t, ok := o.time(part.name); ok && t < best {
				best, who = t, part.name
			}
		}
		if who == "ferry" {
			first++
			continue
		}
		behind = append(behind, fmt.Sprintf("- `%s`: %s, %s after ferry's %s", o.row, who, report.Seconds(best), report.Seconds(mine)))
	}
	s := fmt.Sprintf("Of %d rows ferry is the fastest in %d.\n", all, first)
	if len(behind) > 0 {
		s += "In these another is:\n\n" + strings.Join(behind, "\n") + "\n"
	}
	return s
}

// time is the median of a client that has done all right.
func (o outcome) time(name string) (float64, bool) {
	i := slices.IndexFunc(o.parts, func(p part) bool { return p.name == name })
	if i < 0 || len(o.parts[i].results) == 0 || o.parts[i].failure() != nil {
		return 0, false
	}
	mid, _, _ := o.parts[i].median(wall)
	return mid, true
}

// programs says which were run, and how.
func (p *page) programs() string {
	var b strings.Builder
	b.WriteString("## The programs\n\n| | version |\n|---|---|\n")
	for _, name := range append(slices.Clone(servers[:3]), "lftp", "rclone", "curl", "wget", "NcFTP", library, "ferry") {
		if v := p.versions[name]; v != "" {
			fmt.Fprintf(&b, "| %s | %s |\n", name, v)
		}
	}
	b.WriteString("\nHow they are called to download folders over eight connections, or over one where they have no more:\n")
	for _, rv := range p.rivals {
		if p.settings[rv.name] == "" {
			continue
		}
		fmt.Fprintf(&b, "\n%s:\n\n", rv.name)
		for line := range strings.Lines(p.settings[rv.name]) {
			b.WriteString("    " + line)
		}
		b.WriteString("\n")
		if rv.notes != "" {
			b.WriteString("\n" + rv.notes + "\n")
		}
	}
	return b.String()
}
