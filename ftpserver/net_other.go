//go:build !linux

package ftpserver

import "net"

// ackAtOnce is for Linux, where acknowledgements are late by default.
func ackAtOnce(net.Conn) {}

// cork is for Linux: elsewhere nothing sends what was held back after a while.
func cork(net.Conn) {}
