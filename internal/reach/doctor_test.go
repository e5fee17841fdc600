package reach_test

import (
	"crypto/tls"
	"os"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/doctor"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// TestDoctor examines servers that work: nothing may be found broken, and what is warned
// of is so.
func TestDoctor(t *testing.T) {
	authority := peers.NewAuthority(t)
	// What is true of each, beside that there is no TLS where there is none.
	warnings := map[string]map[string]bool{
		"vsftpd":    {"listing": true, "times": true}, // it has neither MLSD nor MFMT
		"ProFTPD":   {},
		"Pure-FTPd": {},
		"pyftpdlib": {},
	}
	for _, s := range peers.Servers() {
		for _, protected := range []bool{false, true} {
			name := s.Name
			if protected {
				name += " with TLS"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				var how peers.Setup
				o := doctor.Options{Write: true, Connections: 3, Client: ftpclient.Options{Security: ftpclient.SecurityOff}}
				if protected {
					how.Authority, how.TLS = authority, peers.Private
					o.Client.Security = ftpclient.SecurityExplicit
					o.Client.TLS.Config = &tls.Config{RootCAs: authority.Roots}
				}
				tg, ok := peers.StartSetup(t, s, peers.IPv4, how)
				if !ok {
					t.Fatal("no such server")
				}
				o.Addr, o.Client.User, o.Client.Password = tg.Addr(), tg.User, tg.Password
				seen := make(map[string]doctor.Verdict)
				err := doctor.Examine(t.Context(), o, func(f doctor.Finding) {
					seen[f.Check] = f.Verdict
					if f.Verdict == doctor.Fail || f.Verdict == doctor.Warn && !warnings[s.Name][f.Check] {
						t.Errorf("%s: %s: %s", f.Check, f.Verdict, f.Text)
					}
				})
				if err != nil {
					t.Error(err)
				}
				for _, check := range []string{"login", "passive.epsv", "passive.pasv", "passive.address", "active", "restart", "upload", "upload.resume", "clock", "connections"} {
					if seen[check] != doctor.OK {
						t.Errorf("%s is %q", check, seen[check])
					}
				}
				if protected && (seen["tls.explicit"] != doctor.OK || seen["data.tls"] != doctor.OK) {
					t.Errorf("TLS is %q, and of data %q", seen["tls.explicit"], seen["data.tls"])
				}
				left, err := os.ReadDir(tg.Root)
				if err != nil || len(left) > 0 {
					t.Errorf("left behind: %v, %v", left, err)
				}
			})
		}
	}
}
