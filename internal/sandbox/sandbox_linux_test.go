package sandbox_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/seed-6092453b/ferry/internal/sandbox"
)

// TestMain lets the test binary be started as one of the processes that are to be
// confined: it cannot be undone.
func TestMain(m *testing.M) {
	if role := os.Getenv(roleEnv); role != "" {
		if err := roles[role](); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const (
	roleEnv  = "FERRY_SANDBOX_TEST_ROLE"
	sceneEnv = "FERRY_SANDBOX_TEST_SCENE"
)

var roles = map[string]func() error{
	"free":     func() error { return probeAll(false) },
	"confined": func() error { return probeAll(true) },
	"serve":    serveConfined,
}

// need returns the ABI of the kernel's Landlock, and skips a test where that cannot
// confine anybody.
func need(t *testing.T) int {
	t.Helper()
	abi, _, no := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if no != 0 || abi < 2 {
		t.Skipf("needs Landlock with ABI 2: here it is %d (%v)", int(abi), no)
	}
	return int(abi)
}

// finding is what a probe found on a thread.
type finding struct {
	Probe  string
	Thread int
	Err    string
	Denied bool
}

// probeAll does the probes on threads that were there before the process was
// confined, and on others, and writes the findings to standard output.
func probeAll(confine bool) error {
	s := scene(os.Getenv(sceneEnv))
	begin, found := make(chan struct{}), make(chan []finding)
	start := func(n int) {
		ready := make(chan struct{})
		go func() {
			runtime.LockOSThread()
			close(ready)
			<-begin
			found <- findings(s, strconv.Itoa(n))
		}()
		<-ready
	}
	for n := range threads / 2 {
		start(n)
	}
	if confine {
		done, err := sandbox.Enter(sandbox.Allowed{
			Read:  []string{s.at("shown"), s.at("moved"), s.at("certs/cert.pem")},
			Write: []string{s.at("served"), s.at("state")},
		})
		if err != nil {
			return err
		}
		if done.ABI < 2 {
			return fmt.Errorf("confined by ABI %d", done.ABI)
		}
	}
	fmt.Println("ready")
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return err
	}
	for n := threads / 2; n < threads; n++ {
		start(n)
	}
	close(begin)
	for range threads {
		if err := json.NewEncoder(os.Stdout).Encode(<-found); err != nil {
			return err
		}
	}
	return nil
}

func findings(s scene, n string) []finding {
	var all []finding
	for _, p := range probes {
		f := finding{Probe: p.name, Thread: unix.Gettid()}
		if err := p.do(s, n); err != nil {
			f.Err, f.Denied = err.Error(), isDenied(err)
		}
		all = append(all, f)
	}
	return all
}

// runProbes starts binary in a role, and returns what its threads found.
func runProbes(t *testing.T, binary, role string) (all []finding) {
	t.Helper()
	s := scene(t.TempDir())
	if err := s.make(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary)
	cmd.Env = append(os.Environ(), roleEnv+"="+role, sceneEnv+"="+string(s))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer in.Close()
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); line != "ready\n" {
		t.Fatalf("the process says %q, %v", line, err)
	}
	if err := s.change(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(in, "go\n"); err != nil {
		t.Fatal(err)
	}
	ids := make(map[int]bool)
	for dec := json.NewDecoder(lines); ; {
		var some []finding
		err := dec.Decode(&some)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		ids[some[0].Thread] = true
		all = append(all, some...)
	}
	if len(all) != threads*len(probes) || len(ids) != threads {
		t.Fatalf("%d findings by %d threads, want %d by %d", len(all), len(ids), threads*len(probes), threads)
	}
	return all
}

// checkConfined fails for each probe that went through, or did not, against what
// it is about.
func checkConfined(t *testing.T, binary string, abi int) {
	t.Helper()
	denied := make(map[string]bool)
	for _, p := range probes {
		denied[p.name] = p.denied != 0 && abi >= p.denied
	}
	for _, f := range runProbes(t, binary, "confined") {
		switch {
		case denied[f.Probe] && !f.Denied:
			t.Errorf("thread %d may %s (%s)", f.Thread, f.Probe, f.Err)
		case !denied[f.Probe] && f.Err != "":
			t.Errorf("thread %d may not %s: %s", f.Thread, f.Probe, f.Err)
		}
	}
}

// TestProbes shows that every probe goes through where nothing confines it: that
// it is denied then says something.
func TestProbes(t *testing.T) {
	for _, f := range runProbes(t, "/proc/self/exe", "free") {
		if f.Err != "" {
			t.Errorf("thread %d may not %s: %s", f.Thread, f.Probe, f.Err)
		}
	}
}

func TestConfined(t *testing.T) {
	checkConfined(t, "/proc/self/exe", need(t))
}

// TestConfinedBuilds does the same in binaries with and without cgo: it is by quite
// different ways that a call reaches all of their threads.
func TestConfinedBuilds(t *testing.T) {
	abi := need(t)
	if testing.Short() {
		t.Skip("builds two binaries")
	}
	for _, cgo := range []string{"0", "1"} {
		t.Run("cgo "+cgo, func(t *testing.T) {
			binary := filepath.Join(t.TempDir(), "sandbox.test")
			cmd := exec.Command("go", "test", "-c", "-o", binary, ".")
			cmd.Env = append(os.Environ(), "CGO_ENABLED="+cgo)
			if out, err := cmd.CombinedOutput(); err != nil {
				if cgo == "1" && strings.Contains(string(out), "C compiler") {
					t.Skipf("needs a C compiler: %s", out)
				}
				t.Fatalf("%v: %s", err, out)
			}
			checkConfined(t, binary, abi)
		})
	}
}
