package conformance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// ParseProgram returns a client that is a program, or several. text has a line for each
// task that it can do, of the form
//
//	TASK = COMMAND
//
// where TASK is one of Tasks, and COMMAND is what a user would type, with these in the
// place of what belongs to the job:
//
//	{host} {port} {addr} {user} {password} {account}
//	{remote} {remote2}    names on the server, relative to where the login leads
//	{local} {local2}      paths on this side
//	{url} {url2}          of the remote names; {root-url} of where the login leads
//	{login-url} ...       the same with user and password in them
//	{line}                the command to send
//	{cacert}              a file with the certificate that vouches for the server
//	{patience}            how many seconds to wait for a reply
//	{dir}                 a folder of its own, which is its home, too
//	{program}             the program that is given to Preset
//
// No shell is involved: words are what stands between blanks, and quotes hold together
// what they enclose. NAME=VALUE ahead of the program sets an environment variable; of
// others the program has next to none. "> FILE" at the end is where its standard output
// goes. Lines that begin with "#" are comments.
func ParseProgram(name, text string) (Client, error) { return parseProgram(name, "", text) }

func parseProgram(name, program, text string) (*programClient, error) {
	p := &programClient{name: name, program: program, tasks: make(map[Task]*clientTemplate)}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		task, command, ok := strings.Cut(line, "=")
		t := Task(strings.TrimSpace(task))
		if !ok || !slices.Contains(Tasks(), t) {
			return nil, fmt.Errorf("%s: line %d is not of the form TASK = COMMAND: %s", name, i+1, line)
		}
		if p.tasks[t] != nil {
			return nil, fmt.Errorf("%s: line %d: there is a command for %s already", name, i+1, t)
		}
		tmpl, err := parseTemplate(command)
		if err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", name, i+1, err)
		}
		path, err := fill(tmpl.words[0], program, &Job{})
		if err == nil {
			path, err = exec.LookPath(path)
		}
		if err == nil {
			tmpl.path, err = filepath.Abs(path) // it is run from elsewhere
		}
		if err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", name, i+1, err)
		}
		p.tasks[t] = tmpl
	}
	if len(p.tasks) == 0 {
		return nil, fmt.Errorf("%s: there is no line of the form TASK = COMMAND", name)
	}
	return p, nil
}

// programClient is a Client that runs a program for each job.
type programClient struct {
	name    string
	program string
	tasks   map[Task]*clientTemplate
}

func (p *programClient) Name() string    { return p.name }
func (p *programClient) Can(t Task) bool { return p.tasks[t] != nil }

func (p *programClient) Do(ctx context.Context, j Job) Outcome {
	env, words, out, err := p.tasks[j.Task].filled(p.program, &j)
	if err == nil {
		// No program can be told of a name with NUL.
		if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(w, "\x00") }) {
			err = errors.New("no word of a command line can hold NUL")
		}
	}
	if err != nil {
		return Outcome{Err: err}
	}
	cmd := exec.CommandContext(ctx, p.tasks[j.Task].path, words[1:]...)
	cmd.Dir = j.Dir
	cmd.Env = append([]string{
		"HOME=" + j.Dir,
		"XDG_CONFIG_HOME=" + filepath.Join(j.Dir, ".config"),
		"XDG_CACHE_HOME=" + filepath.Join(j.Dir, ".cache"),
		"XDG_DATA_HOME=" + filepath.Join(j.Dir, ".data"),
		"XDG_STATE_HOME=" + filepath.Join(j.Dir, ".state"),
		"TMPDIR=" + j.Dir,
		"PATH=" + os.Getenv("PATH"),
		"LC_ALL=C.UTF-8",
		"TERM=dumb",
		"TZ=UTC",
	}, systemEnv()...)
	cmd.Env = append(cmd.Env, env...)
	shown := &boundedText{}
	cmd.Stdout, cmd.Stderr = shown, shown
	if out != "" {
		f, err := os.Create(out)
		if err != nil {
			return Outcome{Err: err}
		}
		defer f.Close()
		cmd.Stdout = f
	}
	ownGroup(cmd)
	cmd.Cancel = func() error { return killGroup(cmd) }
	cmd.WaitDelay = time.Second
	err = p.run(ctx, cmd, j.Break)
	return Outcome{Output: shown.String(), Err: err}
}

// run runs the program to its end, and interrupts it when stop is closed. Of what it has
// started nothing is left.
func (p *programClient) run(ctx context.Context, cmd *exec.Cmd, stop <-chan struct{}) error {
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	var interrupter sync.WaitGroup
	interrupter.Go(func() {
		select {
		case <-stop:
			interruptGroup(cmd)
		case <-ended:
		}
	})
	err := cmd.Wait()
	close(ended)
	interrupter.Wait()
	killGroup(cmd)
	if ctx.Err() != nil {
		err = cmp.Or(ctx.Err(), err)
	}
	return err
}

// boundedText is a text of which the middle is left out when it gets too long.
type boundedText struct {
	mu   sync.Mutex
	head []byte
	tail []byte
	more bool
}

const maxText = 128 << 10 // of the head, and of the tail

var _ io.Writer = (*boundedText)(nil)

func (b *boundedText) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := len(p)
	fits := min(len(p), maxText-len(b.head))
	b.head, p = append(b.head, p[:fits]...), p[fits:]
	if b.tail = append(b.tail, p...); len(b.tail) > 2*maxText {
		b.tail, b.more = slices.Clone(b.tail[len(b.tail)-maxText:]), true
	}
	return n, nil
}

func (b *boundedText) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.more {
		return string(b.head) + string(b.tail)
	}
	return string(b.head) + "\n...\n" + string(b.tail)
}
