package certs

import (
	"crypto"
	"crypto/tls"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/internal/mint"
)

// Files are read again without any client, and at once, when that is asked for.
func TestRereadAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pair(t, issue(nil, next(100), ecKey(t), "a"), t.TempDir(), "live")
		log, text := testLog()
		s, err := Open(t.Context(), Options{Files: []Pair{p}, Log: log})
		check(t, err)
		defer s.Close()
		s.Reread()
		synctest.Wait()
		if text.String() != "" {
			t.Errorf("nothing has changed: %s", text)
		}
		check(t, os.WriteFile(p.Cert, nil, 0o600))
		s.Reread()
		s.Reread()
		synctest.Wait()
		if n := strings.Count(text.String(), "the file is empty"); n != 1 {
			t.Errorf("told %d times: %s", n, text)
		}
	})
}

// Certificates are read again when they have changed, however that is done, and
// at most once a second.
func TestReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		old := issue(nil, next(100), ecKey(t), "a")
		p := pair(t, old, dir, "live")
		log, text := testLog()
		f, err := openFile(p, log, time.Now())
		check(t, err)
		serves := func(want *tls.Certificate) {
			t.Helper()
			if got := f.certificate(time.Now()).Leaf; !got.Equal(want.Leaf) {
				t.Errorf("the certificate is not the one of %v", want.Leaf.NotAfter)
			}
		}
		serves(old)

		// Written over, key first: half of it is no change yet.
		fresh := issue(nil, next(200), ecKey(t), "a")
		check(t, os.WriteFile(p.Key, []byte(mint.KeyPEM(fresh)), 0o600))
		serves(old) // not looked at so soon
		time.Sleep(time.Second)
		serves(old)
		time.Sleep(time.Second)
		serves(old)
		if n := strings.Count(text.String(), "does not belong"); n != 1 {
			t.Errorf("half a change is told %d times:\n%s", n, text)
		}
		check(t, os.WriteFile(p.Cert, []byte(mint.CertPEM(fresh)), 0o600))
		serves(old)
		time.Sleep(time.Second)
		serves(fresh)
		if !strings.Contains(text.String(), "certificate read again") {
			t.Errorf("the change is not told:\n%s", text)
		}

		// Gone, half-written, expired, and whole again.
		text.Reset()
		check(t, os.Remove(p.Cert))
		time.Sleep(time.Second)
		serves(fresh)
		check(t, os.WriteFile(p.Cert, []byte(mint.CertPEM(fresh)[:300]), 0o600))
		time.Sleep(time.Second)
		serves(fresh)
		expired := issue(nil, next(-1), fresh.PrivateKey.(crypto.Signer), "a")
		check(t, os.WriteFile(p.Cert, []byte(mint.CertPEM(expired)), 0o600))
		time.Sleep(time.Second)
		serves(fresh)
		check(t, os.WriteFile(p.Cert, []byte(mint.CertPEM(fresh)), 0o600))
		time.Sleep(time.Second)
		serves(fresh)
		if n := strings.Count(text.String(), "is kept"); n != 3 || strings.Contains(text.String(), "read again") {
			t.Errorf("3 bad changes are told %d times:\n%s", n, text)
		}
	})
}

// What renews may turn a symbolic link, as certbot does.
func TestReloadThroughLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		check(t, os.MkdirAll(filepath.Join(dir, "live"), 0o700))
		check(t, os.MkdirAll(filepath.Join(dir, "archive"), 0o700))
		turn := func(to string) {
			t.Helper()
			link := filepath.Join(dir, "live", "all.pem")
			if err := os.Symlink(filepath.Join("..", "archive", to), link+"~"); err != nil {
				t.Skip("no symbolic links here: ", err)
			}
			check(t, os.Rename(link+"~", link))
		}
		one, two := issue(nil, next(100), ecKey(t), "a"), issue(nil, next(200), ecKey(t), "a")
		write(t, filepath.Join(dir, "archive"), "1.pem", mint.CertPEM(one)+mint.KeyPEM(one))
		write(t, filepath.Join(dir, "archive"), "2.pem", mint.CertPEM(two)+mint.KeyPEM(two))
		turn("1.pem")
		log, _ := testLog()
		f, err := openFile(Pair{Cert: filepath.Join(dir, "live", "all.pem")}, log, time.Now())
		check(t, err)
		turn("2.pem")
		time.Sleep(time.Second)
		if !f.certificate(time.Now()).Leaf.Equal(two.Leaf) {
			t.Error("the link is not followed anew")
		}
	})
}

// Many clients at once get a certificate while it changes, and the race detector
// has nothing to say.
func TestReloadConcurrently(t *testing.T) {
	dir := t.TempDir()
	p := pair(t, issue(nil, next(100), ecKey(t), "a"), dir, "a")
	log, _ := testLog()
	f, err := openFile(p, log, time.Now())
	check(t, err)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 50 {
				if f.certificate(time.Now().Add(time.Duration(i+j)*time.Minute)) == nil {
					t.Error("no certificate")
				}
			}
		})
	}
	for range 20 {
		fresh := issue(nil, next(200), ecKey(t), "a")
		write(t, dir, "a.pem", mint.CertPEM(fresh))
		write(t, dir, "a.key", mint.KeyPEM(fresh))
	}
	all.Wait()
}

func TestKeyForAllToRead(t *testing.T) {
	if os.PathSeparator == '\\' {
		t.Skip("Windows has no such modes")
	}
	dir := t.TempDir()
	p := pair(t, issue(nil, next(100), ecKey(t), "a"), dir, "a")
	for mode, want := range map[os.FileMode]bool{0o600: false, 0o640: false, 0o644: true} {
		check(t, os.Chmod(p.Key, mode))
		log, text := testLog()
		_, err := openFile(p, log, time.Now())
		check(t, err)
		if warned := strings.Contains(text.String(), "every user of this machine"); warned != want {
			t.Errorf("mode %v: %s", mode, text)
		}
	}
}
