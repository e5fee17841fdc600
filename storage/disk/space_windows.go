package disk

import (
	"math"

	"golang.org/x/sys/windows"
)

// freeSpace returns how much the user may still write to the volume of the
// directory path.
func freeSpace(path string, _ uintptr) (int64, error) {
	p, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return 0, err
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(p, &free, nil, nil); err != nil {
		return 0, err
	}
	return int64(min(free, math.MaxInt64)), nil
}
