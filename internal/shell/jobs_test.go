package shell_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/internal/shell"
)

func TestJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var jobs shell.Jobs
		failure, killed := errors.New("failure"), errors.New("killed")
		takes := func(d time.Duration, err error) func(context.Context, *shell.Job) error {
			return func(ctx context.Context, job *shell.Job) error {
				job.Note("under way")
				select {
				case <-time.After(d):
					return err
				case <-ctx.Done():
					return context.Cause(ctx)
				}
			}
		}
		long := jobs.Start(t.Context(), "long", false, takes(time.Hour, nil))
		one := jobs.Start(t.Context(), "one", true, takes(time.Minute, failure))
		two := jobs.Start(t.Context(), "two", true, takes(time.Minute, nil))
		never := jobs.Start(t.Context(), "never", true, takes(time.Minute, nil))
		three := jobs.Start(t.Context(), "three", true, takes(time.Minute, nil))
		synctest.Wait()
		never.Kill(killed)
		synctest.Wait()
		if st := two.Status(); !st.Waiting || st.Took != 0 {
			t.Errorf("the second of the queue is %+v", st)
		}
		if st := never.Status(); !st.Ended || st.Err != killed {
			t.Errorf("what was killed as it waited is %+v", st)
		}
		<-one.Done()
		if st := one.Status(); st.Err != failure || st.Took != time.Minute || st.Note != "under way" {
			t.Errorf("the first of the queue is %+v", st)
		}
		<-three.Done()
		// That one of the queue was killed does not have two of it run at once.
		if st := three.Status(); st.Took != time.Minute {
			t.Errorf("the last of the queue is %+v", st)
		}
		if st := two.Status(); !st.Ended || st.Err != nil || st.Took != time.Minute {
			t.Errorf("the second of the queue is %+v", st)
		}
		if running := jobs.Running(); len(running) != 1 || running[0] != long {
			t.Errorf("%d run", len(running))
		}
		if jobs.Report(long) || !jobs.Report(one) || jobs.Report(one) || jobs.Find(one.ID) != nil || jobs.Find(two.ID) != two {
			t.Error("jobs are not reported once each, when they have ended")
		}
		long.Kill(killed)
		<-long.Done()
		if st := long.Status(); st.Err != killed || st.Waiting {
			t.Errorf("what was killed is %+v", st)
		}
		for _, job := range jobs.All() {
			jobs.Report(job)
		}
		if next := jobs.Start(t.Context(), "next", true, takes(0, nil)); next.ID != 1 {
			t.Errorf("after all have ended, the next is number %d", next.ID)
		}
	})
}

// recorder runs commands by writing them down.
type recorder struct {
	ran   []string
	fail  map[string]error
	start []string
	in    map[string]func() // called as they are run
}

func (r *recorder) Run(_ context.Context, c shell.Command) error {
	name := c.Local
	if !c.IsLocal {
		name = c.Words[0].Text
	}
	r.ran = append(r.ran, name)
	if do := r.in[name]; do != nil {
		do()
	}
	return r.fail[name]
}

func (r *recorder) Start(st shell.Statement) error {
	r.start = append(r.start, st.Text)
	return nil
}

func TestRun(t *testing.T) {
	bad := errors.New("bad")
	for _, tt := range []struct {
		script, ran string
		err         error
		keepOn      bool
	}{
		{"a; b", "a b", nil, false},
		{"x; b", "x", bad, false},
		{"x; b", "x b", nil, true},
		{"b; x", "b x", bad, true},
		{"x || b; c", "x b c", nil, false},
		{"a || b; c", "a c", nil, false},
		{"x && b || c && d", "x c d", nil, false},
		{"a && x; c", "a x", bad, false},
		{"a && x || y; c", "a x y c", nil, false},
		{"a & b", "b &a", nil, false},
		{"x & b", "b &x", nil, false},
		{"a && exit; b", "a exit", shell.ErrExit, true},
		{"!x y; b", "x y; b", nil, false},
		{"", "", nil, false},
	} {
		script, err := shell.Parse(tt.script)
		if err != nil {
			t.Fatal(err)
		}
		r := &recorder{fail: map[string]error{"x": bad, "exit": shell.ErrExit}}
		err = shell.Run(t.Context(), r, script, func() bool { return tt.keepOn })
		got := strings.Join(r.ran, " ")
		for _, text := range r.start {
			got += " &" + text
		}
		if got != tt.ran || err != tt.err {
			t.Errorf("%q runs %q, %v; want %q, %v", tt.script, got, err, tt.ran, tt.err)
		}
	}
}

// TestRunInterrupted sees that what an interrupt keeps from being run is never taken
// for done, whichever command it comes in.
func TestRunInterrupted(t *testing.T) {
	cut, bad := errors.New("interrupted"), errors.New("bad")
	for _, tt := range []struct {
		script, in, ran string // in is the command that the interrupt comes in; "" before the first
		err             error
	}{
		{"a; b", "", "", cut},
		{"a; b", "a", "a", cut}, // a was done all the same
		{"a && b", "a", "a", cut},
		{"a || b", "a", "a", nil},
		{"a; b", "b", "a b", nil},
		{"x; b", "x", "x", bad}, // x has said so
		{"x || b", "x", "x", bad},
		{"a & b", "", "", cut},
	} {
		script, err := shell.Parse(tt.script)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		r := &recorder{fail: map[string]error{"x": bad}, in: map[string]func(){tt.in: func() { cancel(cut) }}}
		if tt.in == "" {
			cancel(cut)
		}
		err = shell.Run(ctx, r, script, func() bool { return true })
		if ran := strings.Join(r.ran, " "); ran != tt.ran || err != tt.err || r.start != nil {
			t.Errorf("%q, interrupted in %q, runs %q and starts %q, %v; want %q, %v", tt.script, tt.in, ran, r.start, err, tt.ran, tt.err)
		}
		cancel(nil)
	}
}
