package peers_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-6092453b/ferry/internal/peers"
)

var update = flag.Bool("update", false, "write docs/interop.md anew")

// TestClients proves what each foreign client is told to do, against the one
// server that needs no root.
func TestClients(t *testing.T) {
	for _, c := range peers.Clients() {
		t.Run(c.Name(), func(t *testing.T) {
			t.Parallel()
			peers.Matrix(t, c, func(t testing.TB, f peers.Family) peers.Target {
				return peers.Start(t, peers.Pyftpdlib(), f)
			})
		})
	}
}

// TestServers proves the configuration of each foreign server with one client.
func TestServers(t *testing.T) {
	curl := peers.Clients()[0]
	for _, s := range peers.Servers() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			peers.Matrix(t, curl, func(t testing.TB, f peers.Family) peers.Target {
				return peers.Start(t, s, f)
			})
		})
	}
}

// TestInteropDoc fails where docs/interop.md says other than the matrix.
func TestInteropDoc(t *testing.T) {
	name := filepath.Join("..", "..", "docs", "interop.md")
	var want bytes.Buffer
	if err := peers.Markdown(&want); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(name, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Errorf("docs/interop.md has drifted: run go test ./internal/peers -run TestInteropDoc -update; it should read\n%s", &want)
	}
}
