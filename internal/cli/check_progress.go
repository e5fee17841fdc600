package cli

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/seed-6092453b/ferry/conformance"
)

// checkProgress is a line on the terminal that says how far a run has come.
type checkProgress struct {
	s     *stdio
	of    int
	shown bool // on a terminal only

	mu     sync.Mutex // guards what follows
	left   []string   // IDs of the items that are not over
	failed int
}

func newCheckProgress(s *stdio, items []conformance.Item) *checkProgress {
	p := &checkProgress{s: s, of: len(items), shown: s.errTerminal()}
	for _, it := range items {
		p.left = append(p.left, it.ID)
	}
	return p
}

// done is for conformance.Target.
func (p *checkProgress) done(res conformance.Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.Index(p.left, res.ID); i >= 0 {
		p.left = slices.Delete(p.left, i, i+1)
	}
	if res.Verdict == conformance.Failed {
		p.failed++
	}
	if p.shown {
		fmt.Fprint(p.s.err, "\r\x1b[K"+p.line())
	}
}

// mostNamed is how many items fit into a line.
const mostNamed = 4

// line is what is shown. The last items are named: they may wait for minutes.
func (p *checkProgress) line() string {
	text := fmt.Sprintf("%d of %d checked, %d failed", p.of-len(p.left), p.of, p.failed)
	if n := len(p.left); n > 0 && n <= mostNamed {
		text += "; still at " + strings.Join(p.left, ", ")
	}
	return text
}

// clear takes the line away.
func (p *checkProgress) clear() {
	if p.shown {
		fmt.Fprint(p.s.err, "\r\x1b[K")
	}
}
