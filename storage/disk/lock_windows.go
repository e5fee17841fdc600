package disk

import "golang.org/x/sys/windows"

// lock takes the lock by which a process shows that it uses the temporary file
// that f is open on; closing f gives it back. It does not wait: held is false if
// another has it. An error, with held true, means that the file system has no locks.
//
// Locks of Windows keep others from the octets they cover: this one covers an
// octet where no file reaches.
func lock(f uintptr) (held bool, err error) {
	at := windows.Overlapped{OffsetHigh: 0x7fffffff}
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err = windows.LockFileEx(windows.Handle(f), flags, 0, 1, 0, &at)
	if err == windows.ERROR_LOCK_VIOLATION || err == windows.ERROR_IO_PENDING {
		return false, nil
	}
	return true, err
}
