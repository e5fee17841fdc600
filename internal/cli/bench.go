package cli

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/internal/load"
)

type benchCmd struct {
	URL         string        `arg:"" name:"url" help:"The server, or a folder or file on it."`
	Only        []string      `placeholder:"KIND" help:"Do these kinds of load alone: ${loadkinds}."`
	Write       bool          `help:"Write into a scratch folder, which is made in the folder and removed in the end."`
	Connections int           `default:"8" placeholder:"N" help:"How many connections to use at once (default ${default})."`
	Ramp        time.Duration `default:"100ms" placeholder:"TIME" help:"Wait between two new connections (default ${default})."`
	Duration    time.Duration `placeholder:"TIME" xor:"long" help:"How long each kind of load goes on (default 5s)."`
	Count       int           `placeholder:"N" xor:"long" help:"Do each kind N times instead, over all connections together."`
	Warmup      time.Duration `default:"1s" placeholder:"TIME" help:"How long each kind goes on before it is counted (default ${default}); with --count, once for each connection."`
	Size        capacity      `default:"16M" placeholder:"SIZE" help:"Size of large files (default ${default})."`
	Files       int           `default:"200" placeholder:"N" help:"How many small files there are (default ${default})."`
	FileSize    capacity      `default:"1K" placeholder:"SIZE" help:"Size of small files (default ${default})."`
	JSON        bool          `name:"json" help:"One JSON object per kind of load (see: ferry help json)."`
	remoteFlags
}

func (benchCmd) Help() string {
	return `Examples:

    ferry bench ftp://host/                               logins, commands, listings
    ferry bench ftp://host/pub/big.iso                    and downloads of that file
    ferry bench --write ftp://bob@host/inbox              and uploads, and small files
    ferry bench --only idle-conns --connections 500 --duration 10m ftp://host/

Load only servers that are yours, or whose owners know of it. No more than 8 connections are used unless --connections says so, and 100 logins are made unless --count does.

The exit code is 0 if all that could be done was measured, whatever it came to; 1 if a kind of load came to nothing or to an early end.`
}

// errUnborne is the end of a load test in which something could not be measured.
var errUnborne = errors.New("not everything could be measured")

// loadKinds is what --only takes, for its help.
func loadKinds() string {
	var all []string
	for _, k := range load.Kinds() {
		all = append(all, string(k))
	}
	return strings.Join(all, ", ")
}

func (c *benchCmd) check() error {
	switch {
	case c.Connections < 1 || c.Connections > 10_000:
		return usagef("--connections is a number from 1 to 10000")
	case c.Files < 1 || c.Files > 1_000_000:
		return usagef("--files is a number from 1 to 1000000")
	case c.Count < 0 || c.Duration < 0:
		return usagef("--count and --duration must not be negative")
	case c.Ramp <= 0 || c.Warmup <= 0:
		return usagef("--warmup and --ramp must be more than 0")
	}
	for _, only := range c.Only {
		if !strings.Contains(", "+loadKinds()+", ", ", "+only+", ") {
			return usagef("--only %s: it is one of %s", printable(only), loadKinds())
		}
	}
	return nil
}

func (c *benchCmd) Run(s *stdio) error {
	if err := c.check(); err != nil {
		return err
	}
	ctx, stop := interruptible()
	defer stop()
	t, err := c.prepare(ctx, s, c.URL)
	if err != nil {
		return err
	}
	if t.url.Absolute {
		t.options.Root = "/"
	}
	o := load.Options{
		Addr: t.url.Addr(), Client: *t.options, Path: t.url.Path, Write: c.Write,
		Connections: c.Connections, Ramp: c.Ramp, Size: int64(c.Size), Files: c.Files, FileSize: int64(c.FileSize),
		Warmup: c.Warmup, Duration: c.Duration, Count: c.Count,
	}
	for _, only := range c.Only {
		o.Kinds = append(o.Kinds, load.Kind(only))
	}
	show := &benchTable{s: s, json: c.JSON}
	begun := time.Now()
	err = load.Run(ctx, o, show.result)
	if err == nil && show.stopped > 0 {
		err = told(errUnborne)
	}
	if show.err != nil {
		return show.err
	}
	return errors.Join(err, show.end(time.Since(begun), exitCode(err)))
}

// benchTable shows results.
type benchTable struct {
	s       *stdio
	json    bool
	begun   bool  // the head of the table is written
	stopped int   // kinds that came to nothing, or to an early end
	err     error // of the output
}

func (b *benchTable) result(r load.Result) {
	if r.Stopped != "" || r.Skipped == "" && r.Count == 0 {
		b.stopped++
	}
	switch {
	case b.err != nil:
	case b.json:
		b.err = b.s.json(r)
	default:
		_, b.err = fmt.Fprint(b.s.out, b.text(r))
	}
}

// benchRow is how the lines of the table are laid out.
const benchRow = "%-10s %5s %7s %6s %8s %12s  %8s %8s %8s %8s\n"

func (b *benchTable) text(r load.Result) string {
	var t strings.Builder
	if !b.begun {
		fmt.Fprintf(&t, benchRow, "", "conns", "done", "errors", "per s", "rate", "p50", "p90", "p99", "max")
		b.begun = true
	}
	if r.Skipped != "" {
		fmt.Fprintf(&t, "%-10s not done: %s\n", r.Kind, r.Skipped)
		return t.String()
	}
	failed := int64(0)
	for _, n := range r.Errors {
		failed += n
	}
	cells := []any{r.Kind, fmt.Sprint(r.Reached), fmt.Sprint(r.Count), fmt.Sprint(failed), "-", "-", "-", "-", "-", "-"}
	if r.Seconds > 0 && r.Kind != load.IdleConns {
		cells[4] = fmt.Sprintf("%.1f", float64(r.Count)/r.Seconds)
		if r.Octets > 0 {
			cells[5] = size(int64(float64(r.Octets)/r.Seconds)) + "/s"
		}
	}
	if l := r.Latency; l != nil {
		for i, v := range []float64{l.P50, l.P90, l.P99, l.Max} {
			cells[6+i] = latency(v)
		}
	}
	fmt.Fprintf(&t, benchRow, cells...)
	b.notes(&t, r)
	return t.String()
}

// notes says below a line what the figures do not.
func (b *benchTable) notes(t *strings.Builder, r load.Result) {
	note := func(format string, args ...any) { fmt.Fprintf(t, "  "+format+"\n", args...) }
	if r.Reached < r.Connections {
		note("%d of %d connections were to be had", r.Reached, r.Connections)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Errors)) {
		note("%s: %d, the first being: %s", name, r.Errors[name], printable(r.Reasons[name]))
	}
	if r.Stopped != "" {
		note("it ended early: %s", printable(r.Stopped))
	}
	if r.Unfinished > 0 && r.Unfinished > r.Count/10 {
		note("%d more were under way when the time was up: a longer --duration tells more", r.Unfinished)
	}
	if r.Seconds > 0.5 && r.CPU > 0.8*r.Seconds {
		note("ferry itself used %.0f%% of a processor: perhaps that is the limit, and not the server", 100*r.CPU/r.Seconds)
	}
}

// latency shows seconds in the unit that suits them.
func latency(v float64) string {
	switch {
	case v < 0.0095:
		return fmt.Sprintf("%.2f ms", v*1e3)
	case v < 0.95:
		return fmt.Sprintf("%.0f ms", v*1e3)
	}
	return fmt.Sprintf("%.2f s", v)
}

func (b *benchTable) end(took time.Duration, exit int) error {
	if !b.json {
		return nil
	}
	return b.s.json(struct {
		Kind    string  `json:"kind"`
		Seconds float64 `json:"seconds"`
		Exit    int     `json:"exit"`
	}{"end", took.Seconds(), exit})
}
