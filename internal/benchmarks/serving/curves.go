package serving

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/internal/benchmarks/report"
)

// Curves is the command line's.
type Curves struct {
	Curves string `arg:"" optional:"" help:"The curves to measure, a regular expression: sessions, streams, uploads, entries, sizes or upload-sizes; without it all."`
	Repeat int    `default:"3" help:"How often (default ${default})."`
	Ferry  string `placeholder:"FILE" help:"Measure this ferry; the default is to build the one of this repository."`
	Dir    string `placeholder:"DIR" help:"Where the server has its files; the default is /dev/shm, where it is there."`
	Write  string `placeholder:"FILE" help:"Write the page, which is docs/benchmarks-curves.md, and the plots beside it."`

	rest time.Duration // as in Command
}

// Run measures, and prints the page.
func (c *Curves) Run(ctx context.Context) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	p, err := c.measure(ctx, farthest, program, os.Stderr)
	if err != nil {
		return err
	}
	base := strings.TrimSuffix(cmp.Or(c.Write, "docs/benchmarks-curves.md"), ".md")
	text := p.markdown(filepath.Base(base))
	fmt.Print(text)
	if c.Write == "" {
		return nil
	}
	for _, d := range p.curves {
		if err := os.WriteFile(base+"-"+d.name+".svg", []byte(d.svg()), 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(c.Write, []byte(text), 0o644)
}

// measure measures all curves that are asked for.
func (c *Curves) measure(ctx context.Context, e extents, program string, progress io.Writer) (p *graphs, err error) {
	which, err := regexp.Compile(c.Curves)
	if err != nil {
		return nil, err
	}
	load, disturbed := report.Busy()
	b, done, err := newBench(ctx, &Command{Repeat: c.Repeat, Ferry: c.Ferry, Dir: c.Dir, Disk: c.Dir, Server: "^ferry$", rest: c.rest}, program)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, done()) }()
	p = &graphs{command: c.command(), machine: report.Machine(), commit: report.Commit(ctx)}
	if disturbed {
		p.load = load
	}
	begun := time.Now()
	for _, curve := range curves(e) {
		if !which.MatchString(curve.name) {
			continue
		}
		d := drawn{curve: curve}
		for i, point := range curve.points {
			if free, ok := room(b.dir); ok && point.needs() > free-1<<30 {
				p.notes = append(p.notes, fmt.Sprintf("%s is not measured: there is too little memory for it.", point.title))
				break
			}
			fmt.Fprintf(progress, "%s (%s so far)\n", point.name, took(time.Since(begun)))
			o, err := b.measure(ctx, point.row, i, progress)
			if err != nil {
				return p, fmt.Errorf("%s: %w", point.name, err)
			}
			o.tell(progress)
			d.outcomes = append(d.outcomes, o)
			if used := point.file(b); used != "" && (i+1 == len(curve.points) || curve.points[i+1].file(b) != used) {
				if err := os.RemoveAll(used); err != nil {
					return p, err
				}
			}
		}
		p.curves = append(p.curves, d)
	}
	p.took = time.Since(begun)
	p.version = report.Versions(ctx, b.ferry)["ferry"]
	return p, nil
}

// command returns how the page is made again.
func (c *Curves) command() string {
	s := "go run ./internal/benchmarks curves"
	if c.Curves != "" {
		s += " '" + c.Curves + "'"
	}
	if c.Repeat != usualRepeat {
		s += fmt.Sprintf(" --repeat %d", c.Repeat)
	}
	return s + " --write docs/benchmarks-curves.md"
}

// graphs are the page of curves.
type graphs struct {
	command, machine, load, version, commit string
	took                                    time.Duration
	notes                                   []string
	curves                                  []drawn
}

const curvesIntro = `# What ferry's server costs as the work grows

This page and its plots are written by

    %s

Nothing in them is put in by hand. How it is measured is in [benchmarks-servers.md](benchmarks-servers.md). Both
axes of the plots are logarithmic: what is proportional is a straight line that rises by as much as it goes to the
right, and what is flat does not grow. A power below one, in the sentences, is what remains of something that
is there in any case.
`

// markdown returns the page, whose plots have names that begin with base.
func (g *graphs) markdown(base string) string {
	var b strings.Builder
	fmt.Fprintf(&b, curvesIntro, g.command)
	fmt.Fprintf(&b, "\nMeasured on %s, at commit %s: %s, %s. It took %s.\n", time.Now().UTC().Format(time.DateOnly), g.commit, g.version, g.machine, took(g.took))
	if g.load != "" {
		fmt.Fprintf(&b, "\nOther programs were at work on the machine (its load was %s before): times in seconds are too long.\n", g.load)
	}
	for _, n := range g.notes {
		b.WriteString("\n" + n + "\n")
	}
	for _, d := range g.curves {
		b.WriteString("\n" + d.section(base+"-"+d.name+".svg"))
	}
	return b.String()
}
