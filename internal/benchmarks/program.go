package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A program is one run of a client.
type program struct {
	path  string
	args  []string
	stdin string
	env   []string // besides the few variables that run sets
}

// A usage is what a run took.
type usage struct {
	wall time.Duration
	cpu  time.Duration // of the program and of all that it started and waited for
}

// run runs the program in dir, which becomes its home, to its end.
func (p program) run(ctx context.Context, dir string, patience time.Duration) (usage, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, p.path, p.args...)
	cmd.Dir = dir
	cmd.Env = append([]string{
		"HOME=" + dir,
		"XDG_CONFIG_HOME=" + filepath.Join(dir, "config"),
		"XDG_CACHE_HOME=" + filepath.Join(dir, "cache"),
		"XDG_DATA_HOME=" + filepath.Join(dir, "data"),
		"XDG_STATE_HOME=" + filepath.Join(dir, "state"),
		"TMPDIR=" + dir,
		"PATH=" + os.Getenv("PATH"),
		"TERM=dumb", "LC_ALL=C.UTF-8", "TZ=UTC",
	}, p.env...)
	cmd.Stdin = strings.NewReader(p.stdin)
	var said tail
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.WaitDelay = time.Second
	begun := time.Now()
	err := cmd.Run()
	u := usage{wall: time.Since(begun)}
	if s := cmd.ProcessState; s != nil {
		u.cpu = s.UserTime() + s.SystemTime()
	}
	switch {
	case ctx.Err() != nil && errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		err = fmt.Errorf("it was not done after %v; %s", patience, said.line())
	case err != nil:
		err = fmt.Errorf("%w: %s", err, said.line())
	}
	return u, err
}

// tail is a writer that keeps what came last.
type tail struct{ b []byte }

var _ io.Writer = (*tail)(nil)

func (t *tail) Write(p []byte) (int, error) {
	const most = 4 << 10
	t.b = append(t.b, p[max(0, len(p)-most):]...)
	t.b = t.b[max(0, len(t.b)-most):]
	return len(p), nil
}

// line returns the last line that says something.
func (t *tail) line() string {
	lines := bytes.Split(bytes.TrimSpace(t.b), []byte("\n"))
	return string(bytes.TrimSpace(lines[len(lines)-1]))
}
