package interop_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/app"
	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
	"github.com/seed-6092453b/ferry/storage/quota"
)

// room is the quota of the servers of TestQuota.
const room = 4 << 20

// limited runs the server as users do, with a quota, and returns its address.
func limited(t *testing.T, root string) (addr string, end func()) {
	t.Helper()
	a, err := app.New(t.Context(), app.Options{
		Dir: root, Listen: []string{"127.0.0.1:0"}, Sync: disk.SyncNever,
		Users: []app.User{{Name: rig.User, Password: rig.Password}},
		Quota: quota.Options{MaxOctets: room},
	})
	check(t, err)
	ended := make(chan error, 1)
	go func() { ended <- a.Serve() }()
	end = sync.OnceFunc(func() {
		check(t, a.Close())
		check(t, <-ended)
	})
	t.Cleanup(end)
	return strings.TrimSuffix(strings.TrimPrefix(a.URLs()[0], "ftp://"), "/"), end
}

// octetsIn adds up what is really in a directory, hidden or not.
func octetsIn(t *testing.T, dir string) (sum int64) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	check(t, err)
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			sum += info.Size()
		}
	}
	return sum
}

// TestQuota uploads more than there is room for from twenty connections at once,
// makes room again, and starts the server anew.
func TestQuota(t *testing.T) {
	root := t.TempDir()
	addr, end := limited(t, root)
	options := &ftpclient.Options{User: rig.User, Password: rig.Password}
	data := bytes.Repeat([]byte("0123456789abcdef"), 24<<10) // 384 KiB
	var wg sync.WaitGroup
	refused := make([]error, 20)
	for i := range refused {
		wg.Go(func() {
			cl := ftpclient.New(addr, options)
			defer cl.Close()
			w, err := cl.Create(t.Context(), fmt.Sprintf("file-%02d", i), storage.CreateOptions{})
			if err == nil {
				defer w.Abort()
				_, err = w.Write(data)
			}
			if err == nil {
				_, err = w.Commit(t.Context())
			}
			refused[i] = err
			if n := octetsIn(t, root); n > room {
				t.Errorf("there are %d octets, more than %d", n, room)
			}
		})
	}
	wg.Wait()
	stored := 0
	for i, err := range refused {
		switch _, serr := os.Stat(filepath.Join(root, fmt.Sprintf("file-%02d", i))); {
		case err == nil && serr == nil:
			stored++
		case !errors.Is(err, storage.ErrQuota) || !errors.Is(serr, os.ErrNotExist):
			t.Errorf("file %d: %v, and it is there: %v", i, err, serr == nil)
		}
	}
	if stored == 0 || stored*len(data) > room {
		t.Fatalf("%d of %d files are stored, of %d octets each", stored, len(refused), len(data))
	}

	cl := ftpclient.New(addr, options)
	defer cl.Close()
	wantUsage := func(cl *ftpclient.Client) {
		t.Helper()
		u, err := cl.Quota(t.Context())
		if n := octetsIn(t, root); err != nil || u.Octets != n || u.MaxOctets != room {
			t.Errorf("the quota is %+v, %v, with %d octets there", u, err, n)
		}
	}
	wantUsage(cl)
	left := room - stored*len(data)
	local := filepath.Join(t.TempDir(), "local")
	check(t, os.WriteFile(local, make([]byte, left+1), 0o666))
	curl := peers.Require(t, "curl", "curl")
	put := func(addr string) ([]byte, error) {
		return rig.Command(t, rig.Invocation{Path: curl, Args: []string{"--disable", "--silent", "--show-error",
			"--user", rig.User + ":" + rig.Password, "--upload-file", local, "ftp://" + addr + "/curl"}}).CombinedOutput()
	}
	if out, err := put(addr); err == nil || !bytes.Contains(out, []byte("storage allocation")) {
		t.Errorf("curl stores %d octets in %d: %v\n%s", left+1, left, err, out)
	}
	wantUsage(cl)
	for i, err := range refused {
		if err == nil {
			check(t, cl.Remove(t.Context(), fmt.Sprintf("file-%02d", i), storage.KindFile))
			break
		}
	}
	if out, err := put(addr); err != nil {
		t.Errorf("curl, after room was made: %v\n%s", err, out)
	}
	wantUsage(cl)

	end()
	addr, _ = limited(t, root)
	again := ftpclient.New(addr, options)
	defer again.Close()
	wantUsage(again)
	if n, err := again.Space(t.Context(), "."); err != nil || n != room-octetsIn(t, root) {
		t.Errorf("after a restart there is room for %d octets, %v", n, err)
	}
}
