package cli

import (
	"fmt"
	"time"

	"github.com/seed-6092453b/ferry/internal/transfer"
)

// sink shows what happens during get, put and cp. event may be called from many
// goroutines at once. close is called once, with the outcome, after the last
// event.
type sink interface {
	event(transfer.Event)
	close(outcome error)
}

// progressFlags say how get, put and cp tell of their progress.
type progressFlags struct {
	JSON  bool `name:"json" help:"Write one JSON object per event to standard output (see: ferry help json)."`
	Quiet bool `short:"q" help:"Tell only of errors."`
	lines bool // no bars, though there is a terminal
}

// sink chooses how to show progress: bars on a terminal, else lines. verbose
// output would tear bars apart. from is the server at the other side; nil if that is
// here.
func (f *progressFlags) sink(s *stdio, u remoteURL, from *remote, verb string, verbose bool) sink {
	lines := &lineSink{verb: verb, quiet: f.Quiet}
	lines.print = func(text string) { s.say("%s", text) }
	switch {
	case f.JSON:
		j := &jsonSink{stdio: s, url: u.Of, told: make(map[string]time.Time)}
		if from != nil {
			j.from = from.url.Of
		}
		return j
	case s.errTerminal() && !f.Quiet && !verbose && !f.lines:
		return newBarSink(s, lines)
	}
	return lines
}

// lineSink writes a line per file. It is also how errors are told of beside
// bars.
type lineSink struct {
	print func(string)
	verb  string // "got", "put" or "copied"
	quiet bool
}

func (l *lineSink) event(e transfer.Event) {
	switch e.Kind {
	case transfer.Finished:
		if !l.quiet {
			l.print(l.verb + " " + l.name(e) + ": " + finishedText(e))
		}
	case transfer.Skipped:
		if !l.quiet {
			l.print(l.name(e) + ": skipped: " + e.Text)
		}
	case transfer.Noted:
		l.print(l.name(e) + ": " + e.Text)
	case transfer.Failed:
		if exitCode(e.Err) != exitInterrupted {
			l.print("ferry: " + message(e.Err))
		}
	}
}

func (l *lineSink) name(e transfer.Event) string { return printable(e.Remote) }

func finishedText(e transfer.Event) string {
	text := size(e.Size)
	if e.Moved != e.Size {
		text += " (" + size(e.Moved) + " of it now)"
	}
	return text + " in " + rate(e.Moved, e.Took)
}

// rate says how long n octets took, and how many that is a second.
func rate(n int64, took time.Duration) string {
	rounded := took.Round(time.Millisecond)
	if took >= 10*time.Second {
		rounded = took.Round(time.Second)
	}
	if took < time.Millisecond {
		return rounded.String()
	}
	return fmt.Sprintf("%v (%s/s)", rounded, size(int64(float64(n)/took.Seconds())))
}

func (l *lineSink) close(outcome error) {}
