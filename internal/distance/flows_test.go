package distance

import (
	"encoding/binary"
	"strings"
	"sync/atomic"
	"testing"
)

// made is a packet of TCP.
func made(from, to uint16, seq uint32, flags byte, data string) []byte {
	p := make([]byte, 40, 40+len(data))
	p[0], p[9], p[32], p[33] = 0x45, 6, 0x50, flags
	binary.BigEndian.PutUint16(p[2:], uint16(40+len(data)))
	binary.BigEndian.PutUint16(p[20:], from)
	binary.BigEndian.PutUint16(p[22:], to)
	binary.BigEndian.PutUint32(p[24:], seq)
	return append(p, data...)
}

// TestFlows counts a dialogue and a data connection by their packets.
func TestFlows(t *testing.T) {
	var f flows
	f.reset(21)
	up := func(seq uint32, flags byte, data string) { f.arrived(f.sent(made(4000, 21, seq, flags, data))) }
	down := func(seq uint32, flags byte, data string) { f.arrived(f.sent(made(21, 4000, seq, flags, data))) }
	const last = 1<<32 - 1 // the numbers begin anew
	up(last, syn, "")
	up(last, syn, "") // lost, and sent again
	down(7, syn|ack, "")
	up(0, ack, "")
	down(8, ack, "220 Hello\r\n")
	up(0, ack, "USER a\r\n")
	up(0, ack, "USER a\r\nPASS b\r\n") // sent again, with more behind it
	down(19, ack, "331\r\n")
	down(24, ack, "230\r\n")
	up(16, ack, "\x16tls\n")
	up(21, ack, "\n\n")
	f.sent(made(4000, 5000, 1, syn, ""))
	f.sent(made(5000, 4000, 1, syn|ack, ""))
	f.sent(made(5000, 4000, 2, ack, "data"))
	f.sent(made(6000, 7000, 2, ack, "of no connection"))
	want := Counts{Control: 1, Data: 1, Commands: 2, Turns: 2, Up: 23, Down: 25}
	if got := f.counts(); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// FuzzFlows reads packets of any kind.
func FuzzFlows(f *testing.F) {
	f.Add(made(4000, 21, 1, syn, ""), made(4000, 21, 2, ack, "NOOP\r\n"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		var f flows
		f.reset(21)
		for _, p := range [][]byte{a, b, a} {
			f.arrived(f.sent(p))
		}
		n := f.counts()
		if n.Up < 0 || n.Down < 0 || n.Up+n.Down > int64(2*len(a)+len(b)) {
			t.Errorf("%+v of %d octets", n, 2*len(a)+len(b))
		}
	})
}

// FuzzLines cuts a dialogue anywhere: what arrives is the same.
func FuzzLines(f *testing.F) {
	f.Add("220 Hello\r\n229 (|||1|)\r\nrest", 3, 20)
	f.Fuzz(func(t *testing.T, text string, i, j int) {
		i = min(max(i, 0), len(text))
		j = min(max(j, i), len(text))
		var s lines
		var opaque atomic.Bool
		var got strings.Builder
		for k, piece := range []string{text[:i], text[i:j], text[j:]} {
			got.Write(s.each([]byte(piece), k == 2, &opaque, func(line string) string {
				if !strings.HasSuffix(line, "\n") || strings.Count(line, "\n") != 1 {
					t.Errorf("%q is not a line", line)
				}
				return line
			}))
		}
		if got.String() != text {
			t.Errorf("%q became %q", text, got.String())
		}
	})
}
