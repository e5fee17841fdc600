package cli

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/seed-6092453b/ferry/mirror"
)

// barFrom is the size from which a file has a bar of its own.
const barFrom = 1 << 20

// mirrorBars shows a bar for the whole, and one for each large file under way.
type mirrorBars struct {
	stdio *stdio
	lines *mirrorLines
	bars  *mpb.Progress
	whole *mpb.Bar
	open  map[string]*mpb.Bar

	octets int64            // of copies that are over
	wanted int64            // of all copies that are known
	under  map[string]int64 // how far those are that are under way

	ended, expected atomic.Int64 // steps
}

func newMirrorBars(s *stdio, lines *mirrorLines) *mirrorBars {
	b := &mirrorBars{
		stdio: s,
		lines: lines,
		bars:  mpb.New(mpb.WithOutput(behind(s.err)), mpb.WithRefreshRate(100*time.Millisecond), mpb.WithAutoRefresh()),
		open:  make(map[string]*mpb.Bar),
		under: make(map[string]int64),
	}
	lines.print = func(text string) { b.bars.Write([]byte(text + "\n")) }
	pace := pace{start: time.Now()}
	b.whole = b.bars.New(0, mpb.BarStyle(),
		mpb.BarFillerTrim(), mpb.BarPriority(1<<30),
		mpb.PrependDecorators(decor.Any(func(decor.Statistics) string {
			return fmt.Sprintf("%d of %d", b.ended.Load(), b.expected.Load())
		}, decor.WC{W: 20, C: decor.DindentRight | decor.DextraSpace})),
		mpb.AppendDecorators(decor.CountersKibiByte(" % .1f / % .1f"), decor.Any(pace.text)))
	return b
}

func (b *mirrorBars) event(e mirror.Event) {
	name := e.Step.Name
	copies := e.Step.Op == mirror.Copy
	switch e.Kind {
	case mirror.Planned:
		b.expected.Add(1)
		if copies {
			b.wanted += max(e.Step.Src.Size, 0)
		}
	case mirror.Started:
		b.under[name] = e.Done
		if bar := b.open[name]; bar == nil && e.Step.Src.Size >= barFrom {
			b.open[name] = b.newBar(e)
		}
	case mirror.Progress:
		b.under[name] = e.Done
		if bar := b.open[name]; bar != nil {
			bar.SetCurrent(e.Done)
		}
	case mirror.Finished, mirror.Skipped, mirror.Failed:
		if copies {
			b.octets += max(e.Step.Src.Size, 0)
			delete(b.under, name)
		}
		b.ended.Add(1)
		if bar := b.open[name]; bar != nil {
			bar.Abort(true)
			delete(b.open, name)
		}
	}
	now := b.octets
	for _, n := range b.under {
		now += n
	}
	b.whole.SetTotal(b.wanted, false)
	b.whole.SetCurrent(now)
	b.lines.event(e)
}

// newBar shows name, bar, octets, speed and the time left of one file.
func (b *mirrorBars) newBar(e mirror.Event) *mpb.Bar {
	pace := pace{start: time.Now(), from: e.Done}
	bar := b.bars.New(e.Step.Src.Size, mpb.BarStyle(),
		mpb.BarFillerTrim(),
		mpb.PrependDecorators(decor.Name(shorten(printable(e.Step.Name), 30), decor.WC{W: 20, C: decor.DindentRight | decor.DextraSpace})),
		mpb.AppendDecorators(decor.CountersKibiByte(" % .1f / % .1f"), decor.Any(pace.text)))
	if e.Done > 0 {
		bar.SetCurrent(e.Done)
		bar.SetRefill(e.Done)
	}
	return bar
}

// close takes away the bars.
func (b *mirrorBars) close(sum mirror.Summary, outcome error) {
	for _, bar := range b.open {
		bar.Abort(true)
	}
	b.whole.Abort(true)
	b.bars.Wait()
	b.lines.print = func(text string) { b.stdio.say("%s", text) }
	b.lines.close(sum, outcome)
}
