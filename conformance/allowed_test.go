package conformance_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// An allowed is what a server may do instead of what ferry does.
type allowed struct {
	fault
	verdict conformance.Verdict
}

// allow checks servers that do so.
func allow(t *testing.T, all []allowed) {
	t.Helper()
	for _, a := range all {
		t.Run(a.item+"/"+strings.ReplaceAll(a.what, " ", "_"), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := spoiled(t, a.fault, a.item).Results[0]
				if r.Verdict != a.verdict {
					t.Errorf("%s: %s, not %s, though it is allowed that %s: %s", r.ID, r.Verdict, a.verdict, a.what, r.Reason)
					show(t, r)
				}
			})
		})
	}
}

// TestAllowedInLogins: what the texts leave to the server is not held against it.
func TestAllowedInLogins(t *testing.T) {
	refuses := func(text string) *trick {
		return &trick{match: lines("PASS"), command: func(s *session, line string) (string, bool) {
			s.answer(line, text)
			s.hangUp()
			return "", false
		}}
	}
	forever := limits(func(l *ftpserver.Limits) { l.Logins = -1 })
	allow(t, []allowed{
		{fault{item: "LOG-05", what: "421 comes behind the last 530", tricks: []*trick{refuses("530 Wrong.\n421 Too many.").on(6)}, config: forever}, conformance.Passed},
		{fault{item: "LOG-08", what: "nobody is logged in", tricks: []*trick{codes("PASS", 503, 530)}}, conformance.Passed},
	})
}
