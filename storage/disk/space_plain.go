//go:build !linux && !darwin && !freebsd && !windows

package disk

import (
	"errors"
	"os"
)

func freeSpace(string, *os.File) (int64, error) { return 0, errors.ErrUnsupported }
