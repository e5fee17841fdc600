package conformance_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/internal/memnet"
)

// loopback is this machine in memory: with the addresses that the items need, and the
// name localhost.
type loopback struct {
	*memnet.Net
	stranger *memnet.Host
}

func newLoopback() loopback {
	n := memnet.New()
	return loopback{n, n.Host("127.0.0.2")}
}

func (l loopback) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	if port, ok := strings.CutPrefix(address, "localhost:"); ok {
		address = "127.0.0.1:" + port
	}
	if local != nil && strings.HasPrefix(local.String(), "127.0.0.2:") {
		return l.stranger.Dial(ctx, network, local, address)
	}
	return l.Net.Dial(ctx, network, local, address)
}

// checkInMemory runs the items against a client, in fake time.
func checkInMemory(t *testing.T, client func(conformance.Network) conformance.Client, o conformance.ClientOptions) *conformance.Report {
	t.Helper()
	var report *conformance.Report
	synctest.Test(t, func(t *testing.T) {
		n := newLoopback()
		o.Net = n
		r, err := conformance.CheckClient(t.Context(), client(n), o)
		if err != nil {
			t.Fatal(err)
		}
		report = r
		<-time.After(2 * time.Hour) // for whoever did not stop in time
		if ends := n.OpenEnds(); len(ends) > 0 {
			t.Errorf("left open: %q", ends)
		}
	})
	return report
}

// tell shows a result in full.
func tell(t *testing.T, r conformance.Result) {
	t.Helper()
	var b strings.Builder
	for _, e := range r.Dialogue {
		b.WriteString(e.At.Round(time.Millisecond).String() + " " + e.Conn + " " + string(e.Way) + ": " + e.Text + "\n")
	}
	t.Errorf("%s %s: %s\n%s", r.ID, r.Verdict, r.Reason, b.String())
}

// TestLibrary: ferry's own library does what every item demands.
func TestLibrary(t *testing.T) {
	r := checkInMemory(t, conformance.Library, conformance.ClientOptions{})
	if len(r.Results) != 47 {
		t.Errorf("%d items were run, not 47", len(r.Results))
	}
	for _, result := range r.Results {
		if result.Verdict != conformance.Passed {
			tell(t, result)
		}
	}
}
