package load

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/storage"
)

// tally is what one worker has counted. It is used by one goroutine at a time.
type tally struct {
	times      histogram
	unfinished int64
	errors     map[string]int64
	reasons    map[string]string
	stopped    error // that nothing else would mend
}

// failed counts an error.
func (t *tally) failed(err error) {
	if t.errors == nil {
		t.errors, t.reasons = make(map[string]int64), make(map[string]string)
	}
	name := nameOf(err)
	t.errors[name]++
	if t.reasons[name] == "" {
		t.reasons[name] = err.Error()
	}
	if t.stopped == nil && hopeless(err) {
		t.stopped = err
	}
}

// merge adds all that other has counted.
func (t *tally) merge(other *tally) {
	t.times.merge(&other.times)
	t.unfinished += other.unfinished
	for name, n := range other.errors {
		if t.errors == nil {
			t.errors, t.reasons = make(map[string]int64), make(map[string]string)
		}
		t.errors[name] += n
		if t.reasons[name] == "" {
			t.reasons[name] = other.reasons[name]
		}
	}
	if t.stopped == nil {
		t.stopped = other.stopped
	}
}

// nameOf is what Result.Errors calls an error.
func nameOf(err error) string {
	var refused *ftpclient.ReplyError
	var failed *ftpclient.ConnError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &refused):
		return refused.Reply.Code.String()
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded),
		errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.As(err, &failed), isLost(err):
		return "lost"
	}
	return "other"
}

// hopeless reports whether every other attempt would end likewise: there is no room, or
// the login or the server is not right.
func hopeless(err error) bool {
	var cert *ftpclient.CertError
	return errors.Is(err, storage.ErrNoSpace) || errors.Is(err, storage.ErrQuota) ||
		errors.Is(err, ftpclient.ErrLogin) && !errors.Is(err, ftpclient.ErrTooMany) ||
		errors.Is(err, ftpclient.ErrSecurity) || errors.As(err, &cert)
}

func (h *histogram) latency() *Latency {
	if h.total == 0 {
		return nil
	}
	return &Latency{
		Min: seconds(h.min), Mean: seconds(h.mean()),
		P50: seconds(h.percentile(50)), P90: seconds(h.percentile(90)), P99: seconds(h.percentile(99)),
		Max: seconds(h.max),
	}
}

// seconds is to the microsecond: nothing on a network is known better.
func seconds(d time.Duration) float64 { return d.Round(time.Microsecond).Seconds() }
