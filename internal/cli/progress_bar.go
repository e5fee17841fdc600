package cli

import (
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/seed-6092453b/ferry/internal/transfer"
)

// barSink shows a bar for each file under way, and lines above them for all
// that is over.
type barSink struct {
	lines *lineSink
	bars  *mpb.Progress

	mu   sync.Mutex // guards what follows
	open map[string]*mpb.Bar
}

func newBarSink(s *stdio, lines *lineSink) *barSink {
	b := &barSink{
		lines: lines,
		bars:  mpb.New(mpb.WithOutput(behind(s.err)), mpb.WithRefreshRate(100*time.Millisecond), mpb.WithAutoRefresh()),
		open:  make(map[string]*mpb.Bar),
	}
	lines.print = func(text string) { b.bars.Write([]byte(text + "\n")) }
	return b
}

func (b *barSink) event(e transfer.Event) {
	b.mu.Lock()
	bar := b.open[e.Remote]
	switch e.Kind {
	case transfer.Started:
		b.open[e.Remote] = b.newBar(e)
	case transfer.Progress:
		if bar != nil {
			bar.SetCurrent(e.Done)
		}
	case transfer.Finished, transfer.Failed:
		if bar != nil {
			bar.Abort(true)
			delete(b.open, e.Remote)
		}
	}
	b.mu.Unlock()
	b.lines.event(e)
}

// newBar shows name, bar, octets, speed and the time left.
func (b *barSink) newBar(e transfer.Event) *mpb.Bar {
	pace := pace{start: time.Now(), from: e.Done}
	bar := b.bars.New(max(e.Size, 0), mpb.BarStyle(),
		mpb.BarFillerTrim(),
		mpb.PrependDecorators(decor.Name(shorten(printable(e.Remote), 30), decor.WC{W: 20, C: decor.DindentRight | decor.DextraSpace})),
		mpb.AppendDecorators(
			decor.CountersKibiByte(" % .1f / % .1f"),
			decor.Any(pace.text),
		))
	if e.Done > 0 {
		bar.SetCurrent(e.Done)
		bar.SetRefill(e.Done)
	}
	return bar
}

// pace is how fast a copy has been since it was begun or continued.
type pace struct {
	start time.Time
	from  int64
}

// text says the speed, and the time that is left at that speed.
func (p pace) text(s decor.Statistics) string {
	took := time.Since(p.start).Seconds()
	speed := float64(s.Current-p.from) / took
	if took < 0.2 || speed <= 0 {
		return ""
	}
	text := "  " + size(int64(speed)) + "/s"
	if left := float64(s.Total-s.Current) / speed; left > 0 && left < 1e6 {
		text += "  " + (time.Duration(left) * time.Second).String()
	}
	return text
}

// close takes away the bars of what was cut.
func (b *barSink) close(outcome error) {
	b.mu.Lock()
	for _, bar := range b.open {
		bar.Abort(true)
	}
	b.mu.Unlock()
	b.bars.Wait()
	b.lines.close(outcome)
}

// shorten leaves out the beginning of a path that is too long, since its end
// says more.
func shorten(s string, n int) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	return "…" + string(runes[len(runes)-n+1:])
}
