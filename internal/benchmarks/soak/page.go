package soak

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/internal/benchmarks/report"
)

const intro = `# ferry's server under load for long

This page is written by

    %s

which starts ` + "`ferry serve`" + `, lets its clients come, and looks at its process from outside, and again when all have
gone. Nothing in the tables is put in by hand. A short form of it is one of the tests. What the
server costs is in [benchmarks-servers.md](benchmarks-servers.md).
`

const method = `
## How it is done

- **The server** is a process of its own, with its settings as they are by default (each upload is on the disk before it is
  confirmed), but for its limits of sessions and its idle time. It logs all that happens.
- **One session in ten transfers**, all the time but for short pauses, at the pace of a line: it downloads, uploads, takes
  listings (LIST, MLSD), breaks transfers off by ABOR, is gone in the middle of one without a word and comes back, or leaves
  and comes back. Three files in four are small. What comes is compared, octet by octet; an upload that was cut is gone on
  with (SIZE, REST); each is taken back, compared and deleted. The others do nothing but NOOP at the end of each period.
- **Newcomers** log in and leave, twenty times a second in the clear and as often over TLS without a session to resume.
  What they wait is from connecting to the reply to their password.
- **Memory** is the proportional set size. It, descriptors and threads are looked at every second; the tables have the
  medians. The heap is what is in use behind a collection, for which the server is asked every five seconds.
- **It fails** if any reply is not what it has to be, if anything that came was another thing, if the server logs what
  is more than a cut transfer, if from the periods 2 to 4 to the periods 8 to 10 anything grows by more than a tenth (and
  16 MiB of memory, 8 of heap, and the 128 threads that transfers may have, which Go does not give back), if one newcomer in a hundred waits longer than %v, if goroutines, descriptors or heap do not come back to
  what they were before the first session, if there is a file in the folder that was not there before, or if the server
  does not end when it is asked to.
`

// Markdown is r to be read: the whole page.
func (r *Result) Markdown(command string, failed error) string {
	var b strings.Builder
	fmt.Fprintf(&b, intro, command)
	fmt.Fprintf(&b, "\nMeasured on %s, ferry at commit %s: %s. It took %v.\n", time.Now().UTC().Format(time.DateOnly), r.Commit, report.Machine(), r.Took.Round(time.Second))
	if r.Load != "" {
		fmt.Fprintf(&b, "\nOther programs were at work on the machine (its load was %s before): newcomers waited for them, too.\n", r.Load)
	}
	if failed != nil {
		fmt.Fprintf(&b, "\n**It failed:**\n\n    %s\n", strings.ReplaceAll(failed.Error(), "\n", "\n    "))
	} else {
		b.WriteString("\nNothing failed, and nothing has grown.\n")
	}
	b.WriteString("\n" + r.work() + "\n" + r.holding() + "\n" + r.waiting())
	fmt.Fprintf(&b, method, r.Options.LoginLimit)
	return b.String()
}

// work is a table of what was done.
func (r *Result) work() string {
	var b strings.Builder
	o := r.Options
	fmt.Fprintf(&b, "## What was done\n\n%s for %v, %d in 100 over TLS. One in ten transfers: files of %s and of %s, at %s a second each, with pauses of %v.\n\n",
		report.Several(o.Sessions, "session"), o.Duration, o.TLS, report.Octets(o.Small), report.Octets(o.Large), report.Octets(o.Rate), o.Pause)
	var names []string
	for name := range o.Mix {
		names = append(names, name)
	}
	slices.Sort(names)
	report.Head(&b, slices.Concat([]string{"period"}, names, []string{"MiB moved", "CPU-s of the server"}))
	for i, p := range r.Periods {
		cells := []string{strconv.Itoa(i + 1)}
		for _, name := range names {
			cells = append(cells, report.Thousands(int(p.Acts[name])))
		}
		report.Line(&b, append(cells, report.Thousands(int(p.Octets>>20)), report.Figure(p.CPU.Seconds())))
	}
	return b.String()
}

// holding is a table of what the server held.
func (r *Result) holding() string {
	var b strings.Builder
	b.WriteString("## What the server held\n\n")
	report.Head(&b, []string{"period", "memory, MiB", "heap, MiB", "stacks, MiB", "goroutines", "threads", "descriptors"})
	line := func(name string, s State) {
		inside := []string{"–", "–", "–"}
		if s.Goroutines > 0 {
			inside = []string{mib(s.Heap), mib(s.Stacks), report.Thousands(s.Goroutines)}
		}
		report.Line(&b, []string{name, mib(s.Resident), inside[0], inside[1], inside[2], report.Thousands(s.Threads), report.Thousands(s.Descriptors)})
	}
	line("before", r.Empty)
	for i, p := range r.Periods {
		line(strconv.Itoa(i+1), p.State)
	}
	line("all gone", r.End)
	return b.String()
}

// waiting is a table of what newcomers waited.
func (r *Result) waiting() string {
	var b strings.Builder
	b.WriteString("## What newcomers waited, ms\n\n")
	report.Head(&b, []string{"period", "logins", "p50", "p99", "most", "over TLS", "p50", "p99", "most"})
	for i, p := range r.Periods {
		cells := []string{strconv.Itoa(i + 1)}
		for _, l := range []Logins{p.Plain, p.TLS} {
			cells = append(cells, report.Thousands(l.Number), ms(l.P50), ms(l.P99), ms(l.Most))
		}
		report.Line(&b, cells)
	}
	return b.String()
}

func mib(n int64) string { return report.Figure(float64(n) / (1 << 20)) }

func ms(d time.Duration) string { return report.Figure(float64(d) / float64(time.Millisecond)) }
