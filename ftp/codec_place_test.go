package ftp

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

// A transfer that is cut anywhere goes on at its last restart marker, the sender
// from the marker as it was sent, the receiver from what it made of it.
func TestCodecMarkers(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	marks := 0
	combinations(func(c Codec) {
		if !c.KeepsOpen() || c.Bits > 40 && r.IntN(8) > 0 {
			return
		}
		for range 4 {
			file := c.domain(r, size(r))
			c.Every = []int64{1, 3, 17, 300, 5000}[r.IntN(5)]
			if len(file) > 5000 {
				c.Every *= 300
			}
			wire := encode(t, c, file, iotest.HalfReader)
			cut := r.IntN(len(wire) + 1)
			marks += resume(t, c, file, wire[:cut])
		}
	})
	t.Log(marks, "markers")
	if marks < 1000 {
		t.Errorf("only %d markers were sent", marks)
	}
}

// resume decodes what has come of a file and has the rest sent; it returns how many
// markers had come.
func resume(t *testing.T, c Codec, file, wire []byte) int {
	t.Helper()
	var last string
	var here Marker
	n := 0
	receiver, sender := c, c
	receiver.Mark = func(peer string, at Marker) error {
		last, here = peer, at
		n++
		return nil
	}
	got, err := readAll(receiver, wire, iotest.OneByteReader)
	if err == nil || n == 0 {
		return n
	}
	if sender.Start, err = ParseMarker(last); err != nil {
		t.Fatalf("%s: marker %q: %v", c.name(), last, err)
	}
	if err := sender.Check(form(c), int64(len(file))); err != nil {
		t.Fatalf("%s: Check at marker %q: %v", c.name(), last, err)
	}
	if c.Type == 'I' && c.Stru == 'F' && here != sender.Start {
		t.Fatalf("%s: marker %q is %v", c.name(), last, here)
	}
	rest := encode(t, sender, file[sender.Start.Off:], iotest.HalfReader)
	receiver.Start, receiver.Mark = here, nil
	more := decode(t, receiver, rest, iotest.HalfReader)
	if whole := string(got[:here.Off]) + string(more); whole != string(file) {
		t.Fatalf("%s: resumed at %q, here %v, of %d octets:\n%s, want\n%s", c.name(), last, here, len(file), short([]byte(whole)), short(file))
	}
	return n
}

// A marker of another sender may stand anywhere, and an end of the reading too.
func TestMarkFails(t *testing.T) {
	c := codecOf(t, "A F")
	c.Mode = 'B'
	stop := errors.New("no room")
	c.Mark = func(string, Marker) error { return stop }
	got, err := readAll(c, []byte("\x00\x00\x02a\r\x10\x00\x01m\x40\x00\x00"), whole)
	if string(got) != "a" || err != stop {
		t.Errorf("read %q, %v", got, err)
	}
	for _, bad := range []string{"\x10\x00\x00", "\x10\x00\x01 ", "\x10\x00\x02a\n", "\x10\x00\x80" + strings.Repeat("m", 128)} {
		var ce *CodecError
		if _, err := readAll(c, []byte(bad+"\x40\x00\x00"), whole); !errors.As(err, &ce) {
			t.Errorf("marker %q: %v", bad, err)
		}
	}
}

// Every restart offset continues the same octets on the wire; and where Locate
// names a place, what was stored up to it is completed by the rest.
func TestCodecSkip(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	places, none := 0, 0
	combinations(func(c Codec) {
		if c.KeepsOpen() || c.Bits > 40 && r.IntN(8) > 0 {
			return
		}
		file := c.domain(r, r.IntN(120))
		wire := encode(t, stream(c), file, whole)
		tries := 40
		if c.Mode == 'Z' {
			tries = 2
		}
		for i := range min(tries, len(wire)+1) {
			at := i
			if len(wire) >= tries {
				at = r.IntN(len(wire) + 1)
			}
			skip := c
			skip.Skip = int64(at)
			got := encode(t, skip, file, iotest.HalfReader)
			if c.Mode == 'Z' {
				got = inflate(t, got)
			}
			if !bytes.Equal(got, wire[at:]) {
				t.Fatalf("%s: from %d: sent %s, want %s", c.name(), at, short(got), short(wire[at:]))
			}
			here, err := c.Locate(bytes.NewReader(file), int64(at))
			if err == ErrNoPlace {
				none++
				continue
			}
			if err != nil {
				t.Fatalf("%s: Locate %d of %d: %v", c.name(), at, len(wire), err)
			}
			places++
			c := stream(c)
			c.Start = here
			if more := decode(t, c, wire[at:], iotest.OneByteReader); string(file[:here.Off])+string(more) != string(file) {
				t.Fatalf("%s: resumed at %d, %v: %s, want %s", c.name(), at, here, short(more), short(file[here.Off:]))
			}
		}
		if c.Stru == 'F' && !c.text() && !c.packed() {
			return // Locate does not look
		}
		if _, err := c.Locate(bytes.NewReader(file), int64(len(wire))+1); err != ErrWireOffset {
			t.Fatalf("%s: Locate behind the end: %v", c.name(), err)
		}
	})
	t.Log(places, "places,", none, "offsets without one")
}

// Locate counts through large files in steps.
func TestLocateLarge(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for _, params := range []string{"A F", "A R", "E R", "L 36 F", "L 255 F", "L 36 P", "L 32 P L", "I R L"} {
		c := codecOf(t, params)
		file := c.domain(r, 300_000)
		wire := encode(t, c, file, whole)
		for range 20 {
			at := r.IntN(len(wire))
			here, err := c.Locate(iotest.HalfReader(bytes.NewReader(file)), int64(at))
			if err == ErrNoPlace {
				continue
			}
			resumed := c
			resumed.Start = here
			if err != nil || string(file[:here.Off])+string(decode(t, resumed, wire[at:], whole)) != string(file) {
				t.Errorf("%s: Locate(%d) = %v, %v", params, at, here, err)
			}
		}
		failing := io.MultiReader(bytes.NewReader(file[:100]), iotest.ErrReader(io.ErrClosedPipe))
		if _, err := c.Locate(failing, int64(len(wire))-1); err != io.ErrClosedPipe {
			t.Errorf("%s: of a file that cannot be read: %v", params, err)
		}
	}
}
