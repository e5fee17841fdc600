package attack_test

import (
	"net"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// blackhole returns the port of a listener that takes no more connections, and does not
// say so.
func blackhole(t testing.TB) string {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	check(t, err)
	check(t, syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	check(t, syscall.Listen(fd, 0))
	f := os.NewFile(uintptr(fd), "blackhole")
	t.Cleanup(func() { f.Close() })
	bound, err := syscall.Getsockname(fd)
	check(t, err)
	port := strconv.Itoa(bound.(*syscall.SockaddrInet4).Port)
	for range 20 {
		conn, err := net.DialTimeout("tcp", "127.0.0.1:"+port, 100*time.Millisecond)
		if ne, ok := err.(net.Error); ok && ne.Timeout() {
			return port
		}
		check(t, err)
		t.Cleanup(func() { conn.Close() })
	}
	t.Skip("a full backlog, which plays a host that never answers, takes more connections on this kernel")
	return ""
}
