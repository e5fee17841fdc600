// Package load puts an FTP server under a load that is bounded, and measures what it
// bears: how long operations take, how many octets cross, what is refused.
//
// Each connection does one thing after another, and begins the next when the server has
// done the last: a server that is slow is asked less often. What is measured is the
// server and the way to it, as one client after the other would find them, and not how
// ferry saves round trips.
package load

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
)

// Options say which server is loaded, with what, and how much.
type Options struct {
	Addr   string            // host:port
	Client ftpclient.Options // how one connects and logs in; MaxConns is ignored

	Path  string // the folder to list and to write in, or the file to download; "" is "."
	Write bool   // a scratch folder may be made in the folder; it is removed in the end
	Kinds []Kind // what to do, in whatever order; none: all that can be

	Connections int           // at once; 0 is 8
	Ramp        time.Duration // between two that are made; 0 is 100 ms
	Size        int64         // of large files; 0 is 16 MiB
	Files       int           // how many small files there are at most, though one for each connection; 0 is 200
	FileSize    int64         // of small files; 0 is 1 KiB

	// Each kind goes on for Duration (0 is 5 s), behind a Warmup (0 is 1 s) that is not
	// counted; or, if Count is not 0, it is done Count times, behind one for each
	// connection that is not counted.
	Warmup   time.Duration
	Duration time.Duration
	Count    int
}

// withDefaults fills in what is left out.
func (o Options) withDefaults() Options {
	def(&o.Path, ".")
	def(&o.Connections, 8)
	def(&o.Ramp, 100*time.Millisecond)
	def(&o.Size, 16<<20)
	def(&o.Files, 200)
	def(&o.FileSize, 1<<10)
	def(&o.Warmup, time.Second)
	def(&o.Duration, 5*time.Second)
	return o
}

func def[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Latency is how long operations took, in seconds.
type Latency struct {
	Min  float64 `json:"min"`
	Mean float64 `json:"mean"`
	P50  float64 `json:"p50"`
	P90  float64 `json:"p90"`
	P99  float64 `json:"p99"`
	Max  float64 `json:"max"`
}

// Result is what came of one Kind.
type Result struct {
	Kind        Kind     `json:"kind"`
	Skipped     string   `json:"skipped,omitempty"` // why it was not done at all; the rest is zero then
	Connections int      `json:"connections"`       // as was asked for
	Reached     int      `json:"reached"`           // as there were
	Seconds     float64  `json:"seconds"`           // that were measured
	Count       int64    `json:"count"`             // operations that went well within that time
	Unfinished  int64    `json:"unfinished"`        // operations that were under way when the time was up
	Octets      int64    `json:"octets"`            // of files and listings, within that time
	Latency     *Latency `json:"latency,omitempty"` // of the Count; nil if there are none

	// Errors is how many operations failed, and connections could not be made, by the
	// code of the reply, as in "421", or else one of "timeout", "refused" (the
	// connection), "lost" and "other". Reasons has the first error of each.
	Errors  map[string]int64  `json:"errors,omitempty"`
	Reasons map[string]string `json:"reasons,omitempty"`

	// Stopped is why it ended before its time, as when the server is full.
	Stopped string `json:"stopped,omitempty"`

	CPU float64 `json:"cpu"` // seconds of processor that this process used meanwhile; -1 if not known
}

// ScratchError reports a scratch folder that could not be removed.
type ScratchError struct {
	Name string // as Options.Path has names
	Err  error
}

func (e *ScratchError) Error() string {
	return fmt.Sprintf("the scratch folder %s could not be removed, or not all of it: %v", e.Name, e.Err)
}

// Unwrap returns Err.
func (e *ScratchError) Unwrap() error { return e.Err }

// Run does one kind after the other, and calls tell with what came of each. The
// scratch folder is removed whatever happens, the end of ctx included; a
// *ScratchError says that it could not be. Other errors are those of reaching the
// server, of what Path names, and of ctx.
func Run(ctx context.Context, o Options, tell func(Result)) (err error) {
	for _, k := range o.Kinds {
		if !slices.Contains(Kinds(), k) {
			return fmt.Errorf("load: no kind of load is called %q", k)
		}
	}
	r := newRun(o.withDefaults())
	defer r.hangUp()
	if err := r.look(ctx); err != nil {
		return err
	}
	if r.o.Write {
		defer func() { err = errors.Join(err, r.sweep(ctx)) }()
		if err := r.makeScratch(ctx); err != nil {
			return err
		}
	}
	for _, b := range behaviours {
		if len(o.Kinds) > 0 && !slices.Contains(o.Kinds, b.kind) {
			continue
		}
		res := r.stage(ctx, b)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		tell(res)
	}
	return nil
}
