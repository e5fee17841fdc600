package cli

import (
	"fmt"
	"strings"

	"github.com/seed-6092453b/ferry/mirror"
)

// mirrorSink shows what happens during a mirror. event is called by one goroutine at a
// time; close once, after the last event.
type mirrorSink interface {
	event(mirror.Event)
	close(sum mirror.Summary, outcome error)
}

// mirrorSink chooses how to show progress, as progressFlags.sink does.
func (c *mirrorCmd) mirrorSink(s *stdio, sides *mirrorSides, verbose bool) mirrorSink {
	lines := &mirrorLines{quiet: c.Quiet, again: c.Watch, print: func(text string) { s.say("%s", text) }}
	switch {
	case c.JSON:
		return newMirrorJSON(s, sides)
	case s.errTerminal() && !c.Quiet && !verbose && !c.lines:
		return newMirrorBars(s, lines)
	}
	return lines
}

// mirrorLines writes a line for each step. It is also how they are told of beside bars.
type mirrorLines struct {
	print func(string)
	quiet bool
	again bool // it goes on after that, and need not say that there was nothing to do
}

// done are the words for steps that are done.
var done = map[mirror.Op]string{mirror.Copy: "copied", mirror.Mkdir: "made", mirror.Link: "linked", mirror.Touch: "set the time of", mirror.Remove: "removed"}

func (l *mirrorLines) event(e mirror.Event) {
	name := stepName(e.Step)
	switch e.Kind {
	case mirror.Finished:
		if l.quiet {
			return
		}
		text := done[e.Step.Op] + " " + name
		if e.Step.Op == mirror.Copy {
			text += ": " + size(e.Done)
			if e.Moved != e.Done {
				text += " (" + size(e.Moved) + " of it now)"
			}
			text += " in " + rate(e.Moved, e.Took)
		}
		l.print(text)
	case mirror.Skipped:
		if !l.quiet {
			l.print(name + ": skipped: " + printable(e.Text))
		}
	case mirror.Retrying:
		if !l.quiet {
			l.print(fmt.Sprintf("%s: tried again in %v: %s", name, e.Took, message(e.Err)))
		}
	case mirror.Noted:
		l.print(strings.TrimPrefix(name+": ", ": ") + printable(e.Text))
	case mirror.Failed:
		if exitCode(e.Err) != exitInterrupted {
			l.print("ferry: " + message(e.Err))
		}
	}
}

// stepName is the name of a step's file, with a slash where that is a folder.
func stepName(step mirror.Step) string {
	name := printable(step.Name)
	if step.Op == mirror.Mkdir || step.Op == mirror.Remove && step.Dst != nil && step.Dst.IsDir() && step.Dst.Target == "" {
		name += "/"
	}
	return name
}

func (l *mirrorLines) close(sum mirror.Summary, outcome error) {
	if nothing := sum == (mirror.Summary{Failed: sum.Failed, Took: sum.Took}); l.quiet || nothing && (l.again || outcome != nil) {
		return
	}
	text := sumText("", sum.Copied, size(sum.Moved)+" in "+rate(sum.Moved, sum.Took), sum.Made, sum.Linked, sum.Touched, sum.Removed, sum.Skipped+sum.Same)
	if sum.Failed > 0 {
		text += fmt.Sprintf("; %d failed", sum.Failed)
	}
	l.print(text)
}

// sumText says what was done, or would be.
func sumText(verb string, copied int, how string, made, linked, touched, removed, skipped int) string {
	var parts []string
	say := func(n int, one, many, what string) {
		if n > 0 {
			parts = append(parts, plural(n, one, many)+" "+verb+what)
		}
	}
	say(copied, "file", "files", "copied")
	if copied > 0 {
		parts[0] += " (" + how + ")"
	}
	say(made, "folder", "folders", "made")
	say(linked, "link", "links", "made")
	say(touched, "time", "times", "set")
	for _, n := range []struct {
		n    int
		what string
	}{{removed, "removed"}, {skipped, "left alone"}} {
		if n.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s%s", n.n, verb, n.what))
		}
	}
	if len(parts) == 0 {
		return "there is nothing to do"
	}
	return strings.Join(parts, ", ")
}

// planSink shows a plan.
type planSink interface {
	step(mirror.Step) error // that it could not be shown
	failed(mirror.Step, error)
	close(outcome error)
}

func (c *mirrorCmd) planSink(s *stdio, sides *mirrorSides) planSink {
	if c.JSON {
		return &planJSON{mirrorJSON: newMirrorJSON(s, sides)}
	}
	return &planLines{s: s, quiet: c.Quiet}
}

// planLines writes a line for each step to standard output, and what is wrong to the user.
type planLines struct {
	s     *stdio
	quiet bool
	sum   planned
}

func (l *planLines) step(step mirror.Step) error {
	l.sum.add(step)
	text := step.Op.String() + " " + stepName(step)
	if step.Op == mirror.Copy && step.Src.Size >= 0 {
		text += " (" + size(step.Src.Size) + ")"
	}
	if step.Op == mirror.Link {
		text += " -> " + printable(step.Target)
	}
	_, err := fmt.Fprintln(l.s.out, text+": "+printable(step.Reason))
	return err
}

func (l *planLines) failed(_ mirror.Step, err error) { l.s.say("ferry: %s", message(err)) }

func (l *planLines) close(outcome error) {
	if !l.quiet && (outcome == nil || l.sum != planned{}) {
		l.s.say("%s", l.sum.String())
	}
}
