package shell

import (
	"context"
	"errors"
)

// ErrExit is what a command returns that ends the shell.
var ErrExit = errors.New("exit")

// Runner runs commands, and has told the user of the errors that it returns.
type Runner interface {
	// Run runs a command. Of its words the first is its name.
	Run(ctx context.Context, c Command) error

	// Start runs a statement as a job, beside what follows.
	Start(st Statement) error
}

// Run runs a script. keepOn says whether what fails does not keep the rest from being run;
// nil: it does. The error is that of the statement that was run last, ErrExit, or the
// cause of ctx, of which nobody was told, if that kept something from being run.
func Run(ctx context.Context, r Runner, script Script, keepOn func() bool) error {
	var err error
	for _, st := range script {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if st.Background {
			err = r.Start(st)
		} else {
			err = st.run(ctx, r)
		}
		if errors.Is(err, ErrExit) || err != nil && (ctx.Err() != nil || keepOn == nil || !keepOn()) {
			return err
		}
	}
	return err
}

// Foreground runs a statement, whatever it says of the background.
func Foreground(ctx context.Context, r Runner, st Statement) error { return st.run(ctx, r) }

// run runs the commands of a statement that are to be run. An interrupt ends it.
func (st Statement) run(ctx context.Context, r Runner) error {
	var err error
	for _, c := range st.Commands {
		if c.Unless == Failure && err != nil || c.Unless == Success && err == nil {
			continue
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		err = r.Run(ctx, c)
		if errors.Is(err, ErrExit) || err != nil && ctx.Err() != nil {
			return err
		}
	}
	return err
}
