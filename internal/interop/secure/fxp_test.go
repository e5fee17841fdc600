package secure_test

import (
	"crypto/tls"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// TestFXPByLftp has lftp copy files from server to server over TLS. One of the two is
// the client of TLS then, as SSCN or CPSV tell it, and which of them is passive is up to
// lftp.
func TestFXPByLftp(t *testing.T) {
	ca := peers.NewAuthority(t)
	cell := peers.TLSCell{Start: peers.Explicit, Version: tls.VersionTLS13}
	for _, tt := range []struct {
		name, settings, verb string
	}{
		{"CPSV", "set ftp:fxp-passive-sscn yes", "CPSV"},
		{"CPSV at the source", "set ftp:fxp-passive-sscn yes; set ftp:fxp-passive-source yes", "CPSV"},
		{"SSCN", "set ftp:fxp-passive-sscn no", "SSCN"},
		{"SSCN at the source", "set ftp:fxp-passive-sscn no; set ftp:fxp-passive-source yes", "SSCN"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, b := rig.ServeTLS(t, ca, cell, ftpserver.ReuseBind), rig.ServeTLS(t, ca, cell, ftpserver.ReuseBind)
			fxp(t, a.Target, b.Target, tt.settings)
			var sent []string
			for _, c := range slices.Concat(rig.These[ftpserver.Commanded](a.Log), rig.These[ftpserver.Commanded](b.Log)) {
				sent = append(sent, c.Verb)
				if c.Code >= 400 {
					t.Errorf("%s %s was answered %d", c.Verb, c.Arg, c.Code)
				}
			}
			if !slices.Contains(sent, tt.verb) {
				t.Errorf("nobody sent %s, but %q", tt.verb, sent)
			}
		})
	}
}

// fxp has lftp copy files between two servers over protected data connections, and
// compares them.
func fxp(t *testing.T, from, to peers.Target, settings string) {
	t.Helper()
	address := func(tg peers.Target, name string) string {
		u := url.URL{Scheme: "ftp", Host: tg.Addr(), User: url.UserPassword(tg.User, tg.Password), Path: "/" + name}
		return u.String()
	}
	var script strings.Builder
	fmt.Fprintf(&script, `debug 5
set cmd:fail-exit yes
set net:timeout 20
set net:max-retries 1
set ssl:ca-file %q
set ftp:ssl-force yes
set ftp:ssl-protect-data yes
set ftp:ssl-protect-fxp yes
set ftp:use-fxp yes
set ftp:fxp-force yes
%s
`, from.TLS.CAFile, settings)
	want := make(map[string][]byte)
	for i, size := range []int{0, 1, 20_000, 3 << 20} {
		name := fmt.Sprintf("file-%d", i)
		want[name] = []byte(strings.Repeat("fxp ", size/4+1))[:size]
		check(t, os.WriteFile(filepath.Join(from.Root, name), want[name], 0o644))
		fmt.Fprintf(&script, "get %s -o %s\n", address(from, name), address(to, "copy-"+name))
	}
	file := filepath.Join(t.TempDir(), "script")
	check(t, os.WriteFile(file, []byte(script.String()), 0o600))
	out, err := rig.Command(t, rig.Invocation{Path: peers.Require(t, "lftp", "lftp"), Args: []string{"--norc", "-f", file}}).CombinedOutput()
	if err != nil {
		t.Fatalf("lftp: %v\n%s", err, out)
	}
	for name, content := range want {
		if got, err := os.ReadFile(filepath.Join(to.Root, "copy-"+name)); err != nil || string(got) != string(content) {
			t.Errorf("%s has %d octets, not %d, or others: %v\n%s", name, len(got), len(content), err, out)
		}
	}
}
