package serving

import (
	"slices"
	"time"

	"github.com/seed-6092453b/ferry/internal/benchmarks/loader"
	"github.com/seed-6092453b/ferry/internal/benchmarks/report"
)

// A sample is what one run of a row gave.
type sample struct {
	loader.Result               // of the load; its CPU is the load's
	cpu           time.Duration // of the server
	sessions      int
	empty, rest   int64 // memory in octets, without sessions and with those that do nothing
	peak          int64 // the most memory seen meanwhile
}

// A figure is what a sample is judged by. Less is better, but for rates.
type figure struct {
	name string // its unit
	more bool   // more is better
	of   func(s sample) float64
}

var (
	perGiB = figure{name: "CPU-s/GiB", of: func(s sample) float64 {
		return s.cpu.Seconds() / (float64(s.Octets) / (1 << 30))
	}}
	perThousand = figure{name: "CPU-s/1000", of: func(s sample) float64 { return s.cpu.Seconds() / float64(s.Ops) * 1000 }}
	perSession  = figure{name: "KiB a session", of: func(s sample) float64 {
		return float64(s.rest-s.empty) / 1024 / float64(s.sessions)
	}}
	whole        = figure{name: "MiB in all", of: func(s sample) float64 { return float64(s.rest) / (1 << 20) }}
	milliseconds = figure{name: "CPU-ms", of: func(s sample) float64 { return s.cpu.Seconds() * 1000 / float64(s.Ops) }}
	peak         = figure{name: "peak MiB", of: func(s sample) float64 { return float64(s.peak) / (1 << 20) }}
	p50          = figure{name: "µs p50", of: func(s sample) float64 { return float64(s.P50) / 1e3 }}
	p99          = figure{name: "µs p99", of: func(s sample) float64 { return float64(s.P99) / 1e3 }}
	rate         = figure{name: "MiB/s", more: true, of: func(s sample) float64 { return float64(s.Octets) / (1 << 20) / s.Wall.Seconds() }}
	pace         = figure{name: "a second", more: true, of: func(s sample) float64 { return float64(s.Ops) / s.Wall.Seconds() }}
)

// A part is what a contender has done of a row.
type part struct {
	name    string
	limit   bool   // it is no server
	why     string // it has none
	failure error  // why it was given up
	samples []sample
}

// An outcome is what came of a row.
type outcome struct {
	row
	parts   []part
	hottest string // the functions in which ferry spends most, as pprof has it; may be empty
}

// median returns the middle, the smallest and the largest of a figure.
func (p part) median(f figure) (mid, least, most float64) {
	var all []float64
	for _, s := range p.samples {
		all = append(all, f.of(s))
	}
	if len(all) == 0 {
		return 0, 0, 0
	}
	slices.Sort(all)
	mid = all[len(all)/2]
	if len(all)%2 == 0 {
		mid = (mid + all[len(all)/2-1]) / 2
	}
	return mid, all[0], all[len(all)-1]
}

// done reports whether there is something to be told.
func (p part) done() bool { return p.why == "" && p.failure == nil && len(p.samples) > 0 }

// part returns that of a contender, if it has done anything.
func (o outcome) part(name string) (part, bool) {
	i := slices.IndexFunc(o.parts, func(p part) bool { return p.name == name && p.done() })
	if i < 0 {
		return part{}, false
	}
	return o.parts[i], true
}

func several(n int, what string) string { return report.Several(n, what) }
