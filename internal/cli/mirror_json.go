package cli

import (
	"sync"
	"time"

	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
)

// mirrorEvent is an event of a mirror as --json shows it. The fields are described by
// "ferry help json", and are a promise.
type mirrorEvent struct {
	Event   string  `json:"event"`
	Op      string  `json:"op,omitempty"`
	Name    string  `json:"name,omitempty"`
	From    string  `json:"from,omitempty"`
	To      string  `json:"to,omitempty"`
	Reason  string  `json:"reason,omitempty"`
	Target  string  `json:"target,omitempty"`
	Size    *int64  `json:"size,omitempty"`
	Done    *int64  `json:"done,omitempty"`
	Moved   *int64  `json:"moved,omitempty"`
	Seconds float64 `json:"seconds,omitempty"`
	Text    string  `json:"text,omitempty"`
	Error   string  `json:"error,omitempty"`
	Exit    *int    `json:"exit,omitempty"`
}

// mirrorJSON writes events for scripts.
type mirrorJSON struct {
	stdio *stdio
	sides *mirrorSides

	mu   sync.Mutex
	told map[string]time.Time // when the progress of a file was last written
}

func newMirrorJSON(s *stdio, sides *mirrorSides) *mirrorJSON {
	return &mirrorJSON{stdio: s, sides: sides, told: make(map[string]time.Time)}
}

// about begins an event with what it is about.
func (j *mirrorJSON) about(kind string, step mirror.Step) mirrorEvent {
	out := mirrorEvent{Event: kind, Name: step.Name}
	if step.Name == "" {
		return out
	}
	out.Op = step.Op.String()
	out.To = j.sides.dst.title(step.Name)
	if step.Op != mirror.Remove {
		out.From = j.sides.src.title(step.Name)
	}
	return out
}

// title is what a name below the Root is called outside.
func (m *mirrorSide) title(name string) string { return m.tree.Title(storage.Join(m.tree.Root, name)) }

func (j *mirrorJSON) planned(step mirror.Step) mirrorEvent {
	out := j.about("planned", step)
	out.Reason, out.Target = step.Reason, step.Target
	if step.Op == mirror.Copy && step.Src.Size >= 0 {
		out.Size = &step.Src.Size
	}
	return out
}

func (j *mirrorJSON) event(e mirror.Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out mirrorEvent
	switch e.Kind {
	case mirror.Planned:
		out = j.planned(e.Step)
	case mirror.Started:
		out = j.about("started", e.Step)
		out.Done = &e.Done
		if e.Step.Src.Size >= 0 {
			out.Size = &e.Step.Src.Size
		}
		j.told[e.Step.Name] = time.Now()
	case mirror.Progress:
		if time.Since(j.told[e.Step.Name]) < time.Second {
			return
		}
		j.told[e.Step.Name] = time.Now()
		out = j.about("progress", e.Step)
		out.Done = &e.Done
	case mirror.Finished:
		out = j.about("finished", e.Step)
		out.Seconds = e.Took.Seconds()
		if e.Step.Op == mirror.Copy {
			out.Size, out.Moved = &e.Done, &e.Moved
		}
		delete(j.told, e.Step.Name)
	case mirror.Skipped:
		out = j.about("skipped", e.Step)
		out.Text = e.Text
		delete(j.told, e.Step.Name)
	case mirror.Retrying:
		out = j.about("retrying", e.Step)
		out.Error, out.Seconds = message(e.Err), e.Took.Seconds()
	case mirror.Noted:
		out = j.about("note", e.Step)
		out.Text = e.Text
	case mirror.Failed:
		code := exitCode(e.Err)
		out = j.about("failed", e.Step)
		out.Error, out.Exit = message(e.Err), &code
		delete(j.told, e.Step.Name)
	}
	j.stdio.json(out)
}

func (j *mirrorJSON) close(sum mirror.Summary, outcome error) {
	j.stdio.json(struct {
		Event   string  `json:"event"`
		Copied  int     `json:"copied"`
		Made    int     `json:"made"`
		Linked  int     `json:"linked"`
		Touched int     `json:"touched"`
		Removed int     `json:"removed"`
		Same    int     `json:"same"`
		Skipped int     `json:"skipped"`
		Failed  int     `json:"failed"`
		Moved   int64   `json:"moved"`
		Resumed int64   `json:"resumed"`
		Seconds float64 `json:"seconds"`
		Exit    int     `json:"exit"`
	}{"end", sum.Copied, sum.Made, sum.Linked, sum.Touched, sum.Removed, sum.Same, sum.Skipped, sum.Failed,
		sum.Moved, sum.Resumed, sum.Took.Seconds(), exitCode(outcome)})
}

// planJSON writes a plan for scripts.
type planJSON struct {
	*mirrorJSON
	steps int
}

func (j *planJSON) step(step mirror.Step) error {
	j.steps++
	return j.stdio.json(j.planned(step))
}

func (j *planJSON) failed(step mirror.Step, err error) {
	j.event(mirror.Event{Kind: mirror.Failed, Step: step, Err: err})
}

func (j *planJSON) close(outcome error) {
	j.stdio.json(struct {
		Event string `json:"event"`
		Steps int    `json:"steps"`
		Exit  int    `json:"exit"`
	}{"end", j.steps, exitCode(outcome)})
}
