package peers

import (
	"fmt"
	"strings"
	"testing"
)

// lftpTLS returns lftp(1), which is built with GnuTLS in Debian.
func lftpTLS() TLSClient {
	return TLSClient{Name: "lftp", Package: "lftp", Cannot: all, Move: func(t testing.TB, tg Target, b Batch) error {
		var script strings.Builder
		fmt.Fprintf(&script, `debug 5
set cmd:fail-exit yes
set net:timeout 20
set net:max-retries 1
set xfer:clobber yes
set ftp:ssl-force yes
set ftp:ssl-protect-data yes
set ftp:ssl-protect-list yes
set ssl:ca-file %q
set ssl:priority "NORMAL:-VERS-ALL:+VERS-TLS%s"
open -u %s,%s %s
`, tg.TLS.CAFile, tg.TLS.Number(), tg.User, tg.Password, tg.URL(""))
		for _, name := range b.Names {
			fmt.Fprintf(&script, "put %s/%s -o %s/%s\n", b.From, name, b.In, name)
		}
		for _, name := range b.Names {
			fmt.Fprintf(&script, "get %s/%s -o %s/%s\n", b.Out, name, b.To, name)
		}
		_, said, err := try(t, t.TempDir(), invocation{
			path: Require(t, "lftp", "lftp"), args: []string{"--norc", "-f", "/dev/stdin"},
			stdin: script.String(), patience: movePatience,
		})
		if n := strings.Count(said, "---> USER "); err == nil && n != 1 {
			return fmt.Errorf("lftp logged in %d times", n)
		}
		return err
	}}
}
