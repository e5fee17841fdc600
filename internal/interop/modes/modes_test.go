package modes_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// TestModesByHand has a second implementation of block and compressed mode, in
// testdata/modes.py, hold dialogues with ferry's server.
func TestModesByHand(t *testing.T) {
	for _, mode := range []string{"B", "C"} {
		t.Run(mode, func(t *testing.T) { testModesByHand(t, mode) })
	}
}

func testModesByHand(t *testing.T, mode string) {
	files := 10_000
	if testing.Short() {
		files = 300
	}
	const interval = 64 << 10

	t.Run("many files over one connection", func(t *testing.T) {
		dir := t.TempDir()
		writeSmall(t, dir, files)
		var accepted atomic.Int64
		s := rig.ServeWith(t, dir, func(c *ftpserver.Config) { c.Net = countingNet{&accepted} })
		byHand(t, s, "many", mode, dir, strconv.Itoa(files))
		if n := accepted.Load(); n != 1 {
			t.Errorf("%d data connections were accepted, want 1", n)
		}
		for i := range 100 {
			small, err := os.ReadFile(smallName(dir, "small", i))
			check(t, err)
			up, err := os.ReadFile(smallName(dir, "up", i))
			check(t, err)
			if !bytes.Equal(small, up) {
				t.Errorf("%s differs from what was stored", smallName(dir, "up", i))
			}
		}
	})
	t.Run("cut upload", func(t *testing.T) {
		dir := t.TempDir()
		writeMixed(t, dir, 5<<20)
		const at = 3<<20 + 12345
		s := rig.ServeWith(t, dir, func(*ftpserver.Config) {})
		got := byHand(t, s, "upload", mode, dir, "mixed", strconv.Itoa(interval), strconv.Itoa(at))
		if again := got["again"]; again > interval {
			t.Errorf("%d octets went over again; the markers stand %d apart", again, interval)
		}
	})
	t.Run("cut download", func(t *testing.T) {
		dir := t.TempDir()
		const size = 24 << 20 // more than the system buffers
		writeMixed(t, dir, size)
		s := rig.ServeWith(t, dir, func(c *ftpserver.Config) { c.MarkerInterval = interval })
		got := byHand(t, s, "download", mode, dir, "mixed", strconv.Itoa(3<<20+12345))
		if again := got["again"]; again > interval+64<<10 { // and a block
			t.Errorf("%d octets went over again; the markers stand %d apart", again, interval)
		}
		if came := got["came"]; came < size-4<<20 || came > size-2<<20 {
			t.Errorf("%d octets came after the cut", came)
		}
	})
	t.Run("records in EBCDIC", func(t *testing.T) {
		dir := t.TempDir()
		var b bytes.Buffer
		for i := range 2000 {
			fmt.Fprintf(&b, "%*d [%s] caf\xe9 ^\n", 1+i%50, i, strings.Repeat("x", i%97))
		}
		b.WriteString("\n\n")
		check(t, os.WriteFile(filepath.Join(dir, "text"), b.Bytes(), 0o644))
		s := rig.ServeWith(t, dir, func(c *ftpserver.Config) { c.EBCDIC = ftp.IBM037 })
		byHand(t, s, "records", mode, dir, "text")
	})
}

// byHand runs a scenario of testdata/modes.py, and returns what it prints.
func byHand(t *testing.T, s *rig.Server, scenario, mode, dir string, args ...string) map[string]int64 {
	t.Helper()
	script, err := filepath.Abs("testdata/modes.py")
	check(t, err)
	args = append([]string{"-I", script, s.Host, strconv.Itoa(s.Port), s.User, s.Password, scenario, mode, dir}, args...)
	out, err := rig.Command(t, rig.Invocation{Path: peers.Require(t, "/usr/bin/python3", "python3"), Args: args}).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", scenario, err, out)
	}
	got := make(map[string]int64)
	for line := range strings.Lines(string(out)) {
		var name string
		var n int64
		if _, err := fmt.Sscanf(line, "%s %d\n", &name, &n); err != nil {
			t.Fatalf("%s printed %q", scenario, line)
		}
		got[name] = n
	}
	return got
}

func smallName(dir, sub string, i int) string {
	return filepath.Join(dir, sub, fmt.Sprintf("%05d", i))
}

// writeSmall makes small files in dir/small, some of them empty, and dir/up for
// others.
func writeSmall(t *testing.T, dir string, count int) {
	t.Helper()
	check(t, os.Mkdir(filepath.Join(dir, "small"), 0o755))
	check(t, os.Mkdir(filepath.Join(dir, "up"), 0o755))
	for i := range count {
		content := bytes.Repeat([]byte{byte(i), 0, byte(i >> 8), 0xff}, i%300)
		check(t, os.WriteFile(smallName(dir, "small", i), content, 0o644))
	}
}

// writeMixed makes dir/mixed: runs of one octet among noise.
func writeMixed(t *testing.T, dir string, size int) {
	t.Helper()
	noise := rand.NewChaCha8([32]byte{1})
	b := make([]byte, 0, size+4096)
	for i := 0; len(b) < size; i++ {
		piece := make([]byte, 1000)
		if i%3 > 0 {
			noise.Read(piece)
		}
		b = append(b, piece...)
	}
	check(t, os.WriteFile(filepath.Join(dir, "mixed"), b[:size], 0o644))
}

// countingNet is the operating system's network. It counts the connections that
// its listeners accept.
type countingNet struct{ accepted *atomic.Int64 }

func (n countingNet) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, network, address)
	return countingListener{ln, n.accepted}, err
}

func (countingNet) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	return (&net.Dialer{LocalAddr: local}).DialContext(ctx, network, address)
}

type countingListener struct {
	net.Listener
	accepted *atomic.Int64
}

func (l countingListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err == nil {
		l.accepted.Add(1)
	}
	return conn, err
}
