package conformance_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/selfcheck"
)

// TestCleanOdd: the folder of work is removed from servers that know nothing of Telnet's
// escapes, and from such as end the connection at some names; what cannot be removed is all
// that stays, and is named.
func TestCleanOdd(t *testing.T) {
	for name, tt := range map[string]struct {
		tricks []*trick
		stays  string // what is not removed, below the folder of work
	}{
		"IAC_is_an_octet": {tricks: []*trick{rewrites(`\w+ .*\xff`, replaced("\xff", "\xff\xff"))}},
		"CR_NUL_is_deadly": {tricks: []*trick{
			hangsUp("(DELE|CWD|SITE) .*\r\x00"),
			rewrites("(DELE|CWD|SITE) .*\r", replaced("\r", "\r\x00")),
		}},
		"a_name_is_deadly": {tricks: []*trick{hangsUp("DELE .*/TRF-01/a")}, stays: "TRF-01/a"},
		"a_file_stays":     {tricks: []*trick{answers("DELE .*/TRF-01/a", "550 It is in use.")}, stays: "TRF-01/a"},
		"a_folder_stays":   {tricks: []*trick{answers("RMD .*/TRF-02$", "550 It is in use.")}, stays: "TRF-02"},
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
				before := snapshot(t, dir)
				target := servers.Target()
				target.Only = []string{"CON-15", "DIR-25", "TRF-01", "TRF-02", "TRF-03", "LST-31"}
				s := &saboteur{Net: network, tricks: tt.tricks, all: true}
				if err := s.guard(t.Context(), &target); err != nil {
					t.Fatal(err)
				}
				report, err := conformance.Run(t.Context(), target)
				if err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				after := snapshot(t, dir)
				var left []string
				for _, path := range slices.Sorted(maps.Keys(after)) {
					if _, was := before[path]; was {
						continue
					}
					if _, below, in := strings.Cut(path, "ferry-check-"); in {
						if _, path, in = strings.Cut(below, "/"); in {
							left = append(left, path)
						}
						continue
					}
					left = append(left, path)
				}
				// The folder of what stays does, too.
				if n := len(left); n > 1 && strings.HasPrefix(left[1], left[0]+"/") {
					left = left[1:]
				}
				if got := strings.Join(left, " "); got != tt.stays {
					t.Errorf("left behind: %q, not %q", got, tt.stays)
				}
				for _, note := range report.Notes {
					if tt.stays == "" || !strings.Contains(note.Text, "could not be removed") || !strings.Contains(note.Text, tt.stays) {
						t.Errorf("a note says %s", note.Text)
					}
				}
				if tt.stays != "" && len(report.Notes) == 0 {
					t.Error("nothing says that something stays")
				}
			})
		})
	}
}
