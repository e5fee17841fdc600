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

// TestFerry: ferry passes every item. Time is fake, so that the items that wait for
// minutes are run, too.
func TestFerry(t *testing.T) {
	certificate := mint.Cert{Hosts: []string{"ftp.example.com", "files.example.com", "127.0.0.1"}}.Make()
	synctest.Test(t, func(t *testing.T) {
		network := memnet.New()
		network.Host("127.0.0.1", "127.0.0.2") // as loopback has it
		servers, err := selfcheck.Start(t.Context(), selfcheck.Options{Net: network, Dir: t.TempDir(), Certificate: *certificate})
		if err != nil {
			t.Fatal(err)
		}
		defer servers.Close()
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
		for _, r := range report.Results {
			if r.Verdict == conformance.Failed {
				t.Errorf("%s %s: %s", r.ID, r.Do, r.Reason)
			}
			if *items != "" {
				t.Logf("%s %s: %s %s", r.ID, r.Do, r.Verdict, r.Reason)
				for _, e := range r.Dialogue {
					t.Logf("%12v %-10s %-8s %s", e.At, e.Conn, e.Way, e.Text)
				}
			}
		}
	})
}
