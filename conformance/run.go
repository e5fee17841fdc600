package conformance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"
)

// run is what the items of one Run share.
type run struct {
	target Target
	work   string // the name of the folder below each Endpoint.Dir in which everything is done

	// What the survey has found, which is complete before the first item is tried.
	report    *Report
	features  map[string]string // what FEAT lists: the rest of the line by the verb in upper case; nil: it lists nothing
	lacks     []lack
	unreached bool // not even a connection to the server could be made

	// homes is the folder of work at each endpoint that was used, as an absolute path.
	// Who has turn may use it: finding one out takes time, which a mutex would not let pass
	// where time is fake.
	turn  chan struct{}
	homes map[Endpoint]string
	begun map[Endpoint]string // those that were to be made, too

	// hidden are the paths of files that listings may leave out. Who has turn may use it.
	hidden []string

	contact contact
}

// lack is something that was not given or is not there.
type lack struct {
	need need
	why  string
}

// Run checks a server. The error is not nil if the target is unusable, or if there is
// no check of the name in Target.Only; what is wrong with the server is in the report.
// When ctx ends, so does the run: the report has what there is.
func Run(ctx context.Context, target Target) (*Report, error) {
	if err := target.complete(); err != nil {
		return nil, err
	}
	began := time.Now()
	r := &run{
		target: target,
		work:   fmt.Sprintf("ferry-check-%06x", rand.IntN(1<<24)),
		report: &Report{Subject: target.Addr, Began: began},
		turn:   make(chan struct{}, 1),
		homes:  make(map[Endpoint]string),
		begun:  make(map[Endpoint]string),
	}
	plan := r.plan()
	r.survey(ctx)
	results := make(map[string]Result)
	var mu sync.Mutex
	done := func(res Result) {
		mu.Lock()
		defer mu.Unlock()
		results[res.ID] = res
		if target.Done != nil {
			target.Done(res)
		}
	}
	r.tryAll(ctx, plan, done)
	for _, it := range plan {
		r.report.Results = append(r.report.Results, results[it.ID])
	}
	r.clean(ctx)
	r.report.Took = time.Since(began)
	return r.report, nil
}

// complete sets what is to be set and not given.
func (t *Target) complete() error {
	if t.Addr == "" {
		return errors.New("conformance: no server is given")
	}
	t.ReplyTime = cmp.Or(t.ReplyTime, defaultReplyTime)
	t.Parallel = cmp.Or(t.Parallel, defaultParallel)
	if t.Net == nil {
		t.Net = systemNetwork{}
	}
	for _, only := range t.Only {
		if !slices.ContainsFunc(serverItems(), func(it Item) bool { return strings.HasPrefix(it.ID, only) }) {
			return fmt.Errorf("conformance: there is no item %q for servers", only)
		}
	}
	return nil
}

// serverItems are the items about servers.
func serverItems() (list []Item) {
	for _, g := range groups() {
		if g.ID != ClientGroup {
			list = append(list, g.Items...)
		}
	}
	return list
}

// plan is the items to be run.
func (r *run) plan() (list []Item) {
	for _, it := range serverItems() {
		wanted := len(r.target.Only) == 0
		for _, only := range r.target.Only {
			wanted = wanted || strings.HasPrefix(it.ID, only)
		}
		if wanted {
			list = append(list, it)
		}
	}
	return list
}

// tryAll tries the items: many at once, those that wait all at once besides, and those
// that keep others from working one by one at the end, together with those for which
// the server had no place.
func (r *run) tryAll(ctx context.Context, plan []Item, done func(Result)) {
	var all sync.WaitGroup
	places := make(chan struct{}, r.target.Parallel)
	var mu sync.Mutex // guards late
	var late, alone []Item
	try := func(it Item) {
		res, later := r.attempt(ctx, it, checks[it.ID], false)
		if !later {
			done(res)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		late = append(late, it)
	}
	var out []string // left out because the server is given up
	missing := func(it Item) bool {
		why := r.missing(it, checks[it.ID])
		if lost := r.contact.given(); why == "" && lost != "" && checks[it.ID].state == Main {
			why, out = lost, append(out, it.ID)
		}
		if why != "" {
			done(Result{Item: it, Verdict: NotRun, Reason: why})
		}
		return why != ""
	}
	for _, it := range plan {
		c, known := checks[it.ID]
		switch {
		case !known:
			done(Result{Item: it, Verdict: NotRun, Reason: "there is no check for it yet"})
		case c.alone && r.missing(it, c) == "":
			alone = append(alone, it)
		case c.takes > 0:
			if !missing(it) {
				all.Go(func() { try(it) })
			}
		default:
			places <- struct{}{}
			if missing(it) {
				<-places
				continue
			}
			all.Go(func() {
				defer func() { <-places }()
				try(it)
			})
		}
	}
	all.Wait()
	for _, it := range append(late, alone...) {
		if !missing(it) {
			done(r.try(ctx, it, checks[it.ID]))
		}
	}
	if len(out) > 0 {
		r.report.Notes = append(r.report.Notes, Note{Text: r.contact.given(), LeftOut: out, Lack: LackServer})
	}
}

// missing says why an item cannot be run; "" is that it can.
func (r *run) missing(it Item, c check) string {
	if c.state == Main {
		for _, l := range r.lacks {
			if r.leavesOut(l.need, c) {
				return l.why
			}
		}
	} else if _, ok := r.target.At[c.state]; !ok {
		return fmt.Sprintf("this needs a server in the state %q", string(c.state))
	}
	if c.takes > 0 && !r.target.Slow {
		return "this waits for " + span(c.takes) + ", which only a slow run does"
	}
	return ""
}

// elsewhere is another address of this machine than the one that the server of an
// endpoint knows.
func (t *trial) elsewhere(c *control) netip.Addr {
	if t.target.Elsewhere.IsValid() {
		return t.target.Elsewhere
	}
	if own := c.local(); own.IsLoopback() && own.Is4() {
		return own.Next() // all of 127.0.0.0/8 is this machine, on most systems
	}
	t.notRun("this needs a second address of this machine")
	return netip.Addr{}
}
