//go:build !unix

package distance

import "net"

// inline does nothing: urgent data is lost here on its way over a relay.
func inline(net.Conn) {}
