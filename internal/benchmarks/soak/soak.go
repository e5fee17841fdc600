// Package soak keeps ferry's server under load for long, and looks whether it stays what it
// was at the beginning. The server is a process of its own, and so are its clients: one in
// ten of them transfers, each in its own way, and the others are there. It is for Linux,
// where it can look into processes.
package soak

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Options say how much there is to bear.
type Options struct {
	Sessions int            // at once; one in ten of them transfers, the others do nothing
	TLS      int            // of a hundred sessions, how many are protected
	Duration time.Duration  // of all periods together
	Pause    time.Duration  // between two acts of a session, in the mean
	Mix      map[string]int // how often each act is chosen, by its name
	Small    int64          // octets of three files in four
	Large    int64          // octets of the others
	Rate     int64          // octets a second that a transfer moves at most, as on a line of some length

	// LoginLimit is what 99 of a hundred newcomers may wait for their login, in any period.
	LoginLimit time.Duration
	// Patience is how long a reply may take, or the end of all sessions.
	Patience time.Duration

	Ferry   string // the program that serves
	Tells   bool   // that program is internal/benchmarks/profiled
	Program string // one that calls [RunCrowd] when its argument is "crowd"
	Dir     string // where the folder that is served is made; "": as os.MkdirTemp has it

	// Progress, if not nil, is called after each period.
	Progress func(Period)
}

const periods = 10

// A Period is a tenth of the time: what was done in it, and what the server held.
type Period struct {
	Acts   map[string]int64
	Octets int64         // of files and listings, both ways
	CPU    time.Duration // of the server
	Plain  Logins
	TLS    Logins

	// State has the medians of what was seen of the process, and of what it told, which costs
	// it a collection and is asked less often.
	State
}

// Run starts a server and its clients. Its result is what was seen, which is not all
// periods if there is an error: that of a client, mostly.
func Run(ctx context.Context, o Options) (r *Result, err error) {
	if err := room(o.Sessions); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(o.Dir, "ferry-soak-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	root := filepath.Join(dir, "root")
	if err := errors.Join(os.Mkdir(root, 0o755), furnish(root, o)); err != nil {
		return nil, err
	}
	s, err := serve(ctx, o, dir, root)
	if err != nil {
		return nil, err
	}
	r = &Result{Options: o}
	if r.Empty, err = s.settled(ctx); err == nil {
		err = s.bear(ctx, o, r)
	}
	if err == nil {
		err = s.emptied(ctx, r)
	}
	if err == nil {
		var left []string
		if left, err = leftovers(root); len(left) > 0 {
			err = fmt.Errorf("in the folder that was served there is %s", strings.Join(left, ", "))
		}
	}
	return r, errors.Join(err, s.end(o.Patience))
}

// bear has the sessions come, all periods pass, and the sessions go at once.
func (s *served) bear(ctx context.Context, o Options, r *Result) error {
	crowd, err := startCrowd(ctx, task{s.target, o.Sessions, o.TLS, o.Pause, o.Mix, o.Small, o.Large, o.Rate}, o.Program)
	if err != nil {
		return fmt.Errorf("opening %d sessions: %w", o.Sessions, err)
	}
	defer crowd.close()
	plain, protected := startNewcomers(ctx, s.target, false), startNewcomers(ctx, s.target, true)
	defer protected.end()
	defer plain.end()
	begun, cpu := time.Now(), s.meter.CPU()
	for i := range periods {
		p := Period{}
		if p.State, err = s.watch(ctx, begun.Add(o.Duration/periods*time.Duration(i+1))); err != nil {
			return err
		}
		t, err := crowd.ask("look")
		p.Acts, p.Octets = t.Acts, t.Octets
		var failed [2]error
		p.Plain, failed[0] = plain.taken()
		p.TLS, failed[1] = protected.taken()
		now := s.meter.CPU()
		p.CPU, cpu = now-cpu, now
		r.Periods = append(r.Periods, p)
		if o.Progress != nil {
			o.Progress(p)
		}
		if err := errors.Join(err, errors.Join(failed[:]...), s.log.fault(), whole(t, o)); err != nil {
			return fmt.Errorf("period %d: %w", i+1, err)
		}
	}
	// What was begun is ended, and checked.
	t, err := crowd.ask("rest")
	return errors.Join(err, whole(t, o))
}

// whole sees that all sessions are there.
func whole(t tally, o Options) error {
	if t.Sessions != o.Sessions {
		return fmt.Errorf("of %d sessions there are %d", o.Sessions, t.Sessions)
	}
	return nil
}

// watch looks at the server over and over until a time.
func (s *served) watch(ctx context.Context, until time.Time) (State, error) {
	pause := min(time.Second, max(time.Until(until)/20, 20*time.Millisecond))
	var all, told []State
	for {
		if len(all)%5 == 0 {
			var st State
			if err := s.inside(ctx, &st); err != nil {
				return State{}, err
			}
			told = append(told, st)
		}
		all = append(all, s.outside())
		select {
		case <-ctx.Done():
			return State{}, ctx.Err()
		case <-s.log.ended:
			return State{}, s.gone()
		case <-time.After(min(pause, time.Until(until))):
		}
		if !time.Now().Before(until) {
			st, in := middle(all), middle(told)
			st.Heap, st.Stacks, st.Goroutines = in.Heap, in.Stacks, in.Goroutines
			return st, nil
		}
	}
}

// emptied waits until the sessions of clients that have gone are over, and looks what is
// held then.
func (s *served) emptied(ctx context.Context, r *Result) error {
	late := time.NewTimer(s.Patience)
	defer late.Stop()
	for s.meter.Descriptors() > r.Empty.Descriptors+slack {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.log.ended:
			return s.gone()
		case <-late.C:
			return fmt.Errorf("%v after all clients have gone the server has %d descriptors, and had %d before they came", s.Patience, s.meter.Descriptors(), r.Empty.Descriptors)
		case <-time.After(20 * time.Millisecond):
		}
	}
	var err error
	r.End, err = s.settled(ctx)
	return err
}
