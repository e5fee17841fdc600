package certs

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Pair names the PEM files of a certificate with its chain, and of its key.
type Pair struct {
	Cert string
	Key  string // "": the key is in Cert, too
}

// lookEvery is how often files are looked at for changes while clients come.
const lookEvery = time.Second

// file is a certificate in files, which are read again when they have changed.
// What they hold is compared, not their times: whoever renews may write into
// them, replace them or turn a symbolic link, and times are as coarse as the
// clock of the file system.
type file struct {
	pair    Pair
	log     *slog.Logger
	current atomic.Pointer[tls.Certificate]

	mu     sync.Mutex // held while the files are looked at
	looked time.Time
	taken  [sha256.Size]byte // digest of what current was made of
	seen   [sha256.Size]byte // and of what was there last, good or bad
}

// openFile reads a certificate that has to be good.
func openFile(p Pair, log *slog.Logger, now time.Time) (*file, error) {
	f := &file{pair: p, log: log, looked: now}
	cert, digest, err := f.read()
	if err != nil {
		return nil, err
	}
	f.current.Store(cert)
	f.taken, f.seen = digest, digest
	f.advise(cert)
	return f, nil
}

// certificate returns the certificate as it is in the files now, or was a second
// ago. It waits for nobody: while one client has the files read, others get
// what there was.
func (f *file) certificate(now time.Time) *tls.Certificate {
	if f.mu.TryLock() {
		if now.Sub(f.looked) >= lookEvery {
			f.looked = now
			f.look(now)
		}
		f.mu.Unlock()
	}
	return f.current.Load()
}

// reread looks at the files however short a time ago that was done.
func (f *file) reread(now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.looked = now
	f.look(now)
}

// look takes what the files hold, if it is good. Something bad is told once: it
// may be half of a change whose other half comes in a moment.
func (f *file) look(now time.Time) {
	if !f.regular() {
		return
	}
	cert, digest, err := f.read()
	if digest == f.seen {
		return
	}
	f.seen = digest
	old := f.current.Load()
	switch {
	case digest == f.taken:
		return
	case err == nil && now.After(cert.Leaf.NotAfter) && now.Before(old.Leaf.NotAfter):
		err = &Error{f.pair.Cert, fmt.Errorf("the certificate expired on %s", day(cert.Leaf.NotAfter)), ""}
	}
	if err != nil {
		f.log.Warn("the certificate in use is kept, because the changed one cannot be used", "error", err)
		return
	}
	f.current.Store(cert)
	f.taken = digest
	f.log.Info("certificate read again", "file", f.pair.Cert, "names", names(cert.Leaf), "expires", day(cert.Leaf.NotAfter))
	f.advise(cert)
}

// read reads the files. The digest tells one content, or one failure, from
// another.
func (f *file) read() (*tls.Certificate, [sha256.Size]byte, error) {
	h := sha256.New()
	sum := func(err error) (digest [sha256.Size]byte) {
		if err != nil {
			fmt.Fprintf(h, "error: %v", err)
		}
		h.Sum(digest[:0])
		return digest
	}
	certPEM, err := readFile(f.pair.Cert)
	if err != nil {
		return nil, sum(err), err
	}
	h.Write(certPEM)
	var keyPEM []byte
	if f.pair.Key != "" {
		if keyPEM, err = readFile(f.pair.Key); err != nil {
			return nil, sum(err), err
		}
		h.Write([]byte{0})
		h.Write(keyPEM)
	}
	cert, err := parsePair(f.pair, certPEM, keyPEM)
	return cert, sum(nil), err
}

func (f *file) keyFile() string { return cmp.Or(f.pair.Key, f.pair.Cert) }

// files are the paths that are read; both may be the same.
func (f *file) files() []string { return []string{f.pair.Cert, f.keyFile()} }

// regular reports whether all can be read a second time: a pipe is read once.
func (f *file) regular() bool {
	return !slices.ContainsFunc(f.files(), func(name string) bool {
		info, err := os.Stat(name)
		return err == nil && !info.Mode().IsRegular()
	})
}

// advise warns of what is not wrong, but hardly meant.
func (f *file) advise(cert *tls.Certificate) {
	checkMode(f.keyFile(), f.log)
	// An authority whose own certificate can be fetched is one that clients need not
	// know: private ones have no such address.
	if leaf := cert.Leaf; len(cert.Certificate) == 1 && len(leaf.IssuingCertificateURL) > 0 && !bytes.Equal(leaf.RawIssuer, leaf.RawSubject) {
		f.log.Warn("the certificate comes without that of its issuer, and most clients will not trust it; use the file with the whole chain (fullchain.pem)",
			"file", f.pair.Cert, "issuer", leaf.Issuer.String())
	}
}

// checkMode warns of a key that everybody on this machine can read.
func checkMode(key string, log *slog.Logger) {
	info, err := os.Stat(key)
	if err == nil && runtime.GOOS != "windows" && info.Mode().IsRegular() && info.Mode().Perm()&0o004 != 0 {
		log.Warn("the private key can be read by every user of this machine; chmod o= keeps it from them", "file", key)
	}
}

// maxFile bounds what is read: a chain is a few kilobytes.
const maxFile = 1 << 20

func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, unread(name, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = errors.New("the file is too large to be a certificate or a key")
	}
	if err != nil {
		return nil, unread(name, err)
	}
	return text, nil
}

// unread is the error of a file that cannot be read.
func unread(name string, err error) error {
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		err = pe.Err
	}
	return &Error{name, err, ""}
}
