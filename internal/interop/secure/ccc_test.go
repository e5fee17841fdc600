package secure_test

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// TestClearControlByFerry has ferry's client give up the protection of the control
// connection (CCC), at servers which allow that. Data connections stay protected.
func TestClearControlByFerry(t *testing.T) {
	ca := peers.NewAuthority(t)
	for _, s := range []peers.Server{peers.ProFTPDForFXP(), peers.PureFTPD()} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			for name, mode := range map[string]ftpclient.DataMode{"passive": ftpclient.DataPassive, "active": ftpclient.DataActive} {
				cell := peers.TLSCell{Start: peers.Explicit, Version: version}
				t.Run(s.Name+"/"+cell.Number()+"/"+name, func(t *testing.T) {
					t.Parallel()
					tg := peers.StartTLS(t, s, peers.IPv4, peers.Protection{TLSCell: cell, Authority: ca})
					dir, here := filepath.Join(tg.Root, "dir"), t.TempDir()
					check(t, os.Mkdir(dir, 0o777))
					rig.Own(t, dir)
					check(t, os.WriteFile(filepath.Join(here, "up"), bytes.Repeat([]byte("ccc "), 1<<18), 0o666))
					var log rig.Dialogue
					cl := ftpclient.New(tg.Addr(), &ftpclient.Options{
						User: tg.User, Password: tg.Password, Trace: log.Trace, Data: mode, MaxConns: 1,
						Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Security: ftpclient.SecurityExplicit,
						TLS: ftpclient.TLS{ClearControl: true, Config: &tls.Config{RootCAs: tg.TLS.Roots, MinVersion: version, MaxVersion: version}},
					})
					for _, down := range []string{"1", "2", "3"} {
						down = filepath.Join(here, down)
						check(t, rig.Upload(t.Context(), cl, filepath.Join(here, "up"), "dir/up", storage.CreateOptions{}))
						check(t, rig.Download(t.Context(), cl, "dir/up", down, 0))
						check(t, sameFile(filepath.Join(here, "up"), down))
					}
					for _, err := range cl.List(t.Context(), "dir") {
						check(t, err)
					}
					check(t, cl.Close())
					if n := strings.Count(strings.Join(log.Sent(), "\n")+"\n", "CCC\n"); n != 1 {
						t.Errorf("CCC was sent %d times:\n%s", n, log.String())
					}
				})
			}
		}
	}
}

// TestClearControlByCurl has curl give up the protection of the control connection at
// ferry's server: it ends TLS itself ("active") or waits for the server to do so. Its
// data connections are all passive: curl 7.88 does no TLS on the others, CCC or not.
func TestClearControlByCurl(t *testing.T) {
	ca := peers.NewAuthority(t)
	for _, version := range []string{"1.2", "1.3"} {
		for _, how := range []string{"passive", "active"} {
			t.Run(version+"/"+how, func(t *testing.T) {
				t.Parallel()
				s := serveCCC(t, ca)
				here := t.TempDir()
				up, down := filepath.Join(here, "up"), filepath.Join(here, "down")
				check(t, os.WriteFile(up, bytes.Repeat([]byte("ccc "), 1<<18), 0o666))
				common := []string{"--disable", "--silent", "--show-error", "--ssl-reqd", "--ftp-ssl-ccc", "--ftp-ssl-ccc-mode", how,
					"--cacert", ca.CAFile, "--tlsv" + version, "--tls-max", version, "--max-time", "60", "--user", s.User + ":" + s.Password}
				curl := func(args ...string) rig.Invocation {
					return rig.Invocation{Path: peers.Require(t, "curl", "curl"), Args: append(append([]string{}, common...), args...)}
				}
				rig.Run(t, curl("--upload-file", up, s.URL("f")))
				rig.Run(t, curl("--output", down, s.URL("f")))
				check(t, sameFile(up, down))
				wantCleared(t, s, 2)
			})
		}
	}
}

// TestClearControlByLftp has lftp do it. It ends TLS itself, and if the server's end of
// it comes at once with the reply to CCC, it takes that for the end of the connection.
func TestClearControlByLftp(t *testing.T) {
	ca := peers.NewAuthority(t)
	for _, version := range []string{"1.2", "1.3"} {
		for how, passive := range map[string]string{"passive": "yes", "active": "no"} {
			t.Run(version+"/"+how, func(t *testing.T) {
				t.Parallel()
				s := serveCCC(t, ca)
				here := t.TempDir()
				up, down := filepath.Join(here, "up"), filepath.Join(here, "down")
				check(t, os.WriteFile(up, bytes.Repeat([]byte("ccc "), 1<<18), 0o666))
				script := strings.Join([]string{
					"set cmd:fail-exit yes", "set net:timeout 60", "set net:max-retries 1", "set ftp:passive-mode " + passive,
					"set ssl:ca-file " + ca.CAFile, "set ssl:priority NORMAL:-VERS-ALL:+VERS-TLS" + version,
					"set ftp:ssl-force yes", "set ftp:ssl-protect-data yes", "set ftp:ssl-use-ccc yes",
					"open -u " + s.User + "," + s.Password + " " + s.URL(""),
					"put " + up + " -o f", "cls -l", "get f -o " + down,
				}, "\n")
				rig.Run(t, rig.Invocation{Path: peers.Require(t, "lftp", "lftp"), Args: []string{"--norc", "-c", script}})
				check(t, sameFile(up, down))
				wantCleared(t, s, 1)
			})
		}
	}
}

// serveCCC runs ferry's server where data connections have to be protected and CCC is
// allowed.
func serveCCC(t *testing.T, ca *peers.Authority) *rig.Server {
	t.Helper()
	return rig.Serve(t, peers.IPv4, rig.Served{
		Root: t.TempDir(), Can: ftpserver.ReadWrite, Sync: disk.SyncNever,
		On: ftpserver.Listener{Security: ftpserver.SecurityData},
		Set: func(config *ftpserver.Config) {
			config.TLS = ftpserver.TLS{Config: &tls.Config{Certificates: []tls.Certificate{ca.Server}}, CCC: true}
		},
	})
}

// wantCleared looks for so many sessions that gave up the protection of their control
// connection, and for no command that was refused.
func wantCleared(t *testing.T, s *rig.Server, sessions int) {
	t.Helper()
	s.Log.Settled(t)
	cleared := 0
	for _, c := range rig.These[ftpserver.Commanded](s.Log) {
		if c.Verb == "CCC" && c.Code == 200 {
			cleared++
		}
		if c.Code >= 400 {
			t.Errorf("%s %s was answered %d", c.Verb, c.Arg, c.Code)
		}
	}
	if cleared != sessions {
		t.Errorf("%d of %d sessions gave up the protection", cleared, sessions)
	}
}

// sameFile compares two files of the disk.
func sameFile(a, b string) error {
	x, err := os.ReadFile(a)
	if err != nil {
		return err
	}
	y, err := os.ReadFile(b)
	if err == nil && !bytes.Equal(x, y) {
		err = fmt.Errorf("%s and %s differ, with %d and %d octets", a, b, len(x), len(y))
	}
	return err
}
