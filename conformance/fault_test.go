package conformance_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/mint"
	"github.com/seed-6092453b/ferry/internal/selfcheck"
)

// fault is one thing that is wrong with a server.
type fault struct {
	item   string // that must find it
	what   string // is wrong
	tricks []*trick
	config func(conformance.State, *ftpserver.Config) // of the servers themselves; may be nil
}

// faults has at least one for each item about servers.
func faults() []fault {
	return slices.Concat(conFaults, logFaults, feaFaults, parFaults, dcoFaults, trfFaults, tlsFaults, dirFaults, lstFaults)
}

var certificate = mint.Cert{Hosts: []string{"ftp.example.com", "files.example.com", "127.0.0.1"}}.Make()

// spoiled runs items against ferry's servers with something wrong, in fake time.
func spoiled(t *testing.T, f fault, only ...string) *conformance.Report {
	t.Helper()
	network := memnet.New()
	network.Host("127.0.0.1", "127.0.0.2")
	servers, err := selfcheck.Start(t.Context(), selfcheck.Options{Net: network, Dir: t.TempDir(), Certificate: *certificate, Adjust: f.config})
	if err != nil {
		t.Fatal(err)
	}
	defer servers.Close()
	target := servers.Target()
	target.Slow, target.Only = true, only
	s := &saboteur{Net: network, tricks: f.tricks}
	if err := s.guard(t.Context(), &target); err != nil {
		t.Fatal(err)
	}
	report, err := conformance.Run(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// TestFaults: each item fails where what it is about is wrong. With -short, one fault of
// each item has to do.
func TestFaults(t *testing.T) {
	had := make(map[string]bool)
	for _, f := range faults() {
		if testing.Short() && had[f.item] {
			continue
		}
		had[f.item] = true
		t.Run(f.item+"/"+strings.ReplaceAll(f.what, " ", "_"), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := spoiled(t, f, f.item).Results[0]
				if r.Verdict != conformance.Failed {
					t.Errorf("%s: %s, though %s: %s", r.ID, r.Verdict, f.what, r.Reason)
				}
				t.Log(r.Reason)
				if t.Failed() {
					show(t, r)
				}
			})
		})
	}
}

// TestSaboteur: who does not spoil anything is not noticed.
func TestSaboteur(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, r := range spoiled(t, fault{}).Results {
			if r.Verdict == conformance.Failed {
				t.Errorf("%s: %s", r.ID, r.Reason)
				show(t, r)
			}
		}
	})
}

// TestEveryItemHasAFault sees that no check is one that cannot fail.
func TestEveryItemHasAFault(t *testing.T) {
	all := faults()
	for _, g := range conformance.Catalogue() {
		for _, it := range g.Items {
			found := slices.ContainsFunc(all, func(f fault) bool { return f.item == it.ID })
			if conformance.HasCheck(it.ID) && !found {
				t.Errorf("nothing shows that %s can fail", it.ID)
			}
		}
	}
}

func show(t *testing.T, r conformance.Result) {
	t.Helper()
	for _, e := range r.Dialogue {
		t.Logf("%12v %-10s %-8s %s", e.At, e.Conn, e.Way, e.Text)
	}
}
