package interop_test

import (
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/conformance"
)

// checkTime is how long an item may take: a sixth of it is what a client waits for a
// reply that does not come.
const checkTime = 15 * time.Second

// dialogueOf shows what went over the connections of an item.
func dialogueOf(r conformance.Result) string {
	var b strings.Builder
	for _, e := range r.Dialogue {
		b.WriteString(e.At.Round(time.Millisecond).String() + " " + e.Conn + " " + string(e.Way) + ": " + e.Text + "\n")
	}
	return b.String()
}

// TestCheckFerry: ferry's command line does what every item for clients demands.
func TestCheckFerry(t *testing.T) {
	client, err := conformance.Preset("ferry", buildFerry(t))
	check(t, err)
	r, err := conformance.CheckClient(t.Context(), client, conformance.ClientOptions{Timeout: checkTime, Parallel: 8})
	check(t, err)
	if len(r.Results) != 47 {
		t.Errorf("%d items were run, not 47", len(r.Results))
	}
	for _, result := range r.Results {
		if result.Verdict != conformance.Passed {
			t.Errorf("%s %s: %s\n%s", result.ID, result.Verdict, result.Reason, dialogueOf(result))
		}
	}
}
