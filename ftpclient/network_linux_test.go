package ftpclient_test

import (
	"net"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/seed-6092453b/ferry/ftpclient"
)

// TestPortOfSource: where a source address is given and no port, the port is chosen when
// it is known where the connection goes, so that one can serve several at once.
func TestPortOfSource(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "::1"} {
		ln, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		if err != nil {
			t.Logf("%s: %v", host, err)
			continue
		}
		defer ln.Close()
		conn, err := ftpclient.SystemNetwork().Dial(t.Context(), "tcp", &net.TCPAddr{IP: net.ParseIP(host)}, ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		raw, err := conn.(syscall.Conn).SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		var late int
		var failed error
		if err := raw.Control(func(fd uintptr) {
			late, failed = unix.GetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_BIND_ADDRESS_NO_PORT)
		}); err != nil || failed != nil {
			t.Fatal(err, failed)
		}
		if late != 1 {
			t.Errorf("%s: the port was chosen by bind", host)
		}
	}
}
