package cli

import (
	"sync"
	"time"

	"github.com/seed-6092453b/ferry/internal/transfer"
)

// jsonEvent is an event of get or put as --json shows it. The fields are
// described by "ferry help json", and are a promise.
type jsonEvent struct {
	Event   string  `json:"event"`
	URL     string  `json:"url,omitempty"`
	Local   string  `json:"local,omitempty"`
	From    string  `json:"from,omitempty"`
	Size    *int64  `json:"size,omitempty"`
	Done    *int64  `json:"done,omitempty"`
	Moved   *int64  `json:"moved,omitempty"`
	Seconds float64 `json:"seconds,omitempty"`
	Text    string  `json:"text,omitempty"`
	Error   string  `json:"error,omitempty"`
	Exit    *int    `json:"exit,omitempty"`
}

// jsonSink writes events for scripts.
type jsonSink struct {
	stdio *stdio
	url   func(name string) string
	from  func(name string) string // nil if the other side is here

	mu    sync.Mutex
	told  map[string]time.Time // when the progress of a file was last written
	files int
	moved int64
}

func (j *jsonSink) event(e transfer.Event) {
	out := jsonEvent{URL: j.url(e.Remote), Local: e.Local}
	if j.from != nil {
		out.Local, out.From = "", j.from(e.Local)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	switch e.Kind {
	case transfer.Started:
		out.Event, out.Done = "started", &e.Done
		if e.Size >= 0 {
			out.Size = &e.Size
		}
		j.told[e.Remote] = time.Now()
	case transfer.Progress:
		if time.Since(j.told[e.Remote]) < time.Second {
			return
		}
		j.told[e.Remote] = time.Now()
		out.Event, out.Done = "progress", &e.Done
	case transfer.Finished:
		out.Event, out.Size, out.Moved, out.Seconds = "finished", &e.Size, &e.Moved, e.Took.Seconds()
		j.files++
		j.moved += e.Moved
		delete(j.told, e.Remote)
	case transfer.Skipped:
		out.Event, out.Text = "skipped", e.Text
	case transfer.Noted:
		out.Event, out.Text = "note", e.Text
	case transfer.Failed:
		code := exitCode(e.Err)
		out.Event, out.Error, out.Exit = "failed", message(e.Err), &code
		delete(j.told, e.Remote)
	}
	j.stdio.json(out)
}

func (j *jsonSink) close(outcome error) {
	code := exitCode(outcome)
	end := struct {
		Event string `json:"event"`
		Files int    `json:"files"`
		Moved int64  `json:"moved"`
		Exit  int    `json:"exit"`
	}{"end", j.files, j.moved, code}
	j.stdio.json(end)
}
