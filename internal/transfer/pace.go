package transfer

import "time"

const (
	// segment is the least that is worth a stream of its own, and worthSegments the
	// size from which a download may have several. At 100 ms of distance a stream
	// needs half a second until it runs.
	segment       = 8 << 20
	worthSegments = 4 * segment

	// AutoSegments is how many streams a download has at most unless it is told how
	// many: few servers let an address have more connections than ten.
	AutoSegments = 8

	// paceEvery is how long the pace of a copy is measured at least before another
	// number of streams is tried: long enough for a stream to come up to its own. A slow
	// one is measured for longer, up to paceMost: octets are counted by the buffer, and
	// paceOctets of them for each stream tell enough.
	paceEvery  = 500 * time.Millisecond
	paceMost   = 4 * paceEvery
	paceOctets = 2 << 20

	// soon is when a copy ends anyway, before more streams could come up to their pace.
	soon = 4 * paceEvery

	// worthwhile is by how much more streams have to be faster, and harmful by how much
	// they are slower where some had better end.
	worthwhile, harmful = 1.25, 0.8

	// grows is by how much more streams there are at the first try. It takes a second
	// or two, from far away, until it shows whether they help.
	grows = 4
)

// pace finds out how many streams are worth having: it multiplies their number as long
// as that helps, and has no new ones from then on. Those that run go on to their end, as
// they do no harm.
type pace struct {
	streams int // at present
	most    int
	before  int     // streams, when there were fewer; 0 none yet
	rate    float64 // the most octets a second with those
	settled bool
}

// newPace begins with one stream, or where the number is told, with that many.
func newPace(segments int) *pace {
	if segments > 0 {
		return &pace{streams: segments, most: segments, settled: true}
	}
	return &pace{streams: 1, most: AutoSegments}
}

// measured takes the octets a second of a while with so many streams, at which pace the
// copy ends after left. It returns how many streams are to go on; 0 if all are.
func (p *pace) measured(rate float64, running int, left time.Duration) int {
	switch {
	case p.settled:
	case running != p.streams:
		if running == p.before {
			p.rate = max(p.rate, rate) // it comes up to its own while others are on their way
		}
	case p.before > 0 && rate < worthwhile*p.rate:
		p.streams, p.settled = p.before, true
		if rate < harmful*p.rate {
			return p.streams
		}
	case p.streams == p.most:
		p.settled = true
	case left > soon:
		p.before, p.rate = p.streams, rate
		p.streams = min(grows*p.streams, p.most)
	}
	return 0
}

// refused takes that the server had no more than so many streams.
func (p *pace) refused(streams int) {
	p.streams, p.settled = max(1, min(p.streams, streams)), true
}
