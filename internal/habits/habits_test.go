package habits_test

import (
	"bytes"
	"crypto/tls"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/internal/peers"
)

var update = flag.Bool("update", false, "record the transcripts anew")

// transcripts is where they are, since the client is what relies on them.
const transcripts = "../../ftpclient/testdata/quirks"

const (
	small = 100
	some  = 256 << 10 // more than a client takes that does not read, and less than a server's buffer
	large = 8 << 20   // more than the buffers of both sides
)

// tries are how often a server is asked whether it is as was recorded: on a machine that
// is busy, what comes late may seem not to come.
const tries = 3

// TestHabits records what servers do, or sees that they still do what was recorded.
func TestHabits(t *testing.T) {
	ca := peers.NewAuthority(t)
	for _, s := range peers.Servers() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			tg, ok := peers.StartSetup(t, s, peers.IPv4, peers.Setup{})
			if !ok {
				t.Fatal("it cannot be set up")
			}
			// The connection that found out that it runs may still be counted.
			limited, ok := peers.StartSetup(t, s, peers.IPv4, peers.Setup{PerHost: 1})
			if !ok {
				t.Fatal("it cannot be limited")
			}
			secure := peers.StartTLS(t, s, peers.IPv4, peers.Protection{TLSCell: peers.TLSCell{Version: tls.VersionTLS13}, Authority: ca})
			record := func() string { return record(t, tg) + recordFull(t, limited) + recordSecure(t, secure) }
			file := filepath.Join(transcripts, strings.ToLower(s.Name)+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(record()), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got string
			for range tries {
				if got = record(); got == string(want) {
					return
				}
			}
			t.Errorf("%s behaves otherwise than %s says: %s", s.Name, file, firstDifference(string(want), got))
		})
	}
}

// firstDifference names the first line in which two texts differ.
func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d is\n%s\nwant\n%s", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

// furnish puts the files into place that the dialogues are about.
func furnish(t *testing.T, tg peers.Target) {
	t.Helper()
	put := func(name string, b []byte) {
		if err := os.WriteFile(filepath.Join(tg.Root, name), b, 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(tg.Root, name), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	put("a", bytes.Repeat([]byte("a"), small))
	put("b", bytes.Repeat([]byte("b"), small))
	put("some", bytes.Repeat([]byte("x"), some))
	put("large", bytes.Repeat([]byte("x"), large))
	for _, name := range []string{"new1", "new2", "new3"} {
		os.Remove(filepath.Join(tg.Root, name))
	}
}
