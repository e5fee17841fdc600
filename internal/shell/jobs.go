package shell

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Jobs are what runs in the background. Its methods may be called concurrently.
type Jobs struct {
	mu    sync.Mutex
	next  int
	all   []*Job // that run, wait, or have ended and were not reported
	queue *Job   // the last one that was queued
}

// Job is something that runs in the background.
type Job struct {
	ID     int
	Text   string // of the statement
	Queued bool

	cancel context.CancelCauseFunc
	done   chan struct{}
	over   chan struct{} // closed when it has ended, and all that were queued before it

	mu      sync.Mutex
	started time.Time // zero: it waits
	note    string
	err     error
	ended   time.Time
}

// Start starts a job. One that is queued waits until those that were queued before it
// have ended. Whatever becomes of ctx, run is called unless the job is killed before.
func (j *Jobs) Start(ctx context.Context, text string, queued bool, run func(context.Context, *Job) error) *Job {
	j.mu.Lock()
	defer j.mu.Unlock()
	ctx, cancel := context.WithCancelCause(ctx)
	if len(j.all) == 0 {
		j.next = 0
	}
	j.next++
	job := &Job{ID: j.next, Text: text, Queued: queued, cancel: cancel, done: make(chan struct{}), over: make(chan struct{})}
	var before *Job
	if queued {
		before, j.queue = j.queue, job
	}
	j.all = append(j.all, job)
	go func() {
		defer cancel(nil)
		err := job.turn(ctx, before)
		if err == nil {
			err = run(ctx, job)
		}
		job.end(err)
		if before != nil {
			<-before.over // it may have been killed as it waited
		}
		close(job.over)
	}()
	return job
}

// turn waits until it is the job's turn.
func (job *Job) turn(ctx context.Context, before *Job) error {
	if before != nil {
		select {
		case <-before.over:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	job.mu.Lock()
	defer job.mu.Unlock()
	job.started = time.Now()
	return nil
}

func (job *Job) end(err error) {
	job.mu.Lock()
	job.err, job.ended = err, time.Now()
	job.mu.Unlock()
	close(job.done)
}

// Done is closed when the job has ended.
func (job *Job) Done() <-chan struct{} { return job.done }

// Kill ends the job for a reason; it takes as long as the job takes to put things in
// order.
func (job *Job) Kill(why error) { job.cancel(why) }

// Note says how far the job is.
func (job *Job) Note(text string) {
	job.mu.Lock()
	defer job.mu.Unlock()
	job.note = text
}

// Status is what is known about a job.
type Status struct {
	Waiting bool // for its turn
	Ended   bool
	Err     error         // of a job that has ended
	Note    string        // how far it is
	Took    time.Duration // so far, or in all
}

// Status returns what is known about the job.
func (job *Job) Status() Status {
	job.mu.Lock()
	defer job.mu.Unlock()
	s := Status{Waiting: job.started.IsZero(), Ended: !job.ended.IsZero(), Err: job.err, Note: job.note}
	switch {
	case s.Waiting:
	case s.Ended:
		s.Took = job.ended.Sub(job.started)
	default:
		s.Took = time.Since(job.started)
	}
	return s
}

// All returns the jobs that were not reported yet, oldest first.
func (j *Jobs) All() []*Job {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.all)
}

// Find returns a job by its ID; nil if there is none.
func (j *Jobs) Find(id int) *Job {
	for _, job := range j.All() {
		if job.ID == id {
			return job
		}
	}
	return nil
}

// Running returns the jobs that have not ended.
func (j *Jobs) Running() []*Job {
	return slices.DeleteFunc(j.All(), func(job *Job) bool { return job.Status().Ended })
}

// Report forgets a job that has ended. It reports whether that was still to be done,
// so that the user is told of each job once.
func (j *Jobs) Report(job *Job) bool {
	if !job.Status().Ended {
		return false
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	i := slices.Index(j.all, job)
	if i < 0 {
		return false
	}
	j.all = slices.Delete(j.all, i, i+1)
	return true
}
