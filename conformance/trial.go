package conformance

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime/debug"
	"strings"
	"syscall"
	"time"
)

// trial is one item being tried: its connections, and what went over them. It is
// used by one goroutine, that of the check.
type trial struct {
	*run
	ctx   context.Context // ends with the time for the item
	outer context.Context // ends with the run
	item  Item
	check check
	began time.Time
	log   journal

	controls, datas int               // so many connections were made
	atEnd           []func()          // last first
	made            map[Endpoint]bool // where the folder is there
	connected       bool              // to any server
	reached         bool              // the server has greeted
	last            bool              // it will not be tried again, and so waits longer for a place
}

// stop ends a trial: it is thrown.
type stop struct {
	verdict Verdict
	reason  string
	crowded bool // the server had no place for it, and may have one later
}

// fail ends the trial: the server does not do what the item demands.
func (t *trial) fail(format string, args ...any) {
	panic(stop{verdict: Failed, reason: fmt.Sprintf(format, args...)})
}

// notOffered ends the trial: the server does not have what the item is about.
func (t *trial) notOffered(format string, args ...any) {
	panic(stop{verdict: NotOffered, reason: fmt.Sprintf(format, args...)})
}

// notRun ends the trial: something that it needs is missing.
func (t *trial) notRun(format string, args ...any) {
	panic(stop{verdict: NotRun, reason: fmt.Sprintf(format, args...)})
}

// must fails the trial if err is not nil; what says what was being done.
func (t *trial) must(err error, what string) {
	if err != nil {
		t.fail("%s: %s", what, t.cause(err))
	}
}

// cause puts an error of a connection in words.
func (t *trial) cause(err error) string {
	var clear tls.RecordHeaderError
	var lookup *net.DNSError
	switch {
	case t.outer.Err() != nil:
		return ended
	case t.ctx.Err() != nil:
		return fmt.Sprintf("the time for the item was over (%v)", t.limit())
	case isTimeout(err):
		return fmt.Sprintf("nothing came for %v", t.target.ReplyTime)
	case errors.As(err, &clear):
		return fmt.Sprintf("what came is no record of TLS, but begins with %s", printable(string(clear.RecordHeader[:])))
	case errors.As(err, &lookup) && lookup.IsNotFound:
		return "there is no such host"
	case errors.Is(err, io.EOF):
		return "the server has closed the connection"
	case errors.Is(err, syscall.ECONNRESET):
		return "the server has broken the connection off (a reset)"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the server refuses the connection"
	}
	return err.Error()
}

// finally has f called when the trial is over, however it ends.
func (t *trial) finally(f func()) { t.atEnd = append(t.atEnd, f) }

// note adds to the dialogue what the checker itself does or sees.
func (t *trial) note(conn, format string, args ...any) {
	t.log.add(time.Since(t.began), conn, Happened, fmt.Sprintf(format, args...))
}

// wait lets time pass.
func (t *trial) wait(d time.Duration) {
	t.note("", "%v pass", d)
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-t.ctx.Done():
		t.fail("%s", t.cause(t.ctx.Err()))
	}
}

// limit is how long the item may take.
func (t *trial) limit() time.Duration {
	if t.check.long > 0 {
		return t.check.long
	}
	return t.check.takes + itemReplies*t.target.ReplyTime
}

// itemKey is the key of an item's ID in the context that its connections are made with.
type itemKey struct{}

// try tries an item, for the last time.
func (r *run) try(ctx context.Context, it Item, c check) Result {
	res, _ := r.attempt(ctx, it, c, true)
	return res
}

// attempt tries an item, and reports whether it is to be tried again later because the
// server had no place for it, which may be unless it is the last time.
func (r *run) attempt(ctx context.Context, it Item, c check, last bool) (res Result, later bool) {
	t := &trial{run: r, item: it, check: c, began: time.Now(), last: last}
	if ctx.Err() != nil {
		return Result{Item: it, Verdict: NotRun, Reason: ended}, false
	}
	var cancel context.CancelFunc
	t.outer = ctx
	t.ctx, cancel = context.WithTimeout(context.WithValue(ctx, itemKey{}, it.ID), t.limit())
	defer cancel()
	verdict := t.judge()
	for i := len(t.atEnd) - 1; i >= 0; i-- {
		t.atEnd[i]()
	}
	r.contact.count(t, verdict)
	return Result{
		Item: it, Verdict: verdict.verdict, Reason: clip(verdict.reason, mostReason), Took: time.Since(t.began), Dialogue: t.log.lines(),
	}, verdict.crowded && !last
}

// ended is why an item was not run, or not to its end, when the context of Run ends.
const ended = "the run was ended"

// mostReason is how many octets a reason has at most: it may quote what a server says.
const mostReason = 4000

// clip cuts a text that is too long.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}

func (t *trial) judge() (verdict stop) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case stop:
			verdict = v
			if t.outer.Err() != nil {
				verdict = stop{verdict: NotRun, reason: ended}
			}
		default:
			// A fault of the checker must not spoil the run, nor pass for one of the server.
			verdict = stop{verdict: NotRun, reason: fmt.Sprintf("the checker itself has failed; please report it: %v\n%s", v, debug.Stack())}
		}
	}()
	t.check.try(t)
	return stop{verdict: Passed}
}

// journal is a dialogue as it grows, with bounds on what a server can make of it.
type journal struct {
	all     []Exchange
	octets  int // of its texts
	dropped int
}

const (
	mostExchanges = 1000 // in a dialogue
	mostText      = 1000 // octets of one of its lines, as they print
	mostOctets    = 128 << 10
)

func (j *journal) add(at time.Duration, conn string, way Way, text string) {
	if len(j.all) >= mostExchanges || j.octets >= mostOctets {
		j.dropped++
		return
	}
	text = printable(text)
	j.octets += len(text)
	j.all = append(j.all, Exchange{at, conn, way, text})
}

func (j *journal) lines() []Exchange {
	if j.dropped > 0 {
		return append(j.all, Exchange{j.all[len(j.all)-1].At, "", Happened, fmt.Sprintf("%d more lines", j.dropped)})
	}
	return j.all
}

// printable writes out what does not print, and cuts what is too long.
func printable(s string) string {
	var b strings.Builder
	for i, r := range s {
		if b.Len() > mostText {
			fmt.Fprintf(&b, "... (%d octets)", len(s))
			break
		}
		switch {
		case r == 0xfffd && s[i] != 0xef, r < ' ', r == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\\':
			b.WriteString(`\\`)
		case r >= 0x80 && r < 0xa0, r == 0x2028, r == 0x2029, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			fmt.Fprintf(&b, `\u%04x`, r) // controls of terminals and of the direction of text
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
