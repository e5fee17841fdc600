package soak

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/internal/benchmarks/report"
	"github.com/seed-6092453b/ferry/internal/benchmarks/stage"
)

// Command is the command line's.
type Command struct {
	Sessions   int            `default:"10000" placeholder:"N" help:"Sessions at once, of which one in ten transfers (default ${default})."`
	TLS        int            `name:"tls" default:"20" placeholder:"N" help:"Of a hundred sessions, how many are over TLS (default ${default})."`
	Duration   time.Duration  `default:"10m" placeholder:"TIME" help:"How long (default ${default})."`
	Pause      time.Duration  `default:"500ms" placeholder:"TIME" help:"What a session waits between two transfers, in the mean (default ${default})."`
	Mix        map[string]int `default:"download=6;upload=4;list=2;abort=2;vanish=1;return=1" placeholder:"ACT=N;..." help:"How often each act is chosen (default ${default})."`
	Small      int64          `default:"4096" placeholder:"OCTETS" help:"Size of three files in four (default ${default})."`
	Large      int64          `default:"2097152" placeholder:"OCTETS" help:"Size of the others (default ${default})."`
	Rate       int64          `default:"262144" placeholder:"OCTETS" help:"What a transfer moves in a second, at most (default ${default})."`
	LoginLimit time.Duration  `default:"2s" placeholder:"TIME" help:"What 99 of a hundred newcomers may wait for their login (default ${default})."`
	Patience   time.Duration  `default:"1m" placeholder:"TIME" help:"What a reply may take (default ${default})."`
	Ferry      string         `placeholder:"FILE" help:"Soak this ferry, which cannot tell of its heap; the default is to build one that can."`
	Dir        string         `placeholder:"DIR" help:"Where the server has its files; the default is the system's folder for temporary files."`
	Write      string         `placeholder:"FILE" help:"Write the page, which is docs/soak.md, besides."`
}

// Run prints what was seen, whatever it was.
func (c *Command) Run(ctx context.Context) error {
	o, err := c.options()
	if err != nil {
		return err
	}
	tools, err := os.MkdirTemp("", "ferry-soak-")
	if err != nil {
		return err
	}
	return errors.Join(c.soak(ctx, o, tools), os.RemoveAll(tools))
}

func (c *Command) soak(ctx context.Context, o Options, tools string) (err error) {
	if o.Tells = c.Ferry == ""; o.Tells {
		o.Ferry = filepath.Join(tools, "ferry")
		if err := stage.Build(ctx, o.Ferry, ".", "./internal/benchmarks/profiled"); err != nil {
			return err
		}
	}
	n := 0
	o.Progress = func(p Period) {
		n++
		var done int64
		for often := range maps.Values(p.Acts) {
			done += often
		}
		fmt.Fprintf(os.Stderr, "%2d/%d %d acts, logins %v at p99, %v over TLS, %s MiB, %d descriptors\n",
			n, periods, done, p.Plain.P99, p.TLS.P99, mib(p.Resident), p.Descriptors)
	}
	load, disturbed := report.Busy()
	begun, commit := time.Now(), report.Commit(ctx)
	r, err := Run(ctx, o)
	if r == nil {
		return err
	}
	r.Took, r.Commit = time.Since(begun), commit
	if disturbed {
		r.Load = load
	}
	if err == nil {
		err = r.Grown()
	}
	text := r.Markdown(c.command(), err)
	fmt.Print(text)
	if c.Write != "" {
		err = errors.Join(err, os.WriteFile(c.Write, []byte(text), 0o644))
	}
	return err
}

// options are those that the flags ask for.
func (c *Command) options() (o Options, err error) {
	switch {
	case c.Sessions < 10 || c.Duration < periods*100*time.Millisecond:
		return o, errors.New("soak wants ten sessions at least, and a second")
	case c.Pause <= 0 || c.Patience <= 0 || c.Small < 1 || c.Large < 1 || c.Rate < 1:
		return o, errors.New("soak wants more than nothing of its pauses, its patience, its files and their rate")
	case c.TLS < 0 || c.TLS > 100:
		return o, errors.New("soak wants 0 to 100 for --tls")
	}
	all := 0
	for name, often := range c.Mix {
		if acts[name] == nil || often < 0 {
			return o, fmt.Errorf("soak knows no act %s=%d: it knows %s", name, often, strings.Join(slices.Sorted(maps.Keys(acts)), ", "))
		}
		all += often
	}
	if all == 0 {
		return o, errors.New("soak wants acts to choose from (--mix)")
	}
	program, err := os.Executable()
	return Options{
		Sessions: c.Sessions, TLS: c.TLS, Duration: c.Duration, Pause: c.Pause, Mix: c.Mix,
		Small: c.Small, Large: c.Large, Rate: c.Rate, LoginLimit: c.LoginLimit, Patience: c.Patience,
		Ferry: c.Ferry, Program: program, Dir: c.Dir,
	}, err
}

// usual are the defaults of flags that the page names, as their tags have them.
var usual = Command{Sessions: 10_000, Duration: 10 * time.Minute, LoginLimit: 2 * time.Second}

// command returns how the page is made again.
func (c *Command) command() string {
	s := "go run ./internal/benchmarks soak"
	if c.Sessions != usual.Sessions {
		s += fmt.Sprintf(" --sessions %d", c.Sessions)
	}
	if c.Duration != usual.Duration {
		s += fmt.Sprintf(" --duration %v", c.Duration)
	}
	if c.LoginLimit != usual.LoginLimit {
		s += fmt.Sprintf(" --login-limit %v", c.LoginLimit)
	}
	return s + " --write docs/soak.md"
}
