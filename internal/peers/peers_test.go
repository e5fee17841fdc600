package peers_test

import (
	"testing"

	"github.com/seed-6092453b/ferry/internal/peers"
)

// TestClients proves the recipes of the clients, each against each server.
func TestClients(t *testing.T) {
	for _, s := range peers.Servers() {
		t.Run(s.Name, func(t *testing.T) {
			for _, c := range peers.Clients() {
				t.Run(c.Name(), func(t *testing.T) {
					peers.Matrix(t, c, func(t testing.TB, f peers.Family) peers.Target {
						return peers.Start(t, s, f)
					})
				})
			}
		})
	}
}
