//go:build !windows

package disk

import "runtime"

const usuallyFolds = runtime.GOOS == "darwin" || runtime.GOOS == "ios"

// systemAllows reports whether the system can have an object of this valid
// name. Only Windows has names that mean something else.
func systemAllows(string) bool { return true }
