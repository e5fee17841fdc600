package selfcheck_test

import (
	"flag"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/mint"
	"github.com/seed-6092453b/ferry/internal/selfcheck"
)

var items = flag.String("items", "", "run these items alone, as CON or CON-01,CON-02; -v shows their dialogues")

// leaves are the items that ferry leaves out, each with the reason why it may.
var leaves = map[string]string{
	"FEA-04": "it is about servers without any extension, and ferry always has some: RFC 2389, 3.2 leaves it to a server what it has",
}

// judge fails the test unless ferry has passed the item, or leaves it out for a reason
// that is known.
func judge(t *testing.T, r conformance.Result) {
	t.Helper()
	why := leaves[r.ID]
	switch {
	case r.Verdict == conformance.Passed && why != "":
		t.Errorf("%s has passed, and was said to be left out because %s", r.ID, why)
	case r.Verdict == conformance.Passed, r.Verdict != conformance.Failed && why != "":
	default:
		t.Errorf("%s %s is %s: %s", r.ID, r.Do, r.Verdict, r.Reason)
	}
}

// TestFerry: ferry passes every item. Time is fake, so that the items that wait for
// minutes are run, too.
func TestFerry(t *testing.T) {
	certificate := mint.Cert{Hosts: []string{"ftp.example.com", "files.example.com", "127.0.0.1"}}.Make()
	synctest.Test(t, func(t *testing.T) {
		network := memnet.New()
		network.Host("127.0.0.1", "127.0.0.2") // Target.Elsewhere
		servers, err := selfcheck.Start(t.Context(), selfcheck.Options{Net: network, Dir: t.TempDir(), Certificate: *certificate})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := servers.Close(); err != nil {
				t.Error(err)
			}
			synctest.Wait()
			if left := network.OpenEnds(); len(left) > 0 {
				t.Errorf("what is still open: %v", left)
			}
		}()
		target := servers.Target()
		target.Slow = true
		if *items != "" {
			target.Only = strings.Split(*items, ",")
		}
		report, err := conformance.Run(t.Context(), target)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range report.Notes {
			t.Errorf("%s (%d items)", n.Text, len(n.LeftOut))
		}
		if *items == "" && len(report.Results) != 380 {
			t.Errorf("%d items were tried, want 380", len(report.Results))
		}
		for _, r := range report.Results {
			judge(t, r)
			if *items != "" {
				t.Logf("%s %s: %s %s", r.ID, r.Do, r.Verdict, r.Reason)
				for _, e := range r.Dialogue {
					t.Logf("%12v %-10s %-8s %s", e.At, e.Conn, e.Way, e.Text)
				}
			}
		}
	})
}
