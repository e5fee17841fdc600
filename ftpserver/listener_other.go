//go:build !linux

package ftpserver

import "net"

// bequeaths is false where each connection has to be set up by itself.
const bequeaths = false

func bequeath(*net.ListenConfig) {}

// controlListener is what Listen returns.
type controlListener struct{ net.Listener }

func adopt(ln net.Listener) (net.Listener, error) { return &controlListener{ln}, nil }
