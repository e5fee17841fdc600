//go:build !linux

package limits

import (
	"crypto/tls"
	"errors"
	"os"
)

func thread(func() error) (Cost, error)       { return Cost{}, errors.ErrUnsupported }
func sendFile(_, _ *os.File, _ int64) error   { return errors.ErrUnsupported }
func discard(*os.File) error                  { return errors.ErrUnsupported }
func seal(_, _ *os.File, _ int64) error       { return errors.ErrUnsupported }
func receive(_, _ *os.File) error             { return errors.ErrUnsupported }
func splice(_, _ *os.File) error              { return errors.ErrUnsupported }
func accept(*os.File, int, *tls.Config) error { return errors.ErrUnsupported }
