package attack_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/internal/peers"
)

// TestAttack30Durability: a file that was confirmed with 226 is on the disk, whatever
// becomes of the process at that moment. That of the machine cannot be tried here: it is
// the order of the system calls that shows it, in the test below.
func TestAttack30Durability(t *testing.T) {
	t.Parallel()
	for range few(5, 1) {
		w, ferry := serveChild(t, nil)
		c := w.login(t)
		whole := strings.Repeat("whole", 100_000)
		if r := c.put("STOR file", whole); r.code != 226 {
			t.Fatalf("STOR: %v", r)
		}
		ferry.kill()
		if got := w.read("root/file"); got != whole {
			t.Errorf("after kill -9 behind the 226 the file has %d octets, want %d", len(got), len(whole))
		}
		// Nothing else is in its place: no part, no temporary name.
		entries, err := os.ReadDir(w.dir)
		check(t, err)
		if len(entries) != 1 {
			t.Errorf("the folder has %d entries", len(entries))
		}
	}
}

// TestAttack30SyncOrder: the file is synced before it takes its name, and the folder
// before the 226 is written, both for a new file and for one that is replaced.
func TestAttack30SyncOrder(t *testing.T) {
	t.Parallel()
	strace := peers.Require(t, "strace", "strace")
	trace := filepath.Join(t.TempDir(), "trace")
	calls := "trace=fsync,fdatasync,syncfs,sync_file_range,rename,renameat,renameat2,linkat,write"
	if out, err := exec.Command(strace, "-e", calls, "true").CombinedOutput(); err != nil {
		t.Skipf("strace may not trace here: %s", out)
	}
	w, ferry := serveChild(t, []string{strace, "-f", "-s", "200", "-e", calls, "-o", trace})
	c := w.login(t)
	for range 2 {
		if r := c.put("STOR file", "contents"); r.code != 226 {
			t.Fatalf("STOR: %v", r)
		}
	}
	ferry.kill()
	octets, err := os.ReadFile(trace)
	check(t, err)
	synced, renamed, stored := 0, 0, 0
	for line := range strings.SplitSeq(string(octets), "\n") {
		switch {
		case strings.Contains(line, "\"226 "): // it counts where it begins, finished or not
			if stored++; renamed < 2 {
				t.Errorf("upload %d was confirmed before its name was on the disk", stored)
			}
			synced, renamed = 0, 0
		case strings.Contains(line, "unfinished"): // all else counts where it ends
		case strings.Contains(line, "sync") && strings.Contains(line, "= 0"):
			if synced++; renamed > 0 {
				renamed++ // this one is of the name
			}
		case (strings.Contains(line, "rename") || strings.Contains(line, "linkat")) && strings.Contains(line, "= 0"):
			if synced == 0 {
				t.Error("the file took its name before it was synced")
			}
			renamed = 1
		}
	}
	if stored != 2 || t.Failed() {
		t.Errorf("the trace has %d confirmations:\n%s", stored, octets)
	}
}
