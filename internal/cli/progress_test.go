package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/internal/trees"
	"github.com/seed-6092453b/ferry/storage"
)

// capture returns a stdio that is no terminal, and a function that reads what
// was written to it.
func capture(t *testing.T) (s *stdio, read func() (out, err string)) {
	t.Helper()
	dir := t.TempDir()
	open := func(name string) *os.File {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	outFile, errFile := open("out"), open("err")
	s = &stdio{in: open("in"), out: outFile, err: errFile}
	return s, func() (string, string) {
		out, err1 := os.ReadFile(outFile.Name())
		errs, err2 := os.ReadFile(errFile.Name())
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		return string(out), string(errs)
	}
}

// events are all kinds, with names and texts that would harm a terminal.
func events() []transfer.Event {
	return []transfer.Event{
		{Kind: transfer.Started, Remote: "a\x1b", Local: "a", Size: 2048, Done: 1024},
		{Kind: transfer.Progress, Remote: "a\x1b", Local: "a", Size: 2048, Done: 1500},
		{Kind: transfer.Noted, Remote: "a\x1b", Local: "a", Text: "begun anew"},
		{Kind: transfer.Finished, Remote: "a\x1b", Local: "a", Size: 2048, Done: 2048, Moved: 1024, Took: 2 * time.Second},
		{Kind: transfer.Skipped, Remote: "b", Local: "b", Text: "is complete"},
		{Kind: transfer.Failed, Remote: "c", Local: "c", Err: storage.PathError("open", "c\a", os.ErrNotExist)},
		{Kind: transfer.Failed, Remote: "d", Local: "d", Err: context.Canceled},
	}
}

func TestLines(t *testing.T) {
	u := remoteURL{Host: "host", Port: 21, User: "bob", Password: "hunter2", HasPassword: true}
	s, read := capture(t)
	show := (&progressFlags{}).sink(s, u, nil, "got", false)
	for _, e := range events() {
		show.event(e)
	}
	show.close(nil)
	out, errs := read()
	want := `a\x1b: begun anew
got a\x1b: 2.0 KiB (1.0 KiB of it now) in 2s (512 B/s)
b: skipped: is complete
ferry: open c\a: file does not exist
`
	if out != "" || errs != want {
		t.Errorf("wrote %q and\n%s\nwant\n%s", out, errs, want)
	}
}

func TestQuietLines(t *testing.T) {
	s, read := capture(t)
	show := (&progressFlags{Quiet: true}).sink(s, remoteURL{}, nil, "got", false)
	for _, e := range events() {
		show.event(e)
	}
	show.close(nil)
	if _, errs := read(); strings.Count(errs, "\n") != 2 || !strings.Contains(errs, "begun anew") || !strings.Contains(errs, "not exist") {
		t.Errorf("wrote %q", errs)
	}
}

func TestJSON(t *testing.T) {
	u := remoteURL{Host: "host", Port: 21, User: "bob", Password: "hunter2", HasPassword: true}
	s, read := capture(t)
	show := (&progressFlags{JSON: true}).sink(s, u, nil, "got", false)
	for _, e := range events() {
		show.event(e)
	}
	show.close(&trees.Error{Failed: 2, Of: 4})
	out, errs := read()
	want := `{"event":"started","url":"ftp://bob@host/a%1B","local":"a","size":2048,"done":1024}
{"event":"note","url":"ftp://bob@host/a%1B","local":"a","text":"begun anew"}
{"event":"finished","url":"ftp://bob@host/a%1B","local":"a","size":2048,"moved":1024,"seconds":2}
{"event":"skipped","url":"ftp://bob@host/b","local":"b","text":"is complete"}
{"event":"failed","url":"ftp://bob@host/c","local":"c","error":"open c\\a: file does not exist","exit":5}
{"event":"failed","url":"ftp://bob@host/d","local":"d","error":"interrupted","exit":130}
{"event":"end","files":1,"moved":1024,"exit":9}
`
	if errs != "" || out != want {
		t.Errorf("wrote %q and\n%s\nwant\n%s", errs, out, want)
	}
}

// TestBars draws bars into a file: they must end, and leave the lines.
func TestBars(t *testing.T) {
	s, read := capture(t)
	lines := &lineSink{verb: "got"}
	show := newBarSink(s, lines)
	for _, e := range events() {
		show.event(e)
	}
	show.event(transfer.Event{Kind: transfer.Started, Remote: "cut", Size: 10})
	show.close(context.Canceled)
	if _, errs := read(); !strings.Contains(errs, "b: skipped: is complete\n") {
		t.Errorf("wrote %q", errs)
	}
}

func TestShorten(t *testing.T) {
	for in, want := range map[string]string{"short": "short", "0123456789": "0123456789", "0123456789a": "…23456789a"} {
		if got := shorten(in, 10); got != want {
			t.Errorf("shorten(%q) = %q, want %q", in, got, want)
		}
	}
}
