package ftpserver

import (
	"maps"
	"slices"
)

// Handled returns the commands that have a handler, and the subcommands of SITE
// that have.
func Handled() (commands, site []string) {
	return slices.Sorted(maps.Keys(handlers)), slices.Sorted(maps.Keys(siteHandlers))
}

// MaxQueue is how many lines are read ahead during a transfer.
const MaxQueue = maxQueue
