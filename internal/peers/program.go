package peers

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// program is a foreign client: a Client made of data and of one function that
// turns a job into a command line.
type program struct {
	name, pkg string
	// sent precedes each command in the dialogue that the program prints.
	sent   string
	cannot func(c Cell) string
	// command returns the command for a job. Files that it needs go into
	// dir, which is the program's home and working directory.
	command func(t testing.TB, dir string, tg Target, j Job) invocation
}

// invocation is one run of a foreign program.
type invocation struct {
	path  string
	args  []string
	stdin string
	env   []string // in addition to the few variables that run sets
	log   string   // file with the dialogue, where it is not in the output
	// appendTo is a file to which the standard output is appended.
	appendTo string
	patience time.Duration // bounds the run; 0 is the constant of this name
}

func (p program) Name() string    { return p.name }
func (p program) Package() string { return p.pkg }

func (p program) Cannot(c Cell) string {
	if p.cannot == nil {
		return ""
	}
	return p.cannot(c)
}

func (p program) Run(t testing.TB, tg Target, j Job) Result {
	t.Helper()
	dir := t.TempDir()
	inv := p.command(t, dir, tg, j)
	out, all := run(t, dir, inv)
	if inv.log != "" {
		b, err := os.ReadFile(inv.log)
		check(t, err)
		all = string(b)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s %q\n%s\n%s", inv.path, inv.args, inv.stdin, out+all)
		}
	})
	return Result{Out: out, Sent: commands(all, p.sent)}
}

// commands returns what follows the mark in each line of a dialogue, without
// the quotes that some programs put around it.
func commands(dialogue, mark string) []string {
	var sent []string
	for line := range strings.Lines(dialogue) {
		if _, cmd, ok := strings.Cut(line, mark); ok {
			sent = append(sent, strings.Trim(cmd, "\"'\r\n"))
		}
	}
	return sent
}

// patience bounds the run of a foreign client. It takes a fraction of a second
// where nothing is wrong.
const patience = 30 * time.Second

// run is try for a program that has to succeed.
func run(t testing.TB, dir string, inv invocation) (out, all string) {
	t.Helper()
	out, all, err := try(t, dir, inv)
	check(t, err)
	return out, all
}

// try runs a foreign program to its end and returns its standard output, and that
// together with its standard error. The error, if it fails or takes too long, has all
// of it. The environment has nothing of the user's in it.
func try(t testing.TB, dir string, inv invocation) (out, all string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), cmp.Or(inv.patience, patience))
	defer cancel()
	cmd := exec.CommandContext(ctx, inv.path, inv.args...)
	cmd.Dir = dir
	cmd.Env = append([]string{
		"HOME=" + dir,
		"XDG_CONFIG_HOME=" + filepath.Join(dir, "config"),
		"XDG_CACHE_HOME=" + filepath.Join(dir, "cache"),
		"XDG_DATA_HOME=" + filepath.Join(dir, "data"),
		"PATH=" + os.Getenv("PATH"),
		"TERM=dumb",
		"LC_ALL=C.UTF-8",
		"TZ=UTC",
	}, inv.env...)
	cmd.Stdin = strings.NewReader(inv.stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	ownGroup(cmd)
	cmd.Cancel = func() error { return killGroup(cmd) }
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	if ctx.Err() != nil && errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		err = context.DeadlineExceeded
	}
	if err == nil && inv.appendTo != "" {
		err = appendFile(inv.appendTo, stdout.Bytes())
		stdout.Reset()
	}
	if err != nil {
		dialogue := ""
		if inv.log != "" {
			b, _ := os.ReadFile(inv.log)
			dialogue = string(b)
		}
		err = fmt.Errorf("%s %q: %w\n%s\n%s%s%s", inv.path, inv.args, err, inv.stdin, stdout.String(), stderr.String(), dialogue)
	}
	return stdout.String(), stdout.String() + stderr.String(), err
}

func appendFile(name string, b []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Close())
}
