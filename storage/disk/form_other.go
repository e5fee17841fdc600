//go:build !linux && !darwin && !freebsd

package disk

import (
	"errors"
	"os"
)

func setForm(*os.File, string) error { return errors.ErrUnsupported }

func fileForm(*os.File) string { return "" }
