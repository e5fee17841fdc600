//go:build !linux

package sandbox

// Enter returns ErrUnsupported: Landlock is of Linux.
func Enter(Allowed) (*Confinement, error) { return nil, ErrUnsupported }
