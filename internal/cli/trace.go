package cli

import (
	"sync"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/explain"
)

// trace shows the dialogue with a server: what is sent behind ">", what comes behind
// "<", what TLS does behind "*", and what all that means behind "#", each line with the
// number of its connection.
type trace struct {
	s       *stdio
	explain *explain.Explainer
	every   bool // explain lines like those before, too

	mu   sync.Mutex // an explanation stands below what it explains
	open map[int]*explain.Dialogue
	told map[string]bool // what was explained
}

// traceTo returns the function that shows the dialogue with a server. It may be called
// by many goroutines.
func (f *remoteFlags) traceTo(s *stdio) func(ftpclient.TraceEvent) {
	t := &trace{s: s, explain: explainer(f.Lang), every: f.Verbose > 1, open: make(map[int]*explain.Dialogue), told: make(map[string]bool)}
	return t.event
}

func (t *trace) event(e ftpclient.TraceEvent) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case e.TLS != nil && e.Data:
		t.s.say("%d * data connection: %s", e.Conn, tlsLine(e.TLS))
	case e.TLS != nil:
		t.s.say("%d * %s", e.Conn, tlsLine(e.TLS))
	case e.Sent:
		t.s.say("%d > %s", e.Conn, printable(e.Line))
		t.dialogue(e.Conn).Send(e.Line)
		text, where := t.explain.Sent(e.Line)
		t.comment(e.Conn, text, where)
	case e.Line != "":
		t.s.say("%d < %s", e.Conn, printable(e.Line))
	default:
		for _, line := range e.Reply.Lines {
			t.s.say("%d < %d %s", e.Conn, e.Reply.Code, printable(line))
		}
		verb := t.dialogue(e.Conn).Receive(e.Reply.Code)
		text, where := t.explain.Received(verb, e.Reply)
		t.comment(e.Conn, text, where)
		if e.Reply.Code == ftp.CodeBye || e.Reply.Code == ftp.CodeClosing {
			delete(t.open, e.Conn)
		}
	}
}

func (t *trace) dialogue(conn int) *explain.Dialogue {
	if t.open[conn] == nil {
		t.open[conn] = new(explain.Dialogue)
	}
	return t.open[conn]
}

// comment writes an explanation, unless the same was given before. One that says where a
// data connection goes is about this line alone.
func (t *trace) comment(conn int, text string, where bool) {
	if text == "" || t.told[text] && !t.every {
		return
	}
	if !where {
		t.told[text] = true
	}
	t.s.say("%d # %s", conn, text)
}
