package peers

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// A Batch is what a client moves in one session over TLS: files there, then files
// back. The remote directories are slash-separated and relative to the directory in
// which the session begins; the local ones are absolute paths.
type Batch struct {
	Names []string // of the files, the same in both directions
	From  string   // the local directory of the files to be uploaded
	In    string   // the remote directory that they go to, which is there and empty
	Out   string   // the remote directory of the files to be downloaded
	To    string   // the local directory that they go to, which is there and empty

	up, down map[string][]byte // what the files hold, by name
}

// A TLSClient is a program that moves batches.
type TLSClient struct {
	Name    string
	Package string // Debian's
	// OneUse is the proof that the client does not bring a ticket of TLS 1.3 a second
	// time, so that it runs out of them where uploads bring it no new ones. "" if
	// it does.
	OneUse string
	// NoTicket is the proof that the client does not keep the tickets of a server on
	// Go's TLS, as ferry's is, in TLS 1.2. "" if it does.
	NoTicket string
	// Cannot returns the proof that the program itself cannot do a cell, or "".
	Cannot func(c TLSCell) string
	// Move moves the batch to and from a target that has TLS, in one session. The
	// error says what the program has said, where it fails or is seen to take
	// several sessions or another version than the cell's. The test ends where the
	// program is missing.
	Move func(t testing.TB, tg Target, b Batch) error
}

// Forgets returns the proof that in one session with ferry's server the client does not
// have every data connection resume the session of the control connection. It
// returns "" if it does.
func (c TLSClient) Forgets(cell TLSCell) string {
	if cell.Version == tls.VersionTLS12 {
		return c.NoTicket
	}
	return c.OneUse
}

// TLSClients returns the foreign clients that can do TLS.
func TLSClients() []TLSClient {
	return []TLSClient{curlTLS(), lftpTLS(), ftplibTLS(), rcloneTLS(), javaTLS()}
}

// size returns the length of a batch's i-th file: nothing, an octet, less and more than
// a record of TLS holds, and more than socket buffers hold at first. Few are so large
// that they outgrow all buffers, and the end of the connection can overtake them.
func size(i int) int {
	if i%50 == 9 {
		return 3 << 20
	}
	return []int{0, 1, 1 << 10, 17 << 10, 70<<10 + 1}[i%5]
}

// CheckTLS lets a client move n files up and n down in one session, and compares
// them. The test is skipped with the proof where the client cannot do the cell.
func CheckTLS(t *testing.T, c TLSClient, tg Target, n int) {
	t.Helper()
	if proof := c.Cannot(tg.TLS.TLSCell); proof != "" {
		t.Skip(proof)
	}
	b := NewBatch(t, tg, n)
	err := c.Move(t, tg, b)
	if err := errors.Join(err, sameFiles(filepath.Join(tg.Root, b.In), b.up), sameFiles(b.To, b.down)); err != nil {
		t.Error(err)
	}
}

// NewBatch makes a batch of n files each way.
func NewBatch(t testing.TB, tg Target, n int) Batch {
	t.Helper()
	local := t.TempDir()
	remote, err := os.MkdirTemp(tg.Root, "batch-")
	check(t, err)
	base := filepath.Base(remote)
	b := Batch{From: filepath.Join(local, "from"), To: filepath.Join(local, "to"), In: base + "/in", Out: base + "/out"}
	for _, dir := range []string{remote, b.From, b.To, filepath.Join(remote, "in"), filepath.Join(remote, "out")} {
		check(t, os.MkdirAll(dir, 0o777))
		// The server's account is not always the one that runs the test.
		check(t, os.Chmod(dir, 0o777))
	}
	r := rand.NewChaCha8([32]byte{})
	plant := func(dir string) map[string][]byte {
		files := make(map[string][]byte)
		for i := range n {
			content := make([]byte, size(i))
			_, _ = r.Read(content) // never fails
			name := fmt.Sprintf("file-%03d", i)
			files[name] = content
			check(t, os.WriteFile(filepath.Join(dir, name), content, 0o644))
		}
		return files
	}
	b.up, b.down = plant(b.From), plant(filepath.Join(remote, "out"))
	for i := range n {
		b.Names = append(b.Names, fmt.Sprintf("file-%03d", i))
	}
	return b
}

// sameFiles says whether a directory holds just these files.
func sameFiles(dir string, want map[string][]byte) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range entries {
		if _, ok := want[e.Name()]; !ok {
			errs = append(errs, fmt.Errorf("%s is too many", e.Name()))
		}
	}
	for name, content := range want {
		got, err := os.ReadFile(filepath.Join(dir, name))
		switch {
		case err != nil:
			errs = append(errs, err)
		case !bytes.Equal(got, content):
			errs = append(errs, fmt.Errorf("%s has %d octets, not %d, or others", name, len(got), len(content)))
		}
	}
	return errors.Join(errs...)
}

// all is Cannot for a client that can do every cell.
func all(TLSCell) string { return "" }
