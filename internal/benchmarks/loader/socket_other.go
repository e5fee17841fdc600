//go:build !linux

package loader

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"time"
)

// A socket is for Linux.
type socket struct{ net.Conn }

func dial(netip.AddrPort) (*socket, error)       { return nil, errors.ErrUnsupported }
func (*socket) discard() (int64, error)          { return 0, errors.ErrUnsupported }
func (*socket) discardSome(int64) (int64, error) { return 0, errors.ErrUnsupported }
func (*socket) untilAlert() (int64, bool, error) { return 0, false, errors.ErrUnsupported }
func (*socket) sendFile(*os.File, int64) error   { return errors.ErrUnsupported }
func (*socket) shutdown() error                  { return errors.ErrUnsupported }
func cpuTime() time.Duration                     { return 0 }
