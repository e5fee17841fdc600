//go:build !race

package cost_test

import (
	"io"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/seed-6092453b/ferry/ftp"
)

// TestLineAllocations reads one listing after the other, of many entries each.
func TestLineAllocations(t *testing.T) {
	for _, l := range lines {
		const entries = 1000
		listing := strings.Repeat(l.line, entries)
		options := ftp.ListOptions{Now: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)}
		got := testing.AllocsPerRun(10, func() {
			lr := ftp.NewListReader(strings.NewReader(listing), options)
			n := 0
			for ; ; n++ {
				if _, err := lr.Next(); err == io.EOF {
					break
				} else if err != nil {
					t.Fatal(err)
				}
			}
			if n != entries {
				t.Fatalf("%d entries", n)
			}
		}) / entries
		if got > l.most+0.1 { // the reader itself is shared among them
			t.Errorf("%s takes %.2f allocations a line, and may take %v; when that was set it took %v", l.name, got, l.most, l.measured)
		}
		t.Logf("%s %.2f", l.name, got)
	}
}

// TestReplyAllocations writes replies.
func TestReplyAllocations(t *testing.T) {
	buf := make([]byte, 0, 1024)
	for _, r := range []ftp.Reply{
		ftp.NewReply(ftp.CodeOK, "Done."),
		ftp.NewReply(ftp.CodeActionDone, "Facts of /file", " type=file;size=1; /file", "End"),
	} {
		if n := testing.AllocsPerRun(100, func() { buf = r.AppendWire(buf[:0]) }); n != 0 {
			t.Errorf("%q takes %v allocations", r, n)
		}
	}
}

// TestCommandAllocations reads lines as a server does: short ones, and such as come in
// several pieces.
func TestCommandAllocations(t *testing.T) {
	for _, length := range []int{4, 60, 500, 3000} {
		line := "NOOP" + strings.Repeat("x", length-4) + "\r\n"
		lr := ftp.NewLineReader(strings.NewReader(strings.Repeat(line, 2000)), 0)
		if n := testing.AllocsPerRun(100, func() {
			if got, err := lr.Read(); err != nil || len(got.Text) != length {
				t.Fatalf("read %q, %v", got.Text, err)
			}
		}); n != 0 {
			t.Errorf("a line of %d octets takes %v allocations", length, n)
		}
	}
	// A session that waits holds one of these.
	if n := unsafe.Sizeof(ftp.LineReader{}); n > 224 {
		t.Errorf("a LineReader has %d octets, and may have 224", n)
	}
}
