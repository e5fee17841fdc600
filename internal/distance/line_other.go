//go:build !linux

package distance

func openLine() (*Line, error) { return nil, ErrNoLine }
