package certs

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caddyserver/certmagic"
)

// The end waits for locks that are held, but not for ever, and there are no more
// after it.
func TestStoreCloses(t *testing.T) {
	var (
		_ certmagic.Storage   = (*store)(nil)
		_ certmagic.TryLocker = (*store)(nil)
	)
	synctest.Test(t, func(t *testing.T) {
		s := newStore(t.TempDir())
		check(t, s.Lock(t.Context(), "a"))
		if ok, err := s.TryLock(t.Context(), "b"); !ok || err != nil {
			t.Fatal(ok, err)
		}
		begun := time.Now()
		time.AfterFunc(time.Second, func() { s.Unlock(context.Background(), "a") })
		time.AfterFunc(2*time.Second, func() { s.Unlock(context.Background(), "b") })
		s.close()
		if took := time.Since(begun); took != 2*time.Second {
			t.Errorf("closed after %v", took)
		}
		if err := s.Lock(t.Context(), "c"); err == nil {
			t.Error("locked after the end")
		}
		if ok, err := s.TryLock(t.Context(), "c"); ok || err == nil {
			t.Error("locked after the end")
		}

		s = newStore(t.TempDir())
		check(t, s.Lock(t.Context(), "a"))
		begun = time.Now()
		s.close()
		if took := time.Since(begun); took != closeWithin {
			t.Errorf("given up after %v", took)
		}
		check(t, s.Unlock(t.Context(), "a"))
		time.Sleep(time.Minute) // certmagic looks every few seconds whether a lock is there yet
	})
}

// A server may end while it asks an authority for a certificate: nothing of that
// stays behind, neither a lock on the directory nor something that runs.
func TestCloseWhileAsking(t *testing.T) {
	asked := make(chan struct{}, 10)
	authority := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case asked <- struct{}{}:
		default:
		}
		<-r.Context().Done() // it does not answer
	}))
	defer authority.Close()
	roots := x509.NewCertPool()
	roots.AddCert(authority.Certificate())
	dir := t.TempDir()
	log, text := testLog()
	s, err := Open(t.Context(), Options{
		ACME: ACME{Names: []string{"ftp.example.org"}, CA: authority.URL, Roots: roots, Host: "127.0.0.1", HTTPPort: 1, TLSPort: 1},
		Dir:  dir, Log: log,
	})
	check(t, err)
	<-asked
	here, there := net.Pipe()
	defer here.Close()
	defer there.Close()
	if _, err := s.Certificate(&tls.ClientHelloInfo{ServerName: "ftp.example.org", Conn: here}); err == nil || !strings.Contains(err.Error(), "no certificate yet") {
		t.Errorf("a client: %v", err)
	}
	if s.Ready() {
		t.Error("ready without a certificate")
	}
	begun := time.Now()
	s.Close()
	if took := time.Since(begun); took > closeWithin {
		t.Errorf("it took %v", took)
	}
	locks, err := os.ReadDir(filepath.Join(dir, "acme", "locks"))
	if err != nil || len(locks) > 0 {
		t.Errorf("locks: %v, %v", locks, err)
	}
	var stacks strings.Builder
	check(t, pprof.Lookup("goroutine").WriteTo(&stacks, 1))
	for what := range strings.SplitSeq(stacks.String(), "\n\n") {
		if strings.Contains(what, "doWithRetry") || strings.Contains(what, "maintainAssets") {
			t.Errorf("still running:\n%s", what)
		}
	}
	if said := text.String(); !strings.Contains(said, "asking the authority") || strings.Contains(said, "WARN") || strings.Contains(said, "ERROR") {
		t.Errorf("the log: %s", said)
	}
}
