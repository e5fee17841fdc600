package attack_test

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/internal/peers"
)

// TestAttack08OpenSSL: an uploader by OpenSSL that never reads loses nothing, either.
func TestAttack08OpenSSL(t *testing.T) {
	t.Parallel()
	python := peers.Require(t, "/usr/bin/python3", "python3")
	w := serve(t, protected)
	_, port, err := net.SplitHostPort(w.addr)
	check(t, err)
	for _, version := range tlsVersions {
		for _, resume := range []bool{true, false} {
			for size, times := range map[int]int{1: few(100, 10), 64 << 10: few(100, 10), 30_000_000: few(5, 1)} {
				t.Run(fmt.Sprintf("%s/resumed=%v/%d", tls.VersionName(version), resume, size), func(t *testing.T) {
					octets := make([]byte, size)
					rand.Read(octets)
					file := filepath.Join(t.TempDir(), "file")
					check(t, os.WriteFile(file, octets, 0o666))
					name := map[uint16]string{tls.VersionTLS12: "TLSv1_2", tls.VersionTLS13: "TLSv1_3"}[version]
					said, err := exec.Command(python, "testdata/uploader.py", port, name, fmt.Sprint(resume), fmt.Sprint(times), file).CombinedOutput()
					if err != nil {
						t.Fatalf("%v: %s", err, said)
					}
					want := 0
					if resume {
						want = times
					}
					if got := strings.TrimSpace(string(said)); got != fmt.Sprint(want) {
						t.Errorf("the session was resumed %s times, want %d", got, want)
					}
					stored, err := os.ReadFile(filepath.Join(w.dir, "openssl"))
					check(t, err)
					if !bytes.Equal(stored, octets) {
						t.Errorf("of %d octets %d are stored, or others", size, len(stored))
					}
				})
			}
		}
	}
}
