package cli

import (
	"net"
	"strings"
	"testing"
)

// TestLocalAddress connects from the address that was asked for.
func TestLocalAddress(t *testing.T) {
	const other = "127.0.0.7"
	ln, err := net.Listen("tcp", other+":0")
	if err != nil {
		t.Skipf("this machine has no %s: %v", other, err)
	}
	ln.Close()
	from := make(chan string, 1)
	f := startFake(t, &fake{files: map[string]string{"x": "hello"}, on: map[string]func(*fakeConn, string) bool{
		"USER": func(c *fakeConn, _ string) bool {
			from <- c.RemoteAddr().String()
			return false
		},
	}})
	atHome(t)
	code, stdout, stderr := ferry(t, "cat", "--local-address", other, f.url("ftp", "x"))
	if got := <-from; code != 0 || stdout != "hello" || !strings.HasPrefix(got, other+":") {
		t.Errorf("from %s, exit code %d: %q, %s", got, code, stdout, stderr)
	}
	if code, _, stderr := ferry(t, "cat", "--local-address", "here", f.url("ftp", "x")); code != exitUsage {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}
