package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/seed-6092453b/ferry/internal/benchmarks/report"
	"github.com/seed-6092453b/ferry/internal/benchmarks/stage"
)

type clientsCmd struct {
	Rows   string        `arg:"" optional:"" help:"The rows to measure, a regular expression, as in '^down/flat/.*/ProFTPD$$'; without it those that say most, in a quarter of an hour."`
	List   bool          `help:"Print the names of the rows, and measure nothing."`
	Client string        `placeholder:"PATTERN" help:"The clients to measure, a regular expression."`
	Repeat int           `help:"How often; 0 is three times, or once what takes long."`
	Limit  time.Duration `default:"6s" help:"Copy so few files that a slow client needs no longer; 0 copies all (default $${default})."`
	Ferry  string        `placeholder:"FILE" help:"Measure this ferry; the default is to build the one of this repository."`
	Dir    string        `placeholder:"DIR" help:"Where files are copied to and from; the default is /dev/shm, where it is there, so that no disk is measured."`
	Relay  bool          `help:"Use a relay of connections in place of a network device."`
	Write  string        `placeholder:"FILE" help:"Write the page, which is docs/benchmarks.md, besides."`
}

// usualLimit is the default of Limit, as its tag has it.
const usualLimit = 6 * time.Second

func (c *clientsCmd) Run(ctx context.Context) error {
	which := usual
	if c.Rows != "" {
		var err error
		if which, err = regexp.Compile(c.Rows); err != nil {
			return err
		}
	}
	todo := chosen(which)
	if c.List {
		for _, r := range todo {
			fmt.Println(r)
		}
		return nil
	}
	return c.inDir(func(dir string) error {
		p, err := c.page(ctx, dir, todo, os.Stderr)
		if p == nil {
			return err
		}
		text := p.markdown()
		fmt.Print(text)
		if c.Write != "" && err == nil {
			err = os.WriteFile(c.Write, []byte(text), 0o644)
		}
		return err
	})
}

// inDir runs f with a directory that is there for that long.
func (c *clientsCmd) inDir(f func(dir string) error) error {
	parent := c.Dir
	if parent == "" {
		parent = os.TempDir()
		if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
			parent = "/dev/shm"
		}
	}
	dir, err := os.MkdirTemp(parent, "ferry-benchmarks-")
	if err != nil {
		return err
	}
	// The servers act as other users, and their folders are to be there as well.
	err = errors.Join(os.Chmod(dir, 0o711), os.Setenv("TMPDIR", dir))
	if err == nil {
		err = f(dir)
	}
	return errors.Join(err, os.RemoveAll(dir))
}

// page measures rows. What was measured when something failed is in the page.
func (c *clientsCmd) page(ctx context.Context, dir string, todo []row, progress io.Writer) (*page, error) {
	load, disturbed := report.Busy()
	ferry, err := c.program(ctx, dir)
	if err != nil {
		return nil, err
	}
	w, err := newWorld(ctx, dir, ferry, c.Relay)
	if err != nil {
		return nil, err
	}
	b := &bench{
		world: w, rivals: c.rivals(ctx, dir, ferry, progress), limit: c.Limit, repeat: c.Repeat, sources: make(map[shape]string),
	}
	p := &page{command: c.command(), machine: report.Machine(), line: w.line != nil, limit: c.Limit, usual: c.Rows == ""}
	p.rivals, p.versions, p.settings = b.rivals, report.Versions(ctx, ferry), b.settings()
	p.versions[library] = report.Module(ctx, filepath.Join(dir, "fetch"), "github.com/"+library)
	if disturbed {
		p.load = load
	}
	begun := time.Now()
	for i, r := range todo {
		fmt.Fprintf(progress, "%3d/%d %s, %s (%s so far)\n", i+1, len(todo), r, r.bounded(c.Limit), time.Since(begun).Round(time.Second))
		o, err := b.measure(ctx, r, i)
		if errors.Is(err, stage.ErrMissing) {
			fmt.Fprintln(progress, "       ", err)
			continue
		}
		if err != nil {
			return p, errors.Join(fmt.Errorf("%s: %w", r, err), w.close())
		}
		o.tell(progress)
		p.outcomes = append(p.outcomes, o)
	}
	p.took = time.Since(begun)
	return p, w.close()
}

// command returns how the page is made again.
func (c *clientsCmd) command() string {
	s := "go run ./internal/benchmarks clients"
	if c.Rows != "" {
		s += " '" + c.Rows + "'"
	}
	if c.Client != "" {
		s += " --client '" + c.Client + "'"
	}
	if c.Repeat != 0 {
		s += fmt.Sprintf(" --repeat %d", c.Repeat)
	}
	if c.Limit != usualLimit {
		s += fmt.Sprintf(" --limit %v", c.Limit)
	}
	if c.Relay {
		s += " --relay"
	}
	return s + " --write docs/benchmarks.md"
}

func (c *clientsCmd) rivals(ctx context.Context, dir, ferry string, progress io.Writer) []rival {
	which, err := regexp.Compile(c.Client)
	if err != nil {
		return nil
	}
	fetch := ""
	if which.MatchString(library) {
		fetch = filepath.Join(dir, "fetch")
		if err := stage.Build(ctx, fetch, "internal/benchmarks/rival", "./fetch"); err != nil {
			fmt.Fprintln(progress, library, "is not measured:", err)
			fetch = ""
		}
	}
	return slices.DeleteFunc(rivals(fetch, ferry), func(r rival) bool { return !which.MatchString(r.name) })
}

// program returns the path of the ferry that is measured.
func (c *clientsCmd) program(ctx context.Context, dir string) (string, error) {
	if c.Ferry != "" {
		return filepath.Abs(c.Ferry)
	}
	path := filepath.Join(dir, "ferry")
	return path, stage.Build(ctx, path, ".", "./cmd/ferry")
}
