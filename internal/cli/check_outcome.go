package cli

import (
	"context"
	"fmt"
	"strings"

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
