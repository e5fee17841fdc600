package conformance_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/selfcheck"
)

// TestLiar: what is not the checker's stays as it is even on a server which says that CWD
// leads to the checker's folder, or that MKD has made it, and neither is true.
func TestLiar(t *testing.T) {
	for name, lie := range map[string]*trick{
		"CWD":  answers("CWD /.*ferry-check-", "250 There."),
		"MKD":  answers("MKD ", `257 "/x" made.`),
		"both": answers("(CWD|MKD) ", "250 There."),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				network := memnet.New()
				network.Host("127.0.0.1", "127.0.0.2")
				servers, err := selfcheck.Start(t.Context(), selfcheck.Options{Net: network, Dir: dir, Certificate: *certificate})
				if err != nil {
					t.Fatal(err)
				}
				defer servers.Close()
				if err := furnish(dir); err != nil {
					t.Fatal(err)
				}
				before := snapshot(t, dir)
				target := servers.Target()
				target.Only = []string{"DIR", "LST", "PAR", "TRF"}
				s := &saboteur{Net: network, tricks: []*trick{lie}, all: true}
				if err := s.guard(t.Context(), &target); err != nil {
					t.Fatal(err)
				}
				report, err := conformance.Run(t.Context(), target)
				if err != nil {
					t.Fatal(err)
				}
				if len(report.Notes) == 0 || !strings.Contains(report.Notes[0].Text, "No files can be written") {
					t.Errorf("the notes are %+v", report.Notes)
				}
				synctest.Wait()
				unchanged(t, before, snapshot(t, dir))
			})
		})
	}
}
