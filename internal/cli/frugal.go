package cli

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// collectLess has garbage collected only when there is so many percent of what is in use,
// unless GOGC says otherwise. Go's own choice is 100. A client keeps a few MiB at most,
// and to look through these again for every thousand small files cost a twentieth of its
// time.
func collectLess(percent int) {
	if ownChoice() {
		debug.SetGCPercent(percent)
	}
}

func ownChoice() bool { return os.Getenv("GOGC") == "" }

// small is what a server of some hundred sessions has in use, in octets.
const small = 4 << 20

// collectLessWhileSmall has garbage collected half as often as Go would as long as little
// is in use: each login over TLS cost a twelfth more. It does not last: where thousands of
// sessions begin at once, more garbage among them would leave more holes, and all memory
// be a twentieth more for good.
func collectLessWhileSmall() {
	if !ownChoice() {
		return
	}
	now := 200
	debug.SetGCPercent(now)
	behindCollections(func() {
		if want := percentFor(inUse()); want != now {
			now = want
			debug.SetGCPercent(now)
		}
	})
}

func percentFor(inUse uint64) int {
	if inUse < small {
		return 200
	}
	return 100
}

// behindCollections calls f after each collection, in one goroutine after the other.
func behindCollections(f func()) {
	runtime.AddCleanup(new([64]byte), func(f func()) {
		f()
		behindCollections(f)
	}, f)
}

// inUse returns how many octets the last collection has found in use.
func inUse() uint64 { return metric("/gc/heap/live:bytes") }

func metric(name string) uint64 {
	s := []metrics.Sample{{Name: name}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}
