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

// StorageName returns the storage name of what arg means in the directory dir.
func StorageName(dir, arg string) string { return storageName(cleanPath(dir, arg)) }
