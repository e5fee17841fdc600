package cli

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/seed-6092453b/ferry/conformance"
)

// checkError is what a run has come to, if that is not good.
type checkError struct {
	text string
	exit int
}

func (e *checkError) Error() string { return e.text }

// outcome is the error of a run. Where the report was written as text, its reader knows
// already.
func (f *reportFlags) outcome(ctx context.Context, r *conformance.Report) error {
	var err error
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%w: the report has what there was until then", errInterrupted)
	default:
		err = f.judge(r)
	}
	if f.toOutput() {
		return err
	}
	return told(err)
}

func (f *reportFlags) judge(r *conformance.Report) error {
	for _, n := range r.Notes {
		code := map[conformance.Lack]int{
			conformance.LackServer: exitConnect, conformance.LackLogin: exitLogin, conformance.LackWrite: exitPermission,
		}[n.Lack]
		if code != 0 && len(n.LeftOut) > 0 {
			return &checkError{n.Text, code}
		}
	}
	failed := r.Failures(f.least())
	if len(failed) == 0 {
		return nil
	}
	var ids []string
	for _, res := range failed[:min(len(failed), 10)] {
		ids = append(ids, res.ID)
	}
	if len(failed) > 10 {
		ids = append(ids, "...")
	}
	return &checkError{plural(len(failed), "item has", "items have") + " failed: " + strings.Join(ids, ", "), exitFailure}
}

// checkProgress is a line on the terminal that says how far a run has come.
type checkProgress struct {
	s     *stdio
	of    int
	shown bool // on a terminal only

	mu           sync.Mutex
	over, failed int
}

func newCheckProgress(s *stdio, of int) *checkProgress {
	return &checkProgress{s: s, of: of, shown: s.errTerminal()}
}

// done is for conformance.Target.
func (p *checkProgress) done(res conformance.Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over++
	if res.Verdict == conformance.Failed {
		p.failed++
	}
	if p.shown {
		fmt.Fprintf(p.s.err, "\r\x1b[K%d of %d checked, %d failed; %s", p.over, p.of, p.failed, res.ID)
	}
}

// clear takes the line away.
func (p *checkProgress) clear() {
	if p.shown {
		fmt.Fprint(p.s.err, "\r\x1b[K")
	}
}
