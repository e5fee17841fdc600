package conformance

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// clientItem is how an item of the group CLI is run.
type clientItem struct {
	id    string
	tasks []Task // all of them are needed
	run   func(st *clientStage) ruling
}

// ruling is what an item comes to; see Result.
type ruling struct {
	verdict Verdict
	reason  string
}

var rulePassed = ruling{verdict: Passed}

func ruleFailed(format string, args ...any) ruling {
	return ruling{Failed, fmt.Sprintf(format, args...)}
}

func ruleNotOffered(format string, args ...any) ruling {
	return ruling{NotOffered, fmt.Sprintf(format, args...)}
}

func ruleNotRun(err error) ruling { return ruling{NotRun, err.Error()} }

func (r ruling) passed() bool { return r.verdict == Passed }

// clientStage is what one item has: its servers, its folder, and the record of all that
// goes on. It is safe for concurrent use.
type clientStage struct {
	run   *clientRun
	ctx   context.Context // ends with the time of the item
	dir   string
	began time.Time

	mu      sync.Mutex
	lines   []Exchange
	closers map[interface{ Close() error }]bool
	ended   bool
	all     sync.WaitGroup // the goroutines of the servers
}

// maxDialogue bounds what a client that floods can make of the report.
const maxDialogue = 2000

// note records a line of the dialogue.
func (st *clientStage) note(conn string, way Way, text string) {
	st.mu.Lock()
	defer st.mu.Unlock()
	switch n := len(st.lines); {
	case st.ended || n > maxDialogue:
		return
	case n == maxDialogue:
		way, text = Happened, "and so on: the rest is left out"
	}
	st.lines = append(st.lines, Exchange{At: time.Since(st.began), Conn: conn, Way: way, Text: text})
}

func (st *clientStage) dialogue() []Exchange {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.lines
}

// keep has c closed at the end of the item; drop closes it now.
func (st *clientStage) keep(c interface{ Close() error }) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.ended {
		c.Close()
		return
	}
	if st.closers == nil {
		st.closers = make(map[interface{ Close() error }]bool)
	}
	st.closers[c] = true
}

func (st *clientStage) drop(c interface{ Close() error }) {
	st.mu.Lock()
	delete(st.closers, c)
	st.mu.Unlock()
	c.Close()
}

// end closes all connections and waits until the servers have ended.
func (st *clientStage) end() {
	st.mu.Lock()
	st.ended = true
	for c := range st.closers {
		c.Close()
	}
	st.mu.Unlock()
	st.all.Wait()
}

// errStaysBehind reports a client that goes on although its time is over.
var errStaysBehind = errors.New("the client did not stop when it was told to")

// stopTime is how long a client may take to stop.
const stopTime = 5 * time.Second

// do has the client do a job. What is not set in j is filled in.
func (st *clientStage) do(j Job) Outcome {
	j.Dir, j.CACert = st.dir, st.run.cert.file
	j.Account = scriptAccount
	j.Patience = st.run.o.Timeout / itemPatience
	if j.Local == "" {
		j.Local = st.local("local")
	}
	if j.Local2 == "" {
		j.Local2 = st.local("local2")
	}
	st.note("client", Happened, "the client is to "+taskNames[j.Task])
	done := make(chan Outcome, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				done <- Outcome{Err: fmt.Errorf("the client has crashed: %v", r)}
			}
		}()
		done <- st.run.client.Do(st.ctx, j)
	}()
	var o Outcome
	select {
	case o = <-done:
	case <-st.ctx.Done():
		stop := time.NewTimer(stopTime)
		defer stop.Stop()
		select {
		case o = <-done:
		case <-stop.C:
			o.Err = errStaysBehind
		}
	}
	what := "the client is done"
	if o.Err != nil {
		what = "the client gives up: " + o.Err.Error()
	}
	st.note("client", Happened, clientText(what))
	return o
}

// local returns the path of a file of the item.
func (st *clientStage) local(name string) string { return filepath.Join(st.dir, name) }

// slow reports that the time of the item is over: whatever else was found, the client
// did not come to an end.
func (st *clientStage) slow() bool { return st.ctx.Err() != nil }

// got says whether a download has succeeded: the client has to say so, and the file has
// to be there as it is on the server.
func (st *clientStage) got(o Outcome, local, want string) ruling {
	switch b, err := os.ReadFile(local); {
	case st.slow():
		return ruleFailed("the client was not done in time")
	case o.Err != nil:
		return ruleFailed("the download failed: %s", said(o))
	case err != nil:
		return ruleFailed("the client says that it has the file, and it is not there: %v", err)
	case string(b) != want:
		return ruleFailed("the client says that it has the file, and what it has is not what was sent: %d octets, not %d", len(b), len(want))
	}
	return rulePassed
}

// refused says whether a job has failed, as it has to.
func (st *clientStage) refused(o Outcome, why string) ruling {
	switch {
	case st.slow():
		return ruleFailed("the client was not done in time")
	case o.Err == nil:
		return ruleFailed("the client says that it is done, although %s", why)
	}
	return rulePassed
}

// said is the end of what a client has said, for a reason.
func said(o Outcome) string {
	text := strings.TrimSpace(o.Output)
	if text == "" && o.Err != nil {
		text = o.Err.Error()
	}
	if i := strings.LastIndexByte(text, '\n'); i >= 0 {
		text = strings.TrimSpace(text[i+1:])
	}
	if len(text) > 300 {
		text = text[len(text)-300:]
	}
	return strings.TrimRight(clientText(text), ".")
}

// shows says whether the user sees all the texts.
func shows(o Outcome, texts ...string) ruling {
	for _, text := range texts {
		if !strings.Contains(o.Output, text) {
			return ruleFailed("the client does not show %q", text)
		}
	}
	return rulePassed
}

// clientNet is the operating system's TCP.
type clientNet struct{}

func (clientNet) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	var lc net.ListenConfig
	return lc.Listen(ctx, network, address)
}

func (clientNet) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	d := net.Dialer{LocalAddr: local}
	return d.DialContext(ctx, network, address)
}

// clientText writes octets that do not print as \x1b.
func clientText(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == 0x7f || c >= 0x80 {
			fmt.Fprintf(&b, `\x%02x`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
