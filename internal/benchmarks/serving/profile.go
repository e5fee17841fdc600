package serving

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/internal/benchmarks/usage"
)

// A profile says in which functions the time of ferry's processors goes.
type profile struct {
	binary, dir string
	out         io.Writer
}

// A profile looks a hundred times in a second of processor time: there have to be some.
const (
	profiledFor  = 3 * time.Second
	profiledMost = 40 // runs
)

// profiling returns a bench of which look is to be used. It is made in the folders of b.
func (b *bench) profiling(ctx context.Context) (*bench, error) {
	path, err := build(ctx, b.dir, "profiled", "./internal/benchmarks/profiled")
	if err != nil {
		return nil, err
	}
	beside := *b
	beside.ferry, beside.repeat = path, 1
	beside.settings = make(map[string]setting)
	beside.contenders, _ = contenders(ctx, b.dir, path, regexp.MustCompile("^ferry$"))
	beside.contenders = slices.DeleteFunc(beside.contenders, func(c contender) bool { return c.limit != nil })
	beside.profile = &profile{binary: path, dir: b.dir}
	return &beside, nil
}

// look returns in which functions ferry spends most of its time when it does a row.
func (b *bench) look(ctx context.Context, r row, progress io.Writer) (string, error) {
	var text strings.Builder
	b.profile.out = &text
	o, err := b.measure(ctx, r, 0, progress)
	if err != nil {
		return "", err
	}
	for _, p := range o.parts {
		if p.failure != nil {
			return "", p.failure
		}
	}
	const head = "      flat  flat%"
	if i := strings.Index(text.String(), head); i >= 0 {
		return strings.ReplaceAll(strings.TrimRight(text.String()[i:], "\n"), module, ""), nil
	}
	return "", fmt.Errorf("no table in what pprof says:\n%s", text.String())
}

// entries are the functions by which all calls of the system go: what is spent in them is
// counted for the call.
const entries = `^internal/runtime/syscall/|^syscall\.(Raw)?Syscall6?$|^internal/poll\.ignoringEINTR`

// module is what the names of ferry's functions begin with.
const module = "github.com/seed-6092453b/ferry/"

// file is where a ferry that runs writes to.
func (p *profile) file() string { return filepath.Join(p.dir, "profile") }

// prepare is called before a ferry is started.
func (p *profile) prepare() error {
	if err := os.Remove(p.file()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Setenv("FERRY_PROFILE", p.file())
}

// take profiles the ferry that is process pid, or below it, while work is done often
// enough, and prints the ten functions in which most of the time was spent.
func (p *profile) take(pid int, work func() (used time.Duration, err error)) error {
	all := usage.Tree(pid)
	ferry, err := os.FindProcess(all[len(all)-1])
	if err != nil {
		return err
	}
	if err := ferry.Signal(wanted); err != nil {
		return err
	}
	var used time.Duration
	for n := 0; used < profiledFor && n < profiledMost; n++ {
		d, err := work()
		if err != nil {
			return err
		}
		used += d
	}
	if err := ferry.Signal(wanted); err != nil {
		return err
	}
	for deadline := time.Now().Add(time.Minute); ; {
		info, err := os.Stat(p.file())
		if err != nil {
			return err
		}
		if info.Mode().Perm() == 0o400 {
			break
		}
		if time.Now().After(deadline) {
			return errors.New("ferry has not written its profile")
		}
		time.Sleep(10 * time.Millisecond)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	text, err := exec.CommandContext(ctx, "go", "tool", "pprof", "-top", "-nodecount=10", "-hide="+entries, p.binary, p.file()).Output()
	if err != nil {
		return fmt.Errorf("go tool pprof: %w", err)
	}
	_, err = p.out.Write(text)
	return err
}
