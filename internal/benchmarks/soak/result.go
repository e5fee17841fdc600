package soak

import (
	"errors"
	"fmt"
	"time"
)

// A Result is what a server has borne.
type Result struct {
	Options Options
	Empty   State // before the first session
	Periods []Period
	End     State // when all had gone
	Took    time.Duration
	Commit  string // of ferry
	Load    string // of the machine before, if others were at work on it; else ""
}

// slack is how many goroutines, threads and descriptors may come to be in any case: the
// runtime has some of its own.
const slack = 8

// transferThreads is how many threads a server has for transfers, at most.
const transferThreads = 128

// Grown is an error that names all that has grown, or was not given back at the end, and
// logins that took too long. The first period is for warming up; the median of the three
// behind it is compared with that of the last three. A tenth, and a little that does not
// depend on the sessions, is no growth: how many transfers there are in a moment differs.
// Behind the end nothing differs, so there what one in a hundred transfers left would show.
func (r *Result) Grown() error {
	if len(r.Periods) < periods {
		return fmt.Errorf("there are %d periods, and not %d", len(r.Periods), periods)
	}
	early, late := span(r.Periods[1:4]), span(r.Periods[periods-3:])
	var errs []error
	bound := func(what string, from, to, more int64) {
		if to > from+more {
			errs = append(errs, fmt.Errorf("%s: %d, and then %d", what, from, to))
		}
	}
	steady := func(what string, from, to, more int64) { bound(what, from, to, from/10+more) }
	steady("octets of the heap", early.Heap, late.Heap, 8<<20) // each transfer has some
	steady("octets of stacks", early.Stacks, late.Stacks, 2<<20)
	steady("octets of memory", early.Resident, late.Resident, 16<<20)
	steady("goroutines", int64(early.Goroutines), int64(late.Goroutines), slack)
	steady("descriptors", int64(early.Descriptors), int64(late.Descriptors), slack)
	// Go gives no thread back: there are as many as have ever been wanted at once, of which
	// the server bounds those that are for transfers.
	steady("threads", int64(early.Threads), int64(late.Threads), transferThreads+slack)
	bound("goroutines when all had gone", int64(r.Empty.Goroutines), int64(r.End.Goroutines), slack)
	bound("descriptors when all had gone", int64(r.Empty.Descriptors), int64(r.End.Descriptors), slack)
	bound("octets of the heap when all had gone", r.Empty.Heap, r.End.Heap, 8<<20)
	for i, p := range r.Periods {
		for what, l := range map[string]Logins{"logins": p.Plain, "logins over TLS": p.TLS} {
			if l.P99 > r.Options.LoginLimit {
				errs = append(errs, fmt.Errorf("%s in period %d: one in a hundred took %v and more, and %v are allowed", what, i+1, l.P99, r.Options.LoginLimit))
			}
		}
	}
	return errors.Join(errs...)
}

// span returns what was held in the middle of some periods.
func span(all []Period) State {
	var states []State
	for _, p := range all {
		states = append(states, p.State)
	}
	return middle(states)
}
