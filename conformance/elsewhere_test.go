package conformance_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/selfcheck"
)

// beside runs the checker against servers whose accounts have much that goes by the
// names which items use, and demands that nothing of it is changed, and nothing new is
// left. A saboteur may be nil.
func beside(t *testing.T, s *saboteur, only ...string) *conformance.Report {
	t.Helper()
	network := memnet.New()
	network.Host("127.0.0.1", "127.0.0.2")
	servers, err := selfcheck.Start(t.Context(), selfcheck.Options{Net: network, Dir: t.TempDir(), Certificate: *certificate})
	if err != nil {
		t.Fatal(err)
	}
	defer servers.Close()
	accounts, err := os.ReadDir(servers.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, account := range accounts {
		for _, name := range strings.Fields("a abc b c d f file g h missing new old p1 p2 first second sub t up written x y -l *") {
			if !account.IsDir() {
				continue
			}
			dir := filepath.Join(servers.Dir, account.Name(), name)
			if strings.Contains("d sub x", name) {
				if err := os.Mkdir(dir, 0o755); err != nil {
					t.Fatal(err)
				}
				dir = filepath.Join(dir, "f")
			}
			if err := os.WriteFile(dir, []byte("of somebody else"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	before := snapshot(t, servers.Dir)
	target := servers.Target()
	target.Slow, target.Only, target.Net = true, only, network
	if s != nil {
		s.Net = network
		if err := s.guard(t.Context(), &target); err != nil {
			t.Fatal(err)
		}
	}
	report, err := conformance.Run(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	after := snapshot(t, servers.Dir)
	for _, path := range slices.Sorted(maps.Keys(before)) {
		if after[path] != before[path] {
			t.Errorf("%s was %s, and is %q now", path, before[path], after[path])
		}
		delete(after, path)
	}
	for path, what := range after {
		t.Errorf("%s is new: %s", path, what)
	}
	return report
}

// snapshot describes all that is below a folder. Of folders the time is not told: the
// checker makes its own within.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	const most = 1 << 20 // octets of a file that is read
	all := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		what := info.Mode().String()
		if !d.IsDir() {
			what += fmt.Sprint(" ", info.Size(), " ", info.ModTime())
		}
		if info.Mode().IsRegular() && info.Size() < most {
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			what += fmt.Sprintf(" %q", b)
		}
		all[path] = what
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestNothingElse: the checker changes nothing but what it makes, and leaves nothing.
func TestNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, n := range beside(t, nil).Notes {
			t.Errorf("%s", n.Text)
		}
	})
}

// TestNothingElseOfLiar: not even where CWD says that it leads to the checker's folder and
// does not, or where MKD says that it has made it.
func TestNothingElseOfLiar(t *testing.T) {
	for _, lie := range []*trick{
		answers("CWD /.*ferry-check-", "250 There."),
		answers("MKD ", `257 "/x" made.`),
		answers("(CWD|MKD) ", "250 There."),
	} {
		synctest.Test(t, func(t *testing.T) {
			report := beside(t, &saboteur{tricks: []*trick{lie}, all: true}, "DIR", "LST", "TRF", "PAR")
			if len(report.Notes) == 0 || !strings.Contains(report.Notes[0].Text, "No files can be written") {
				t.Errorf("the notes are %+v", report.Notes)
			}
		})
	}
}
