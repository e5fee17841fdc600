package trust

import (
	"os"

	"golang.org/x/sys/windows"
)

// flock waits for the lock on f, which closing f gives back.
func flock(f *os.File) error {
	return windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, new(windows.Overlapped))
}
