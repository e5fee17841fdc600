//go:build !unix

package conformance

import "net"

// writeUrgent returns false: the octets go in line, which servers that keep
// urgent data in line cannot tell from the other.
func writeUrgent(net.Conn, []byte) bool { return false }
