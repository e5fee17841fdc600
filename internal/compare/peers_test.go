package compare_test

import (
	"flag"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/internal/mint"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/internal/selfcheck"
)

var (
	update = flag.Bool("update", false, "write docs/peers.md")
	slow   = flag.Bool("slow", false, "run the items, too, that wait for minutes")
	only   = flag.String("items", "", "run these items alone, as CON or CON-01,CON-02, and show what came of them")
)

const document = "../../docs/peers.md"

// TestPeers: each server does what docs/peers.md says of it.
func TestPeers(t *testing.T) {
	if testing.Short() {
		t.Skip("all items against five servers in real time take minutes")
	}
	servers := peers.Servers()
	columns := make([]column, 1+len(servers))
	// They wait for more than they compute, so all of them run at once.
	var all sync.WaitGroup
	run := func(i int, name string, start func(t *testing.T) conformance.Target) {
		all.Go(func() {
			t.Run(name, func(t *testing.T) {
				target := start(t)
				target.Slow, target.ReplyTime = *slow, replyTime
				if *only != "" {
					target.Only = strings.Split(*only, ",")
				}
				report, err := conformance.Run(t.Context(), target)
				check(t, err)
				columns[i] = column{name, report}
				switch {
				case *only != "":
					show(t, report)
				case !*update:
					as(t, name, target, report)
				}
			})
		})
	}
	run(0, "ferry", ferry)
	for i, s := range servers {
		run(1+i, s.Name, func(t *testing.T) conformance.Target { return subject(t, s) })
	}
	all.Wait()
	if *update && *only == "" && !t.Failed() {
		check(t, os.WriteFile(document, []byte(page(t, columns)), 0o644))
	}
}

// replyTime is how long a server may take for a reply: more than the 5 seconds that pass
// before the answer to a wrong password (RFC 2577, 5).
const replyTime = 8 * time.Second

// ferry starts ferry's own servers.
func ferry(t *testing.T) conformance.Target {
	t.Helper()
	certificate := mint.Cert{Hosts: []string{"ftp.example.com", "files.example.com", "127.0.0.1", "::1"}}.Make()
	servers, err := selfcheck.Start(t.Context(), selfcheck.Options{Dir: t.TempDir(), Certificate: *certificate})
	check(t, err)
	t.Cleanup(func() { check(t, servers.Close()) })
	return servers.Target()
}

// as compares a report with what the document says. What differs is tried once more: a
// machine that has much to do may be late.
func as(t *testing.T, name string, target conformance.Target, report *conformance.Report) {
	t.Helper()
	text, err := os.ReadFile(document)
	check(t, err)
	said := verdicts(string(text), name)
	differs := func(r conformance.Result) bool {
		want := said[r.ID]
		if want == "" {
			t.Fatalf("docs/peers.md says nothing of %s and %s: go test ./internal/compare -update", name, r.ID)
		}
		// Who writes the document may have more time.
		return mark(r) != want && r.Verdict != conformance.NotRun
	}
	target.Only = nil
	for _, r := range report.Results {
		if differs(r) {
			target.Only = append(target.Only, r.ID)
		}
	}
	if len(target.Only) == 0 {
		return
	}
	again, err := conformance.Run(t.Context(), target)
	check(t, err)
	for _, r := range again.Results {
		if differs(r) {
			t.Errorf("%s: %s, and docs/peers.md says %s: %s", r.ID, mark(r), said[r.ID], r.Reason)
			showItem(t, r)
		}
	}
}

func show(t *testing.T, report *conformance.Report) {
	t.Helper()
	for _, n := range report.Notes {
		t.Log(n.Text)
	}
	for _, r := range report.Results {
		t.Log(r.ID, r.Level, r.Do, "->", r.Expect, ":", r.Verdict, r.Reason)
		if r.Verdict == conformance.Failed {
			showItem(t, r)
		}
	}
	t.Log(report.Took)
}

func showItem(t *testing.T, r conformance.Result) {
	t.Helper()
	for _, e := range r.Dialogue {
		t.Logf("%12v %-10s %-8s %s", e.At, e.Conn, e.Way, e.Text)
	}
}
