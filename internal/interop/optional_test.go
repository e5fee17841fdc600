package interop_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage"
)

// TestHashAndCopyAtProFTPD has mod_digest hash what ferry hashes too, by each
// algorithm, whole and in part, and mod_copy copy it.
func TestHashAndCopyAtProFTPD(t *testing.T) {
	tg := peers.Start(t, peers.ProFTPD(), peers.IPv4)
	data := bytes.Repeat([]byte("all work and no play\r\n"), 10_000)
	check(t, os.WriteFile(filepath.Join(tg.Root, "my file"), data, 0o644))
	cl := ftpclient.New(fmt.Sprintf("%s:%d", tg.Host, tg.Port), &ftpclient.Options{User: tg.User, Password: tg.Password})
	defer cl.Close()
	hashed := 0
	for _, alg := range storage.HashNames() {
		for _, r := range []storage.Range{{}, {Off: 5, Len: 1000}} {
			h, _ := storage.NewHash(alg)
			part := data
			if r.Len > 0 {
				part = data[r.Off : r.Off+r.Len]
			}
			h.Write(part)
			sum, err := cl.Hash(t.Context(), "my file", alg, r)
			switch {
			case errors.Is(err, errors.ErrUnsupported) && r.Len > 0:
			case err != nil || !bytes.Equal(sum, h.Sum(nil)):
				t.Errorf("%s of %+v is %x, %v, want %x", alg, r, sum, err, h.Sum(nil))
			default:
				hashed++
			}
		}
	}
	if hashed < len(storage.HashNames()) {
		t.Errorf("only %d hashes were made", hashed)
	}
	check(t, cl.Copy(t.Context(), "my file", "a copy"))
	if got, err := os.ReadFile(filepath.Join(tg.Root, "a copy")); err != nil || !bytes.Equal(got, data) {
		t.Errorf("the copy has %d octets, %v, and is another", len(got), err)
	}
}
