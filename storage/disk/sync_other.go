//go:build !linux

package disk

import (
	"io/fs"
	"os"
)

const syncTogether = false

func syncAll(files []*os.File) []error {
	errs := make([]error, len(files))
	for i, f := range files {
		errs[i] = f.Sync()
	}
	return errs
}

// syncsWhole reports that there is nothing that syncs a whole file system and waits.
func syncsWhole(*os.Root) bool { return false }

func syncWhole(*os.Root) error { return nil }

// syncAround cannot do what it does on Linux.
func syncAround(*os.File) error { return fs.ErrPermission }
