package selfcheck_test

import (
	"errors"
	"io/fs"
	"os"
	"testing"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/internal/selfcheck"
)

// TestStart starts the servers on the system's network, in a folder of their own, of
// which nothing is left.
func TestStart(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	servers, err := selfcheck.Start(t.Context(), selfcheck.Options{})
	if err != nil {
		t.Fatal(err)
	}
	target := servers.Target()
	for _, st := range conformance.States() {
		if _, ok := target.At[st.State]; ok == (st.State == conformance.Bare) && st.State != conformance.IPv6 {
			t.Errorf("there is a server in the state %s: %v", st.State, ok)
		}
	}
	target.Only = []string{"CON-04", "TLS-39"}
	report, err := conformance.Run(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Notes) > 0 || report.Results[0].Verdict != conformance.Passed {
		t.Errorf("the report is %+v", report)
	}
	dir := servers.Dir
	if err := servers.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is left: %v", dir, err)
	}
}
