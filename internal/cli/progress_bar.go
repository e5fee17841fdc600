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
	open map[string]*fileBar
}

type fileBar struct {
	bar  *mpb.Bar
	last time.Time // when it was last moved
}

func newBarSink(s *stdio, lines *lineSink) *barSink {
	b := &barSink{
		lines: lines,
		bars:  mpb.New(mpb.WithOutput(s.err), mpb.WithRefreshRate(100*time.Millisecond), mpb.WithAutoRefresh()),
		open:  make(map[string]*fileBar),
	}
	lines.print = func(text string) { b.bars.Write([]byte(text + "\n")) }
	return b
}

func (b *barSink) event(e transfer.Event) {
	b.mu.Lock()
	f := b.open[e.Remote]
	switch e.Kind {
	case transfer.Started:
		b.open[e.Remote] = &fileBar{b.newBar(e), time.Now()}
	case transfer.Progress:
		if f != nil {
			now := time.Now()
			f.bar.EwmaSetCurrent(e.Done, now.Sub(f.last))
			f.last = now
		}
	case transfer.Finished, transfer.Failed:
		if f != nil {
			f.bar.Abort(true)
			delete(b.open, e.Remote)
		}
	}
	b.mu.Unlock()
	b.lines.event(e)
}

// newBar shows name, bar, octets, speed and the time left.
func (b *barSink) newBar(e transfer.Event) *mpb.Bar {
	bar := b.bars.New(max(e.Size, 0), mpb.BarStyle(),
		mpb.BarFillerTrim(),
		mpb.PrependDecorators(decor.Name(shorten(printable(e.Remote), 30), decor.WC{W: 20, C: decor.DindentRight | decor.DextraSpace})),
		mpb.AppendDecorators(
			decor.CountersKibiByte(" % .1f / % .1f"),
			decor.EwmaSpeed(decor.SizeB1024(0), "  % .1f", 30),
			decor.EwmaETA(decor.ET_STYLE_GO, 30, decor.WC{W: 8}),
		))
	if e.Done > 0 {
		bar.SetCurrent(e.Done)
		bar.SetRefill(e.Done)
	}
	return bar
}

// close takes away the bars of what was cut.
func (b *barSink) close(outcome error) {
	b.mu.Lock()
	for _, f := range b.open {
		f.bar.Abort(true)
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
