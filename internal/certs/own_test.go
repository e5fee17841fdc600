package certs

import (
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/internal/mint"
)

// key is what fingerprints are made of.
func key(c *x509.Certificate) string { return string(c.RawSubjectPublicKeyInfo) }

func selfSigned(t *testing.T, dir string, names ...string) *Set {
	t.Helper()
	log, _ := testLog()
	s, err := Open(t.Context(), Options{SelfSigned: true, Dir: dir, Names: names, Log: log})
	check(t, err)
	t.Cleanup(s.Close)
	if !s.Ready() {
		t.Error("not ready, with a certificate")
	}
	return s
}

func TestSelfSigned(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "there", "yet")
	first := selfSigned(t, dir, "ftp.example.org", "192.0.2.7").Lasting()[0]
	for _, name := range []string{"ftp.example.org", "192.0.2.7", "localhost", "127.0.0.1", "::1"} {
		if err := first.VerifyHostname(name); err != nil {
			t.Error(err)
		}
	}
	roots := x509.NewCertPool()
	roots.AddCert(first)
	if _, err := first.Verify(x509.VerifyOptions{Roots: roots, DNSName: "ftp.example.org"}); err != nil {
		t.Error(err)
	}
	if first.IsCA || first.KeyUsage&x509.KeyUsageCertSign != 0 {
		t.Error("it may sign others")
	}
	if years := time.Until(first.NotAfter).Hours() / 24 / 365; years < 9 || years > 11 {
		t.Errorf("it is good for %v years", years)
	}
	path := filepath.Join(dir, ownFile)
	if info, err := os.Stat(path); err != nil || os.PathSeparator == '/' && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if info, err := os.Stat(dir); err != nil || os.PathSeparator == '/' && info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("left in the directory: %v, %v", left, err)
	}

	// The second start has the same, and one for another name the same key.
	if again := selfSigned(t, dir, "ftp.example.org").Lasting()[0]; !again.Equal(first) {
		t.Error("the second start has another certificate")
	}
	more := selfSigned(t, dir, "files.example.org", "192.0.2.8").Lasting()[0]
	if key(more) != key(first) {
		t.Error("another name has changed the key")
	}
	for _, name := range []string{"ftp.example.org", "files.example.org", "192.0.2.8"} {
		if err := more.VerifyHostname(name); err != nil {
			t.Error(err)
		}
	}
	if again := selfSigned(t, dir).Lasting()[0]; !again.Equal(more) {
		t.Error("the renewed certificate is not kept")
	}
	// What is no name of DNS is left out, and does not renew it at each start.
	if again := selfSigned(t, dir, "b\u00fccher.example", "a b", "FTP.example.org.").Lasting()[0]; !again.Equal(more) {
		t.Error("impossible names have changed the certificate")
	}
}

// Servers that start at once with the same directory agree on a key.
func TestSelfSignedAtOnce(t *testing.T) {
	for range 10 {
		dir := filepath.Join(t.TempDir(), "state")
		keys := make([]string, 8)
		var all sync.WaitGroup
		for i := range keys {
			all.Go(func() {
				log, _ := testLog()
				o, err := openOwn(dir, []string{"a.example"}, log, time.Now())
				if err != nil {
					t.Error(err)
					return
				}
				keys[i] = key(o.current.Load().Leaf)
			})
		}
		all.Wait()
		if len(slices.Compact(keys)) != 1 {
			t.Fatal("there are several keys")
		}
	}
}

// A server that runs for ten years renews its certificate, and keeps the key.
func TestSelfSignedRenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		log, text := testLog()
		ctx := t.Context()
		s, err := Open(ctx, Options{SelfSigned: true, Dir: dir, Names: []string{"a.example"}, Log: log})
		check(t, err)
		first := s.Lasting()[0]
		time.Sleep(ownValid - ownRenew - 2*watchEvery)
		if !s.Lasting()[0].Equal(first) {
			t.Error("renewed too early")
		}
		time.Sleep(4 * watchEvery)
		renewed := s.Lasting()[0]
		s.Close()
		if renewed.Equal(first) || key(renewed) != key(first) || time.Until(renewed.NotAfter) < ownValid-8*watchEvery {
			t.Errorf("after nine years: until %v, the same key %v\n%s", renewed.NotAfter, key(renewed) == key(first), text)
		}
		if strings.Contains(text.String(), "expires soon") || strings.Count(text.String(), "certificate renewed") != 1 {
			t.Error(text)
		}
		// So does one that starts after the end.
		time.Sleep(2 * ownValid)
		s, err = Open(ctx, Options{SelfSigned: true, Dir: dir, Log: log})
		check(t, err)
		if late := s.Lasting()[0]; key(late) != key(first) || time.Until(late.NotAfter) <= 0 || late.VerifyHostname("a.example") != nil {
			t.Errorf("after the end: until %v", late.NotAfter)
		}
		s.Close()
	})
}

// A directory that cannot be used is an error with a way out, and a damaged file
// is not replaced by itself: the fingerprint would change.
func TestSelfSignedCannot(t *testing.T) {
	log, _ := testLog()
	open := func(dir string) error {
		_, err := Open(t.Context(), Options{SelfSigned: true, Dir: dir, Log: log})
		return err
	}
	dir := t.TempDir()
	file := write(t, dir, "file", "x")
	err := open(filepath.Join(file, "sub"))
	if bad := (*Error)(nil); !errors.As(err, &bad) || !strings.Contains(err.Error(), "--state DIR") {
		t.Errorf("below a file: %v", err)
	}
	if os.Geteuid() > 0 {
		locked := filepath.Join(dir, "locked")
		check(t, os.Mkdir(locked, 0o500))
		if err := open(locked); !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "--state DIR") {
			t.Errorf("a directory of others: %v", err)
		}
	}
	for _, text := range []string{"", "garbage", mint.CertPEM(issue(nil, next(100), ecKey(t), "a"))} {
		path := write(t, dir, ownFile, text)
		if err := open(dir); err == nil || !strings.Contains(err.Error(), "remove this file") {
			t.Errorf("%.20q: %v", text, err)
		}
		if kept, err := os.ReadFile(path); err != nil || string(kept) != text {
			t.Errorf("the damaged file is changed: %q, %v", kept, err)
		}
	}
}

// Where another has been quicker, his file counts, on file systems without hard
// links, too.
func TestKeep(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	check(t, keep(path, []byte("1"), false))
	if err := keep(path, []byte("2"), false); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
	if text, _ := os.ReadFile(path); string(text) != "1" {
		t.Errorf("%q", text)
	}
	check(t, keep(path, []byte("3"), true))
	if text, _ := os.ReadFile(path); string(text) != "3" {
		t.Errorf("%q", text)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
}

func TestHostNames(t *testing.T) {
	for name, want := range map[string]bool{
		"a": true, "ftp.example.org": true, "my_box": true, "xn--bcher-kva.example": true, "A-1": true,
		"": false, ".": false, "a..b": false, "a.": false, "a b": false, "bücher": false, "*.a": false,
		strings.Repeat("a", 64): false, strings.Repeat("a.", 127): false,
	} {
		if isHostName(name) != want {
			t.Errorf("%q", name)
		}
	}
}
