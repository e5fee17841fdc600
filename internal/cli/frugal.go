package cli

import (
	"os"
	"runtime/debug"
)

// collectLess has garbage collected a fourth as often as Go would, unless GOGC says
// otherwise: a client keeps a few MiB at most, and to look through these again for every
// thousand small files cost a twentieth of its time.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}
