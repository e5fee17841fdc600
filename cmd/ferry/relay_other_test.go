//go:build !unix

package main

import "net"

// inlineUrgent does nothing: there ferry sends nothing urgent.
func inlineUrgent(net.Conn) {}
