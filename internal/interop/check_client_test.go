package interop_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
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
	client, err := conformance.Preset("ferry", rig.Ferry(t))
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

// foreignClients are what foreign programs are known to do as they should, and what not:
// each of the latter is a fault of the program, looked at line by line.
var foreignClients = map[string]struct {
	pass []string
	fail []string
}{
	"curl": {
		pass: []string{"CLI-01", "CLI-02", "CLI-06", "CLI-07", "CLI-08", "CLI-09", "CLI-11", "CLI-12", "CLI-13", "CLI-14", "CLI-15",
			"CLI-19", "CLI-22", "CLI-25", "CLI-28", "CLI-32", "CLI-33", "CLI-40", "CLI-41", "CLI-46", "CLI-47"},
		fail: []string{
			"CLI-04", // 120 ends the login
			"CLI-21", // 0xff goes over as it is
			"CLI-24", // the text of a refusal is shown by --verbose alone
			"CLI-38", // --continue-at puts together what does not belong together
		},
	},
	"lftp": {
		pass: []string{"CLI-01", "CLI-02", "CLI-04", "CLI-05", "CLI-06", "CLI-07", "CLI-08", "CLI-12", "CLI-13", "CLI-14", "CLI-15",
			"CLI-19", "CLI-20", "CLI-21", "CLI-23", "CLI-24", "CLI-25", "CLI-26", "CLI-28", "CLI-31", "CLI-32", "CLI-36",
			"CLI-37", "CLI-40", "CLI-41"},
		fail: []string{
			"CLI-11", // PASV comes first, EPSV never
			"CLI-18", // XMKD is not tried
			"CLI-47", // a line end in a URL is sent as one
		},
	},
}

// TestCheckForeignClients: the checker is fair to programs that go about things in other
// ways than ferry does, and finds what is known to be wrong with them.
func TestCheckForeignClients(t *testing.T) {
	for name, known := range foreignClients {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, err := conformance.Preset(name, peers.Require(t, name, name))
			check(t, err)
			r, err := conformance.CheckClient(t.Context(), client, conformance.ClientOptions{
				Timeout: 4 * checkTime, Parallel: 8, Only: slices.Concat(known.pass, known.fail),
			})
			check(t, err)
			for _, result := range r.Results {
				want := conformance.Passed
				if slices.Contains(known.fail, result.ID) {
					want = conformance.Failed
				}
				if result.Verdict != want {
					t.Errorf("%s %s: %s\n%s", result.ID, result.Verdict, result.Reason, dialogueOf(result))
				}
			}
		})
	}
}
