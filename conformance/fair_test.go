package conformance_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/selfcheck"
)

// TestFair: what is no server's fault is not held against it.
func TestFair(t *testing.T) {
	for name, tt := range map[string]struct {
		change  func(*conformance.Target)
		tricks  []*trick
		items   string
		verdict conformance.Verdict
		reason  string
	}{
		"any_password_of_a_guest_is_right": {
			change: func(target *conformance.Target) {
				target.Endpoint = target.At[conformance.Anonymous]
				target.User, target.Password = "anonymous", "joe@"
			},
			items: "LOG-03,LOG-04,LOG-07", verdict: conformance.NotRun, reason: "this needs a user with a password",
		},
		"the_unknown_are_refused_by_USER": {
			tricks: []*trick{answers("USER ferry-check-nobody", "530 There is no such user.")},
			items:  "LOG-06", verdict: conformance.Passed,
		},
		"the_unknown_give_no_password": {
			tricks: []*trick{answers("USER ferry-check-nobody", "530 There is no such user.")},
			items:  "LOG-05", verdict: conformance.NotRun, reason: "USER of nobody is refused, so that no password of theirs is wrong",
		},
		"nobody_is_there": {
			change: func(target *conformance.Target) { target.Addr = "127.0.0.1:9" },
			items:  "CON-01,CON-20,LOG-02,TLS-35", verdict: conformance.NotRun, reason: "The server cannot be used: connecting to 127.0.0.1:9: the server refuses the connection",
		},
		"a_state_is_not_there": {
			change: func(target *conformance.Target) {
				target.At[conformance.ImplicitTLS] = conformance.Endpoint{Addr: "127.0.0.1:9", Security: conformance.Implicit}
			},
			items: "TLS-39,TLS-40", verdict: conformance.NotRun, reason: "connecting to 127.0.0.1:9: the server refuses the connection",
		},
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
				target := servers.Target()
				target.Only, target.Slow = strings.Split(tt.items, ","), true
				if tt.change != nil {
					tt.change(&target)
				}
				target.Net = network
				if tt.tricks != nil {
					s := &saboteur{Net: network, tricks: tt.tricks}
					if err := s.guard(t.Context(), &target); err != nil {
						t.Fatal(err)
					}
				}
				report, err := conformance.Run(t.Context(), target)
				if err != nil {
					t.Fatal(err)
				}
				if len(report.Results) != len(target.Only) {
					t.Errorf("there are %d results, not %d", len(report.Results), len(target.Only))
				}
				for _, r := range report.Results {
					if r.Verdict != tt.verdict || r.Reason != tt.reason {
						t.Errorf("%s %s: %s", r.ID, r.Verdict, r.Reason)
					}
				}
			})
		})
	}
}
