//go:build !linux

package ftpserver

import "net"

// ackAtOnce is for Linux, where acknowledgements are late by default.
func ackAtOnce(net.Conn) {}
