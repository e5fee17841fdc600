package conformance_test

import (
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/selfcheck"
)

// TestLinkOut: where no link is given that leads out, DIR-29 tries to make one.
func TestLinkOut(t *testing.T) {
	sent := "150 Here it comes.\n226 There it is."
	for _, c := range []struct {
		name   string
		tricks []*trick
		want   conformance.Verdict
	}{
		{"made and not followed", []*trick{answers("SITE SYMLINK /", "200 Made.")}, conformance.Passed},
		{"made and followed", []*trick{answers("SITE SYMLINK /", "200 Made."), answers("RETR out", sent)}, conformance.Failed},
		{"refused", []*trick{answers("SITE SYMLINK /", "550 This leads out.")}, conformance.NotRun},
		{"unknown", []*trick{answers("SITE SYMLINK", "500 Unknown.")}, conformance.NotRun},
		{"nothing is outside", []*trick{answers("RETR /", sent)}, conformance.NotRun},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				network := memnet.New()
				servers, err := selfcheck.Start(t.Context(), selfcheck.Options{Net: network, Dir: t.TempDir(), Certificate: *certificate})
				if err != nil {
					t.Fatal(err)
				}
				defer servers.Close()
				target := servers.Target()
				target.Outside, target.Only = "", []string{"DIR-29"}
				s := &saboteur{Net: network, tricks: c.tricks}
				if err := s.guard(t.Context(), &target); err != nil {
					t.Fatal(err)
				}
				report, err := conformance.Run(t.Context(), target)
				if err != nil {
					t.Fatal(err)
				}
				if r := report.Results[0]; r.Verdict != c.want {
					t.Errorf("%s: %s, want %s", r.Verdict, r.Reason, c.want)
					show(t, r)
				}
			})
		})
	}
}
