// Package serving measures what servers cost: ferry's, and those of others.
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
	"slices"
	"time"

	"github.com/seed-6092453b/ferry/internal/benchmarks/report"
	"github.com/seed-6092453b/ferry/internal/benchmarks/stage"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// Command is the command line's.
type Command struct {
	Rows    string `arg:"" optional:"" help:"The rows to measure, a regular expression, as in '^retr/large/'; without it all, in about half an hour."`
	List    bool   `help:"Print the names of the rows, and measure nothing."`
	Server  string `placeholder:"PATTERN" help:"The servers to measure, a regular expression."`
	Repeat  int    `default:"3" help:"How often (default ${default})."`
	Ferry   string `placeholder:"FILE" help:"Measure this ferry; the default is to build the one of this repository."`
	Dir     string `placeholder:"DIR" help:"Where servers have their files; the default is /dev/shm, where it is there, so that no disk is measured."`
	Disk    string `placeholder:"DIR" help:"Where servers have their files in rows about a disk; the default is the system's folder for temporary files."`
	Write   string `placeholder:"FILE" help:"Write the page, which is docs/benchmarks-servers.md, besides, with profiles."`
	Profile bool   `help:"Measure nothing, but print in which functions ferry's processor time goes, row by row."`

	rest time.Duration // before the memory of idle sessions is read; 0: two seconds
}

// usualRepeat is the default of Repeat, as its tag has it.
const usualRepeat = 3

// Run measures, and prints the page.
func (c *Command) Run(ctx context.Context) error {
	which, err := regexp.Compile(c.Rows)
	if err != nil {
		return err
	}
	todo := chosen(full, which)
	if c.List {
		for _, r := range todo {
			fmt.Println(r.name)
		}
		return nil
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	p, err := c.measure(ctx, todo, program, os.Stderr)
	if p == nil {
		return err
	}
	text := p.markdown()
	if c.Profile {
		text = p.profiles()
	}
	fmt.Print(text)
	if c.Write != "" && !c.Profile && err == nil {
		err = os.WriteFile(c.Write, []byte(text), 0o644)
	}
	return err
}

// measure measures rows. What was measured when something failed is in the page. The
// program is one whose argument "load" makes it a load.
func (c *Command) measure(ctx context.Context, todo []row, program string, progress io.Writer) (p *page, err error) {
	load, disturbed := report.Busy()
	b, done, err := newBench(ctx, c, program)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, done()) }()
	p = &page{command: c.command(), machine: report.Machine(), commit: report.Commit(ctx), whole: c.Rows == "" && c.Server == "", repeat: b.repeat}
	p.notes, p.versions = b.notes, report.Versions(ctx, b.ferry)
	p.versions[library] = report.Module(ctx, filepath.Join(b.dir, "rival"), "github.com/fclairamb/"+library)
	if disturbed {
		p.load = load
	}
	begun := time.Now()
	defer func() {
		p.took, p.exact, p.settings = time.Since(begun), b.exact, b.settings
		p.whole = p.whole && len(p.outcomes) == len(todo)
	}()
	for i, r := range todo {
		fmt.Fprintf(progress, "%3d/%d %s (%s so far)\n", i+1, len(todo), r.name, time.Since(begun).Round(time.Second))
		o := outcome{row: r}
		if !c.Profile {
			if o, err = b.measure(ctx, r, i, progress); err != nil {
				return p, fmt.Errorf("%s: %w", r.name, err)
			}
			o.tell(progress)
		}
		if b.beside != nil && r.job.Verb != "idle" {
			if o.hottest, err = b.beside.look(ctx, r, progress); err != nil {
				return p, fmt.Errorf("%s: %w", r.name, err)
			}
		}
		p.outcomes = append(p.outcomes, o)
		if err := b.tidy(todo[i+1:]); err != nil {
			return p, err
		}
	}
	return p, nil
}

// newBench makes folders and programs, and done removes them.
func newBench(ctx context.Context, c *Command, program string) (b *bench, done func() error, err error) {
	memory := c.Dir
	if info, err := os.Stat("/dev/shm"); memory == "" && err == nil && info.IsDir() {
		memory = "/dev/shm"
	}
	var undo []func() error
	end := func() (err error) {
		for _, f := range slices.Backward(undo) {
			err = errors.Join(err, f())
		}
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, end())
		}
	}()
	b = &bench{program: program, repeat: max(c.Repeat, 1), pause: cmp.Or(c.rest, 2*time.Second), settings: make(map[string]setting)}
	for _, f := range []struct {
		dir    *string
		parent string
	}{{&b.dir, memory}, {&b.disk, c.Disk}} {
		if *f.dir, err = folder(f.parent); err != nil {
			return nil, nil, err
		}
		undo = append(undo, func() error { return os.RemoveAll(*f.dir) })
	}
	if !c.Profile {
		if b.ferry, err = c.program(ctx, b.dir); err != nil {
			return nil, nil, err
		}
	}
	which, err := regexp.Compile(c.Server)
	if err != nil {
		return nil, nil, err
	}
	st := stage.New(ctx, b.dir)
	undo = append(undo, st.End)
	if err := st.Do(func() { b.ca = peers.NewAuthority(st) }); err != nil {
		return nil, nil, err
	}
	if !c.Profile {
		b.contenders, b.notes = contenders(ctx, b.dir, b.ferry, which)
	}
	if c.Profile || c.Write != "" && which.MatchString("ferry") {
		if b.beside, err = b.profiling(ctx); err != nil {
			return nil, nil, err
		}
	}
	return b, end, nil
}

// tidy removes what is served in none of the rows that are left: it takes memory.
func (b *bench) tidy(left []row) error {
	for _, m := range materials(full) {
		wanted := false
		for _, r := range left {
			wanted = wanted || r.serves.name == m.name
		}
		if !wanted {
			if err := os.RemoveAll(filepath.Join(b.dir, m.name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// materials returns all that there are in rows.
func materials(n sizes) []material {
	var all []material
	for _, r := range rows(n) {
		if r.serves.name != "" {
			all = append(all, r.serves)
		}
	}
	return all
}

// folder makes a folder, which servers may pass who act as other users.
func folder(parent string) (string, error) {
	dir, err := os.MkdirTemp(parent, "ferry-benchmarks-")
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o711)
}

// command returns how the page is made again.
func (c *Command) command() string {
	s := "go run ./internal/benchmarks servers"
	if c.Rows != "" {
		s += " '" + c.Rows + "'"
	}
	if c.Server != "" {
		s += " --server '" + c.Server + "'"
	}
	if c.Repeat != usualRepeat {
		s += fmt.Sprintf(" --repeat %d", c.Repeat)
	}
	return s + " --write docs/benchmarks-servers.md"
}

// program returns the path of the ferry that is measured.
func (c *Command) program(ctx context.Context, dir string) (string, error) {
	if c.Ferry != "" {
		return filepath.Abs(c.Ferry)
	}
	return build(ctx, dir, "ferry", "./cmd/ferry")
}

func build(ctx context.Context, dir, name, pkg string) (string, error) {
	path := filepath.Join(dir, name)
	if err := stage.Build(ctx, path, ".", pkg); err != nil {
		return "", fmt.Errorf("ferry cannot be built: %w", err)
	}
	return path, nil
}
