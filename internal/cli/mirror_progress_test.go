package cli

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
)

// mirrorEvents are all kinds, with names and texts that would harm a terminal.
func mirrorEvents() []mirror.Event {
	file := storage.Info{Kind: storage.KindFile, Size: 2 << 20}
	folder := storage.Info{Kind: storage.KindDir}
	a := mirror.Step{Op: mirror.Copy, Name: "a\x1b", Src: file, Reason: "is new"}
	return []mirror.Event{
		{Kind: mirror.Planned, Step: a},
		{Kind: mirror.Started, Step: a, Done: 1024},
		{Kind: mirror.Progress, Step: a, Done: 1500},
		{Kind: mirror.Noted, Step: a, Text: "begun anew\a"},
		{Kind: mirror.Retrying, Step: a, Err: os.ErrDeadlineExceeded, Took: 2 * time.Second},
		{Kind: mirror.Finished, Step: a, Done: 2 << 20, Moved: 1 << 20, Took: 2 * time.Second},
		{Kind: mirror.Finished, Step: mirror.Step{Op: mirror.Mkdir, Name: "d", Src: folder}},
		{Kind: mirror.Finished, Step: mirror.Step{Op: mirror.Remove, Name: "old", Dst: &folder}},
		{Kind: mirror.Skipped, Step: mirror.Step{Op: mirror.Skip, Name: "fifo"}, Text: "is neither file nor folder"},
		{Kind: mirror.Failed, Step: mirror.Step{Op: mirror.Copy, Name: "c", Src: file}, Err: storage.PathError("open", "c\a", os.ErrNotExist)},
		{Kind: mirror.Failed, Step: mirror.Step{Op: mirror.Copy, Name: "cut", Src: file}, Err: context.Canceled},
		{Kind: mirror.Noted, Text: "of no file"},
	}
}

var mirrorSum = mirror.Summary{Copied: 1, Made: 1, Removed: 1, Skipped: 1, Failed: 1, Moved: 1 << 20, Took: 2 * time.Second}

// someSides are a server and a folder here.
func someSides() *mirrorSides {
	u := remoteURL{Host: "host", Port: 21, User: "bob", Password: "hunter2", HasPassword: true}
	return &mirrorSides{
		src: mirrorSide{tree: mirror.Tree{Root: "site", Title: func(name string) string { return "/home/" + name }}},
		dst: mirrorSide{tree: mirror.Tree{Root: "www", Title: u.Of}},
	}
}

func showMirror(show mirrorSink, outcome error) {
	for _, e := range mirrorEvents() {
		show.event(e)
	}
	show.close(mirrorSum, outcome)
}

func TestMirrorLines(t *testing.T) {
	s, read := capture(t)
	showMirror((&mirrorCmd{}).mirrorSink(s, someSides(), false), &mirror.Error{Failed: 1, Of: 5})
	out, errs := read()
	want := `a\x1b: begun anew\a
a\x1b: tried again in 2s: i/o timeout
copied a\x1b: 2.0 MiB (1.0 MiB of it now) in 2s (512.0 KiB/s)
made d/
removed old/
fifo: skipped: is neither file nor folder
ferry: open c\a: file does not exist
of no file
1 file copied (1.0 MiB in 2s (512.0 KiB/s)), 1 folder made, 1 removed, 1 left alone; 1 failed
`
	if out != "" || errs != want {
		t.Errorf("wrote %q and\n%s\nwant\n%s", out, errs, want)
	}
	s, read = capture(t)
	showMirror((&mirrorCmd{progressFlags: progressFlags{Quiet: true}}).mirrorSink(s, someSides(), false), nil)
	if _, errs := read(); strings.Count(errs, "\n") != 3 {
		t.Errorf("quietly it wrote %q", errs)
	}
}

func TestMirrorJSON(t *testing.T) {
	s, read := capture(t)
	showMirror((&mirrorCmd{progressFlags: progressFlags{JSON: true}}).mirrorSink(s, someSides(), false), &mirror.Error{Failed: 1, Of: 5})
	out, errs := read()
	const a = `"op":"copy","name":"a\u001b","from":"/home/site/a\u001b","to":"ftp://bob@host/www/a%1B"`
	want := `{"event":"planned",` + a + `,"reason":"is new","size":2097152}
{"event":"started",` + a + `,"size":2097152,"done":1024}
{"event":"note",` + a + `,"text":"begun anew\u0007"}
{"event":"retrying",` + a + `,"seconds":2,"error":"i/o timeout"}
{"event":"finished",` + a + `,"size":2097152,"moved":1048576,"seconds":2}
{"event":"finished","op":"mkdir","name":"d","from":"/home/site/d","to":"ftp://bob@host/www/d"}
{"event":"finished","op":"remove","name":"old","to":"ftp://bob@host/www/old"}
{"event":"skipped","op":"skip","name":"fifo","from":"/home/site/fifo","to":"ftp://bob@host/www/fifo","text":"is neither file nor folder"}
{"event":"failed","op":"copy","name":"c","from":"/home/site/c","to":"ftp://bob@host/www/c","error":"open c\\a: file does not exist","exit":5}
{"event":"failed","op":"copy","name":"cut","from":"/home/site/cut","to":"ftp://bob@host/www/cut","error":"interrupted","exit":130}
{"event":"note","text":"of no file"}
{"event":"end","copied":1,"made":1,"linked":0,"touched":0,"removed":1,"same":0,"skipped":1,"failed":1,"moved":1048576,"resumed":0,"seconds":2,"exit":9}
`
	if errs != "" || out != want {
		t.Errorf("wrote %q and\n%s\nwant\n%s", errs, out, want)
	}
}

// TestMirrorBars draws bars into a file: they must end, and leave the lines.
func TestMirrorBars(t *testing.T) {
	s, read := capture(t)
	lines := &mirrorLines{}
	show := newMirrorBars(s, lines)
	show.event(mirror.Event{Kind: mirror.Started, Step: mirror.Step{Op: mirror.Copy, Name: "under way", Src: storage.Info{Size: 2 << 20}}})
	showMirror(show, context.Canceled)
	_, errs := read()
	for _, line := range []string{"removed old/\n", "fifo: skipped: is neither file nor folder\n", "1 file copied (1.0 MiB in 2s (512.0 KiB/s)), 1 folder made, 1 removed, 1 left alone; 1 failed\n"} {
		if !strings.Contains(errs, line) {
			t.Errorf("wrote %q, without %q", errs, line)
		}
	}
}
