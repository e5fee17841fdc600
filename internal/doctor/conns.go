package doctor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
)

// connections tries how many connections the server takes at once, up to the number that
// was asked for.
func (e *examination) connections(ctx context.Context) error {
	if e.o.Connections < 2 {
		return nil
	}
	return e.with(ctx, func(*ftpclient.Conn) error {
		taken := 1 // the one that is in use
		var refusal error
		var open []*ftpclient.Conn
		for taken < e.o.Connections {
			c, err := ftpclient.Dial(ctx, e.o.Addr, &e.o.Client)
			if err != nil {
				refusal = err
				break
			}
			open = append(open, c)
			taken++
		}
		for _, c := range open {
			c.Quit(ctx)
		}
		const check = "connections"
		switch {
		case ctx.Err() != nil:
		case refusal == nil:
			e.ok(check, fmt.Sprintf("The server takes %d connections at once, and perhaps more.", taken))
		case taken == 1:
			e.warn(check, "The server takes a single connection at a time: "+sentence(refusal), "Programs have to be told to use one: --parallel 1.")
		default:
			e.warn(check, fmt.Sprintf("The server takes %d connections at once, and no more: %s", taken, sentence(refusal)), fmt.Sprintf("Programs that use more have to be told: --parallel %d. ferry finds it out by itself.", taken))
		}
		return nil
	})
}

// firstSilence is the shortest silence that is tried.
const firstSilence = 30 * time.Second

// idle leaves connections silent, each for twice as long as the one before, and looks
// which are still alive then. TCP's own keep-alive is off: it is what is to be found out
// whether it is needed.
func (e *examination) idle(ctx context.Context) error {
	if e.o.Idle <= 0 {
		return nil
	}
	e.quit(ctx)
	o := e.o.Client
	o.KeepAlive = -1
	type silence struct {
		span time.Duration
		err  error
	}
	var times []time.Duration
	for d := min(firstSilence, e.o.Idle); ; d = min(2*d, e.o.Idle) {
		times = append(times, d)
		if d == e.o.Idle {
			break
		}
	}
	results := make(chan silence)
	started := 0
	for _, d := range times {
		c, err := ftpclient.Dial(ctx, e.o.Addr, &o)
		if err != nil {
			break // the server takes no more; the shorter ones are enough to begin with
		}
		started++
		go func() {
			defer c.Close()
			select {
			case <-ctx.Done():
				results <- silence{d, ctx.Err()}
				return
			case <-time.After(d):
			}
			_, err := c.Do(ctx, "NOOP")
			results <- silence{d, err}
		}()
	}
	lived, died := time.Duration(0), silence{}
	for range started {
		s := <-results
		switch {
		case s.err == nil:
			lived = max(lived, s.span)
		case died.err == nil || s.span < died.span:
			died = s
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	e.silences(lived, died.span, died.err)
	return nil
}

// silences tells what became of the silent connections: lived is the longest silence
// that was survived, died the shortest that was not, for the reason err.
func (e *examination) silences(lived, died time.Duration, err error) {
	const check = "idle"
	var re *ftpclient.ReplyError
	switch {
	case err == nil && lived > 0:
		e.ok(check, fmt.Sprintf("A connection that is silent for %v is still alive.", lived))
	case err == nil:
		e.note(check, "Nothing could be found out about silent connections: the server takes no connection more.", "")
	case errors.As(err, &re):
		e.note(check, fmt.Sprintf("The server ends connections that are silent for %v, and says so: %s%s", died, said(re), survived(lived)),
			"That is its idle limit. Programs connect anew by themselves, as ferry does.")
	case timedOut(err):
		e.warn(check, fmt.Sprintf("A connection that is silent for %v is forgotten on the way, and neither end is told: a NAT or firewall does that.%s", died, survived(lived)),
			fmt.Sprintf("In a transfer that takes longer the control connection dies, and programs hang at 100%%. Keep-alive probes have to come more often than every %v: ferry sends them every 30 s, unless it is told otherwise; net.ipv4.tcp_keepalive_time sets it for programs that use TCP's own.", died))
	default:
		e.warn(check, fmt.Sprintf("A connection that is silent for %v is closed: %s%s", died, sentence(err), survived(lived)), "")
	}
}

func survived(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf(" After %v it was still alive.", d)
}
