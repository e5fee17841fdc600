package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"

	"github.com/seed-6092453b/ferry/internal/shell"
)

// shellEnv is where the commands of a shell are run: what they change for those that
// follow. A job has one of its own.
type shellEnv struct {
	sh    *ferryShell
	s     *stdio
	site  *site  // nil: not connected
	dir   string // on the server, as a name of site
	last  string // where cd - goes; "" nowhere
	local string // the whole path of the folder here
	set   shellSettings

	job    *shell.Job // nil in the foreground
	status error      // of the last command
	depth  int        // of scripts within scripts
}

// fork returns an environment for a job, which begins as e is now.
func (e *shellEnv) fork(job *shell.Job) *shellEnv {
	f := *e
	f.job = job
	f.site = e.site.use()
	f.s = &stdio{out: e.s.out, err: e.s.err} // nobody is asked anything
	return &f
}

// notConnected is the error for a command that needs a server.
func notConnected() error { return usagef("not connected: open URL connects") }

// Run runs a command, and tells the user of its error.
func (e *shellEnv) Run(ctx context.Context, c shell.Command) error {
	err := e.run(ctx, c)
	if !errors.Is(err, shell.ErrExit) {
		e.status = err
	}
	if err == nil || errors.Is(err, shell.ErrExit) {
		return err
	}
	if ctx.Err() != nil {
		if cause := context.Cause(ctx); !errors.Is(err, errInterrupted) {
			err = sameTold(err, cause)
		}
	}
	if known := (toldError{}); !errors.As(err, &known) {
		e.s.say("ferry: %s", message(err))
	}
	return told(err)
}

// sameTold returns cause, told if err was.
func sameTold(err, cause error) error {
	if known := (toldError{}); errors.As(err, &known) {
		return told(cause)
	}
	return cause
}

func (e *shellEnv) run(ctx context.Context, c shell.Command) error {
	if c.IsLocal {
		return e.system(c.Local)
	}
	name := c.Words[0].Text
	cmd := e.sh.find(name)
	if cmd == nil {
		return e.sh.unknown(name)
	}
	a, err := cmd.parse(c.Words)
	if err != nil {
		return err
	}
	if e.site == nil && !cmd.offline {
		return notConnected()
	}
	if cmd.changes && e.site != nil {
		defer e.site.listings.forget()
	}
	err = cmd.run(e, ctx, a)
	if cmd.offline || !cmd.remote() {
		return err
	}
	return e.named(err)
}

// Start runs a statement as a job.
func (e *shellEnv) Start(st shell.Statement) error { return e.start(st, false) }

func (e *shellEnv) start(st shell.Statement, queued bool) error {
	begun := make(chan *shellEnv, 1)
	job := e.sh.jobs.Start(e.sh.ctx, st.Text, queued, func(ctx context.Context, _ *shell.Job) error {
		f := <-begun
		err := shell.Foreground(ctx, f, st)
		if errors.Is(err, shell.ErrExit) {
			err = nil // ends the job
		}
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return err
	})
	f := e.fork(job)
	begun <- f
	go func() {
		<-job.Done()
		f.site.leave()
	}()
	if e.sh.interactive {
		e.s.say("[%d] %s", job.ID, printable(st.Text))
	}
	return nil
}

// system has the shell of the system run a command, or itself.
func (e *shellEnv) system(line string) error {
	name, flag := "/bin/sh", "-c"
	if sh := os.Getenv("SHELL"); sh != "" && runtime.GOOS != "windows" {
		name = sh
	}
	if runtime.GOOS == "windows" {
		if name, flag = os.Getenv("COMSPEC"), "/C"; name == "" {
			name = "cmd.exe"
		}
	}
	cmd := exec.Command(name)
	if line != "" {
		cmd.Args = append(cmd.Args, flag, line)
	}
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = e.local, e.s.in, behind(e.s.out), behind(e.s.err)
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return told(fmt.Errorf("%s: %w", name, exit)) // it has said why itself
	}
	return err
}

// each does something for each of several names, and tells of those of which it cannot
// be done.
func (e *shellEnv) each(ctx context.Context, list []remotePath, do func(remotePath) error) error {
	return eachOf(ctx, e, list, do)
}

func eachOf[T any](ctx context.Context, e *shellEnv, list []T, do func(T) error) error {
	failed := 0
	for _, p := range list {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		err := do(p)
		if len(list) == 1 || ctx.Err() != nil || fatal(err) {
			return err
		}
		if err != nil {
			failed++
			if known := (toldError{}); !errors.As(err, &known) {
				e.s.say("ferry: %s", message(e.named(err)))
			}
		}
	}
	if failed > 0 {
		return told(&someError{failed})
	}
	return nil
}
