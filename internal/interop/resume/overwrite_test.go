package resume_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// TestCutOverwrite kills clients that are replacing a file. The old file has to
// stay as it was, and a client that goes on, by APPE or by REST and STOR, has to
// be shown what has come of the new one: if it were told the size of the old,
// the two would end up in one file.
func TestCutOverwrite(t *testing.T) {
	clients := []struct {
		name string
		// store stores a file slowly; resume goes on with that.
		store, resume func(t testing.TB, tg peers.Target, local, remote string) rig.Invocation
	}{
		{"curl", curlSlowly, curlFile{}.Upload},
		{"lftp", lftpSlowly, lftpResume},
	}
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			local, remote := filepath.Join(t.TempDir(), "new"), filepath.Join(root, "file")
			before := bytes.Repeat([]byte("old\n"), 1000)
			after := make([]byte, 64<<20)
			rand.NewChaCha8([32]byte{6}).Read(after)
			check(t, os.WriteFile(remote, before, 0o666))
			check(t, os.WriteFile(local, after, 0o666))

			s := rig.Serve(t, peers.IPv4, rig.Served{Root: root, Can: ftpserver.ReadWrite, Sync: disk.SyncNever})
			rig.Cut(t, s, c.store(t, s.Target, local, "file"), 4<<20)
			if got, err := os.ReadFile(remote); err != nil || !bytes.Equal(got, before) {
				t.Fatalf("after the cut the old file has %d octets, want %d as before; %v", len(got), len(before), err)
			}
			first := s.Log.Last(t).Bytes
			rig.Run(t, c.resume(t, s.Target, local, "file"))
			s.Log.Settled(t)
			if got, err := os.ReadFile(remote); err != nil || !bytes.Equal(got, after) {
				t.Fatalf("in the end the file has %d octets, want %d, the same; %v", len(got), len(after), err)
			}
			if last := s.Log.Last(t); first+last.Bytes != int64(len(after)) {
				t.Errorf("%d octets went over before the cut and %d after it, want %d together", first, last.Bytes, len(after))
			}
		})
	}
}

func curlSlowly(t testing.TB, tg peers.Target, local, remote string) rig.Invocation {
	return rig.Invocation{Path: peers.Require(t, "curl", "curl"), Args: []string{
		"--disable", "--silent", "--show-error", "--user", tg.User + ":" + tg.Password,
		"--limit-rate", "8M", "--upload-file", local, tg.URL(remote)}}
}

func lftpSlowly(t testing.TB, tg peers.Target, local, remote string) rig.Invocation {
	return rig.Lftp(t, tg, "set net:limit-rate 8M", "put "+local+" -o "+remote)
}

func lftpResume(t testing.TB, tg peers.Target, local, remote string) rig.Invocation {
	return rig.Lftp(t, tg, "put -c "+local+" -o "+remote)
}
