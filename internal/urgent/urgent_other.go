//go:build !unix

package urgent

import "net"

// Write returns false: the octets go in line, which servers that keep
// urgent data in line cannot tell from the other.
func Write(net.Conn, []byte) bool { return false }
