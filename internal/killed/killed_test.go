package killed_test

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/seed-6092453b/ferry/internal/cli"
	"github.com/seed-6092453b/ferry/internal/distance"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// all has the tests run as long as it takes to be sure: 5,000 files and 50 kills.
var all = flag.Bool("all", false, "5,000 files and 50 kills, not 600 and 8")

// TestMain makes the test binary ferry itself, where it is started as such.
func TestMain(m *testing.M) {
	if os.Getenv("FERRY_KILLED_AS_FERRY") == "1" {
		os.Exit(cli.Main())
	}
	os.Exit(m.Run())
}

// ferry returns a command that runs ferry.
func ferry(t *testing.T, state string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), "FERRY_KILLED_AS_FERRY=1", "XDG_STATE_HOME="+state, "HOME="+state)
	cmd.Stderr = os.Stderr
	return cmd
}

var listening = regexp.MustCompile(`ftp://(127\.0\.0\.1:\d+)/`)

// serve runs ferry's server for a folder, and returns its address.
func serve(t *testing.T, dir string) string {
	t.Helper()
	cmd := ferry(t, t.TempDir(), "serve", "--listen", "127.0.0.1:0", "--writable", "--sync", "never", dir)
	cmd.Stderr = nil
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := listening.FindStringSubmatch(lines.Text()); m != nil {
			go func() {
				for lines.Scan() {
				}
			}()
			return m[1]
		}
	}
	t.Fatal("ferry serve does not say where it listens")
	return ""
}

// large is the size from which a mirror may be killed in the middle of a file on purpose.
const large = 1 << 20

// grow makes a tree: most files are small, some are not, and a few are worth to be taken
// up in the middle. It returns the octets of all.
func grow(t *testing.T, dir string, files int, rng *rand.ChaCha8) int64 {
	t.Helper()
	dice := rand.New(rng)
	total := int64(0)
	for i := range files {
		size := dice.IntN(4 << 10)
		switch {
		case i%100 == 7:
			size = large + dice.IntN(2<<20)
		case i%50 == 3:
			size = 64<<10 + dice.IntN(400<<10)
		}
		data := make([]byte, size)
		rng.Read(data)
		path := filepath.Join(dir, fmt.Sprintf("dir%02d/sub%d/file%04d", i/100, i%3, i))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
		total += int64(size)
	}
	if err := os.MkdirAll(filepath.Join(dir, "empty/folder"), 0o777); err != nil {
		t.Fatal(err)
	}
	return total
}

// event is what ferry mirror --json tells.
type event struct {
	Event, Op, Name, Error string
	Size, Done, Moved      int64
	Failed, Exit           int
}

// history is what the runs of a mirror have told.
type history struct {
	finished map[string]int   // how often each file was copied
	resumed  int64            // octets that did not have to cross again
	begun    map[string]int64 // what each file that the last run began went on from
	size     map[string]int64 // of those
}

// tail is the end of all that was written to it.
type tail struct {
	mu sync.Mutex
	b  []byte
}

const tailSize = 8 << 10

func (w *tail) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.b = append(w.b, p...)
	w.b = append(w.b[:0], w.b[max(0, len(w.b)-tailSize):]...)
	return len(p), nil
}

func (w *tail) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return string(w.b)
}

// moment is when a mirror is killed: when it has told that so many files are copied and, if
// that is asked for, begins with a large one after that. The zero moment is at once.
type moment struct {
	copied int
	large  bool
	never  bool
}

// run runs a mirror, and kills it at a moment. It returns how many files were copied.
func (h *history) run(t *testing.T, cmd *exec.Cmd, kill moment) (copied int, killed bool) {
	t.Helper()
	h.begun, h.size = make(map[string]int64), make(map[string]int64)
	said := new(tail)
	cmd.Stderr = said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatalf("%v: %s", err, lines.Text())
		}
		switch {
		case (e.Event == "failed" || e.Event == "retrying") && !killed:
			// Nothing disturbs a run but its own end: there is nothing to be tried again.
			t.Errorf("%s\nafter:\n%s", lines.Text(), said)
		case e.Event == "started":
			h.resumed += e.Done
			if _, again := h.begun[e.Name]; again {
				t.Errorf("%s was begun twice:\n%s", e.Name, said)
			}
			h.begun[e.Name], h.size[e.Name] = e.Done, e.Size
		case e.Event == "finished" && e.Op == "copy":
			h.finished[e.Name]++
			copied++
		case e.Event == "end" && e.Exit != 0:
			t.Errorf("it ended with %s", lines.Text())
		}
		begins := e.Event == "started" && e.Size >= large
		if !kill.never && !killed && copied >= kill.copied && (begins || !kill.large) {
			killed = true
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err != nil && !killed {
		t.Errorf("%v\n%s", err, said)
	}
	return copied, killed
}

// tree describes all that is in a folder.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil || d.IsDir() {
			found[name] = "folder"
			return err
		}
		b, err := os.ReadFile(path)
		found[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// same compares two folders with all that is in them, what should be hidden, too.
func same(t *testing.T, got, want string) {
	t.Helper()
	g, w := tree(t, got), tree(t, want)
	for _, name := range slices.Sorted(maps.Keys(w)) {
		if have, ok := g[name]; !ok {
			t.Errorf("%s is missing", name)
		} else if have != w[name] {
			t.Errorf("%s: %d octets that are not the %d of the file", name, len(have), len(w[name]))
		}
	}
	for name := range g {
		if _, ok := w[name]; !ok {
			t.Errorf("%s is left over", name)
		}
	}
}

// TestKilled kills a mirror at many moments, then lets it finish: both sides are the same,
// nothing is left over, and no file has crossed twice that had arrived.
func TestKilled(t *testing.T) {
	files, kills := 600, 8
	if *all {
		files, kills = 5000, 50
	}
	servers := []struct {
		name  string
		start func(t *testing.T) (addr, login, root string)
	}{
		{"ferry", func(t *testing.T) (addr, login, root string) {
			root = t.TempDir()
			return serve(t, root), "", root
		}},
		{"ProFTPD", func(t *testing.T) (addr, login, root string) {
			tg := peers.Start(t, peers.ProFTPD(), peers.IPv4)
			top := filepath.Join(tg.Root, "top")
			if err := os.Mkdir(top, 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(top, 0o777); err != nil {
				t.Fatal(err)
			}
			return tg.Addr(), tg.User + ":" + tg.Password + "@", tg.Root
		}},
		{"vsftpd", func(t *testing.T) (addr, login, root string) {
			tg := peers.Start(t, peers.VSFTPD(), peers.IPv4)
			// Its anonymous user may write in folders below the top alone.
			top := filepath.Join(tg.Root, "top")
			if err := os.Mkdir(top, 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(top, 0o777); err != nil {
				t.Fatal(err)
			}
			return tg.Addr(), tg.User + ":" + strings.ReplaceAll(tg.Password, "@", "%40") + "@", tg.Root
		}},
	}
	for i, server := range servers {
		for j, direction := range []string{"up", "down"} {
			t.Run(server.name+" "+direction, func(t *testing.T) {
				t.Parallel()
				seed := [32]byte{byte(i), byte(j), 6}
				rng := rand.NewChaCha8(seed)
				addr, login, root := server.start(t)
				relay, err := distance.Listen(t.Context(), addr, distance.Options{})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { relay.Close() })
				url := "ftp://" + login + relay.Addr() + "/top/tree"
				here, there := filepath.Join(t.TempDir(), "here"), filepath.Join(root, "top/tree")
				from, to, src, dst := here, there, here, url
				if direction == "down" {
					from, to, src, dst = there, here, url, here
				}
				octets := grow(t, from, files, rng)
				k := &killing{t: t, relay: relay, down: direction == "down", src: src, dst: dst, to: to, state: t.TempDir(), dice: rand.New(rng)}
				k.all(files, kills)
				same(t, to, from)
				k.judge(octets, files)
			})
		}
	}
}
