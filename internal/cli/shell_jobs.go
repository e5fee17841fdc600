package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/internal/shell"
)

// jobCommands are those about what runs in the background.
func jobCommands() []shellCommand {
	return []shellCommand{
		{names: "jobs", offline: true,
			help: "List what runs in the background.", run: (*shellEnv).jobs},
		{names: "queue", args: "[COMMAND...]", max: -1, complete: "c", offline: true,
			help: "Run a command in the background, after those that were queued before.", more: "Without COMMAND, list the jobs. A command line of several is quoted, as in queue 'cd a && mget *'.", run: (*shellEnv).queue},
		{names: "wait", args: "[JOB...]", max: -1, complete: "j", offline: true,
			help: "Wait for jobs, or for all; Ctrl-C ends the waiting alone.", run: (*shellEnv).wait},
		{names: "fg", args: "[JOB]", max: 1, complete: "j", offline: true,
			help: "Wait for a job, the last one if none is named; Ctrl-C ends it.", run: (*shellEnv).fg},
		{names: "kill", args: "JOB... | all", min: 1, max: -1, complete: "j", offline: true,
			help: "End jobs. What they copy can be taken up later.", run: (*shellEnv).kill},
	}
}

func (e *shellEnv) jobs(context.Context, shellArgs) error {
	for _, job := range e.sh.jobs.All() {
		if job == e.job {
			continue
		}
		st := job.Status()
		if st.Ended {
			e.sh.report(e.s, job)
			continue
		}
		state := "running " + st.Took.Round(time.Second).String()
		if st.Waiting {
			state = "waiting"
		}
		text := fmt.Sprintf("[%d] %-14s %s", job.ID, state, printable(job.Text))
		if st.Note != "" {
			text += "  (" + st.Note + ")"
		}
		if err := e.line(text); err != nil {
			return err
		}
	}
	return nil
}

// report tells the user once that a job has ended. Errors were told of as they came.
func (sh *ferryShell) report(s *stdio, job *shell.Job) {
	if !sh.jobs.Report(job) {
		return
	}
	st := job.Status()
	how := "done"
	switch {
	case errors.Is(st.Err, errKilled):
		how = "killed"
	case st.Err != nil:
		how = "failed"
		sh.fail(st.Err)
	}
	if sh.interactive || st.Err != nil {
		s.say("[%d] %s: %s", job.ID, how, printable(job.Text))
	}
}

// fail notes the error of a job that nobody has waited for.
func (sh *ferryShell) fail(err error) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.failed = err
}

// errKilled is the end of a job by kill.
var errKilled = fmt.Errorf("killed: %w", errInterrupted)

func (e *shellEnv) queue(ctx context.Context, a shellArgs) error {
	if len(a.words) == 0 {
		return e.jobs(ctx, a)
	}
	line := a.text(0)
	if len(a.words) > 1 || e.sh.find(line) != nil {
		st := shell.Statement{Commands: []shell.Command{{Words: a.words}}}
		var text []string
		for _, w := range a.words {
			if w.Pattern != "" || w.Tilde {
				text = append(text, w.Text)
			} else {
				text = append(text, shell.Quote(w.Text, shell.Backslash))
			}
		}
		st.Text = strings.Join(text, " ")
		if e.sh.find(line) == nil {
			return e.sh.unknown(line)
		}
		return e.start(st, true)
	}
	script, err := shell.Parse(line)
	if err != nil {
		return usagef("%v", err)
	}
	for _, st := range script {
		if err := e.start(st, true); err != nil {
			return err
		}
	}
	return nil
}

// find returns the jobs that words name, by their numbers, with or without "%".
func (e *shellEnv) found(words []shell.Word) ([]*shell.Job, error) {
	var list []*shell.Job
	for _, w := range words {
		n, err := strconv.Atoi(strings.TrimPrefix(w.Text, "%"))
		job := e.sh.jobs.Find(n)
		if err != nil || job == nil || job == e.job {
			return nil, usagef("there is no job %s: jobs lists those there are", printable(w.Text))
		}
		list = append(list, job)
	}
	return list, nil
}

func (e *shellEnv) wait(ctx context.Context, a shellArgs) error {
	list, err := e.found(a.words)
	if err != nil {
		return err
	}
	if len(a.words) == 0 {
		list = e.sh.jobs.All()
	}
	var last error
	for _, job := range list {
		if job == e.job {
			continue
		}
		if err := e.await(ctx, job); err != nil {
			last = err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return told(last)
}

// await waits for a job and returns its error.
func (e *shellEnv) await(ctx context.Context, job *shell.Job) error {
	select {
	case <-job.Done():
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	err := job.Status().Err
	e.sh.report(e.s, job)
	e.sh.fail(nil) // whoever waits has it
	return err
}

func (e *shellEnv) fg(ctx context.Context, a shellArgs) error {
	list, err := e.found(a.words)
	if err != nil {
		return err
	}
	if running := e.sh.jobs.Running(); len(list) == 0 {
		if len(running) == 0 {
			return usagef("there is no job")
		}
		list = running[len(running)-1:]
	}
	job := list[0]
	e.s.say("%s", printable(job.Text))
	select {
	case <-job.Done():
	case <-ctx.Done():
		job.Kill(errKilled)
		<-job.Done()
	}
	return told(e.await(context.WithoutCancel(ctx), job))
}

func (e *shellEnv) kill(_ context.Context, a shellArgs) error {
	list := e.sh.jobs.Running()
	if a.text(0) != "all" || len(a.words) > 1 {
		var err error
		if list, err = e.found(a.words); err != nil {
			return err
		}
	}
	for _, job := range list {
		if job != e.job {
			job.Kill(errKilled)
		}
	}
	return nil
}
