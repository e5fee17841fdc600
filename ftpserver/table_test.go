package ftpserver_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
)

const (
	private = "never: it is one server's or client's inner workings"
	mail    = "never: mail has protocols of its own"
)

// unhandled says why a command of the table is answered 502.
var unhandled = map[string]string{
	"MAIL": mail, "MLFL": mail, "MSND": mail, "MSOM": mail, "MSAM": mail, "MRSQ": mail, "MRCP": mail,
	"XSEN": mail, "XSEM": mail, "XMAS": mail, "XRSQ": mail, "XRCP": mail,
	"ESTA": private, "ESTP": private, "CEPR": private, "P@SW": private, "XDBG": private,
}

// unseen says why a command that has a handler is not to be seen in FEAT or HELP,
// or does nothing but refuse.
var unseen = map[string]string{
	"ADAT": refused, "MIC": refused, "CONF": refused, "ENC": refused,
	"XQUOTA": "shows a quota, and there is none",
	"PRET":   "is off unless switched on", "RMDA": "is off unless switched on",
}

const refused = "has no place in TLS, and is there to say so (RFC 4217, 4)"

// Every command of the table has a handler or is answered 502 on purpose, and
// every handler is that of a command.
func TestHandlersAndTable(t *testing.T) {
	commands, site := ftpserver.Handled()
	for _, tt := range []struct {
		what    string
		table   []*ftp.Command
		handled []string
		missing map[string]string
	}{
		{"", ftp.Commands(), commands, unhandled},
		{"SITE ", ftp.SiteCommands(), site, nil},
	} {
		known := make(map[string]bool)
		for _, c := range tt.table {
			known[c.Name] = true
			handled := slices.Contains(tt.handled, c.Name)
			if why := tt.missing[c.Name]; handled == (why != "") {
				t.Errorf("%s%s: handled %v, and the reason for a 502 is %q", tt.what, c.Name, handled, why)
			}
			if handled && c.Traits.Has(ftp.Obsolete) {
				t.Errorf("%s%s is obsolete and handled", tt.what, c.Name)
			}
		}
		for _, name := range tt.handled {
			if !known[name] {
				t.Errorf("%s%s has a handler and is not in the table", tt.what, name)
			}
		}
		for name := range tt.missing {
			if !known[name] {
				t.Errorf("%s%s is given a reason and is not in the table", tt.what, name)
			}
		}
	}
}

// What FEAT and HELP say must be so, whatever is added: each command in them
// works, and no other is in them (FEA-09, FEA-10).
func TestFeatAndHelp(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.withTLS()
		w.cfg.TLS.CCC = true
		c := w.connect()
		c.login("joe", "secret")
		feat, help := c.do("FEAT").Lines, c.do("HELP").Lines
		commands, _ := ftpserver.Handled()
		for _, name := range commands {
			seen := unseen[name] == ""
			if slices.Contains(strings.Fields(strings.Join(help, " ")), name) != seen {
				t.Errorf("HELP lists %s: %v", name, !seen)
			}
			if !seen {
				continue
			}
			if r := c.do("HELP " + name); name != "SITE" && (r.Code != ftp.CodeHelp || !strings.HasPrefix(r.Text(), name)) {
				t.Errorf("HELP %s: %v", name, r)
			}
			row := ftp.Lookup(name)
			if listed := slices.ContainsFunc(feat, func(l string) bool {
				return row.Feat != "" && strings.HasPrefix(l, " "+row.Feat)
			}); listed != (row.Feat != "") {
				t.Errorf("FEAT lists %s: %v", name, listed)
			}
		}
		for _, line := range feat[1 : len(feat)-1] {
			verb := strings.Fields(line)[0]
			if ftp.LookupFeature(verb) != nil {
				continue
			}
			if r := c.do(verb); r.Code == ftp.CodeUnknown || r.Code == ftp.CodeNotImplemented {
				t.Errorf("FEAT lists %s, but: %v", verb, r)
			}
		}
		for name, why := range unhandled {
			if r := c.do(name + " x"); r.Code != ftp.CodeNotImplemented {
				t.Errorf("%s, which %s: %v", name, why, r)
			}
		}
	})
}
