//go:build !linux

package disk

import "os"

const syncTogether = false

func syncAll(files []*os.File) []error {
	errs := make([]error, len(files))
	for i, f := range files {
		errs[i] = f.Sync()
	}
	return errs
}
