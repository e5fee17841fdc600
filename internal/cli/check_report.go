package cli

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// reportFlags say where a report goes, and what it is worth.
type reportFlags struct {
	JSON    string `name:"json" placeholder:"FILE" group:"report" complete:"file" help:"Write it as JSON, too (see: ferry help json); - is standard output, which then has nothing else."`
	JUnit   string `name:"junit" placeholder:"FILE" group:"report" complete:"file" help:"As JUnit XML, for CI systems; - likewise. Failures below --level are skipped tests there."`
	HTML    string `name:"html" placeholder:"FILE" group:"report" complete:"file" help:"As a page to be read and printed; - likewise."`
	Level   string `enum:"must,should,may" default:"must" placeholder:"LEVEL" group:"report" help:"From which level on a failure counts for the exit code: ${enum} (default ${default})."`
	Verbose bool   `short:"v" group:"report" help:"Show all items with their dialogues, not only those that have failed."`
}

// least is the level of --level.
func (f *reportFlags) least() conformance.Level { return conformance.Level(strings.ToUpper(f.Level)) }

func (f *reportFlags) check() error {
	out := 0
	for _, name := range []string{f.JSON, f.JUnit, f.HTML} {
		if name == "-" {
			out++
		}
	}
	if out > 1 {
		return usagef("only one of --json, --junit and --html can be - (standard output)")
	}
	return nil
}

// toOutput reports whether standard output is for one of the formats.
func (f *reportFlags) toOutput() bool { return f.JSON == "-" || f.JUnit == "-" || f.HTML == "-" }

// reportFiles are the files that a report is written to. They are begun before the run,
// so that nobody waits for one that cannot be written, and each takes its name when it
// is complete.
type reportFiles struct {
	flags *reportFlags
	open  []openReport
}

type openReport struct {
	dir   *disk.FS
	file  storage.Writer
	write func(*conformance.Report, io.Writer) error
}

func (f *reportFlags) open(ctx context.Context) (*reportFiles, error) {
	files := &reportFiles{flags: f}
	for _, o := range []struct {
		name  string
		write func(*conformance.Report, io.Writer) error
	}{
		{f.JSON, (*conformance.Report).WriteJSON},
		{f.JUnit, func(r *conformance.Report, w io.Writer) error { return r.WriteJUnit(w, f.least()) }},
		{f.HTML, (*conformance.Report).WriteHTML},
	} {
		if o.name == "" || o.name == "-" {
			continue
		}
		dir, err := openTarget(ctx, filepath.Dir(o.name), disk.SyncAlways)
		if err != nil {
			files.abort()
			return nil, err
		}
		file, err := dir.Create(ctx, filepath.Base(o.name), storage.CreateOptions{})
		if err != nil {
			dir.Close()
			files.abort()
			return nil, err
		}
		files.open = append(files.open, openReport{dir, file, o.write})
	}
	return files, nil
}

// abort gives up what has not been written.
func (f *reportFiles) abort() {
	for _, o := range f.open {
		o.file.Abort()
		o.dir.Close()
	}
	f.open = nil
}

// write writes the report everywhere. One that cannot be written keeps no other from
// it.
func (f *reportFiles) write(ctx context.Context, s *stdio, r *conformance.Report) error {
	var errs []error
	for _, o := range f.open {
		err := o.write(r, o.file)
		if err == nil {
			_, err = o.file.Commit(ctx)
		}
		errs = append(errs, err)
	}
	return errors.Join(append(errs, f.show(s, r))...)
}

// show writes to standard output.
func (f *reportFiles) show(s *stdio, r *conformance.Report) error {
	switch "-" {
	case f.flags.JSON:
		return r.WriteJSON(s.out)
	case f.flags.JUnit:
		return r.WriteJUnit(s.out, f.flags.least())
	case f.flags.HTML:
		return r.WriteHTML(s.out)
	}
	return r.WriteText(s.out, conformance.TextOptions{All: f.flags.Verbose, Color: s.color()})
}
