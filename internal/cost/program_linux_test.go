package cost_test

import (
	"bufio"
	"io"
	"math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/seed-6092453b/ferry/internal/cli"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// asFerry in the environment has the binary of the tests be the program itself.
const asFerry = "FERRY_COST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asFerry) != "" {
		os.Exit(cli.Main())
	}
	os.Exit(m.Run())
}

var listening = regexp.MustCompile(`ftps?://(127[.\d]+:\d+)/`)

// loopback returns an address of this machine that nobody else is likely to have connections
// at: ports that others have left behind cost a server another look for a free one.
func loopback() string {
	return netip.AddrFrom4([4]byte{127, byte(1 + rand.IntN(254)), byte(rand.IntN(256)), byte(1 + rand.IntN(254))}).String()
}

// traced runs "ferry serve" below strace, with a file named file in its directory, lets do
// have its address, ends it, and returns how often it made each system call.
func traced(t *testing.T, do func(addr, dir string), flags ...string) map[string]int {
	t.Helper()
	strace := requireStrace(t)
	home, dir := t.TempDir(), t.TempDir()
	write(t, filepath.Join(dir, "file"), smallSize)
	summary := filepath.Join(home, "calls")
	args := []string{"-f", "-c", "-o", summary, ownProgram(t), "serve", "--listen", loopback() + ":0",
		"--user", user + ":" + password, "--sync", "never", dir}
	addr, end := launch(t, home, exec.Command(strace, append(args, flags...)...))
	do(addr, dir)
	end() // strace leaves it to ferry what to do about that, and writes its summary then
	return counted(t, summary)
}

// launch starts "ferry serve" with nothing of its user's but home, and returns where it
// listens, and what ends it in good order.
func launch(t *testing.T, home string, cmd *exec.Cmd) (addr string, end func()) {
	t.Helper()
	cmd.Env = environment(home)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	said, err := cmd.StderrPipe()
	check(t, err)
	cmd.Stdout = cmd.Stderr
	check(t, cmd.Start())
	ended := false
	t.Cleanup(func() {
		if !ended {
			syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			cmd.Wait()
		}
	})
	lines := bufio.NewScanner(said)
	for addr == "" && lines.Scan() {
		if m := listening.FindStringSubmatch(lines.Text()); m != nil {
			addr = m[1]
		}
	}
	if addr == "" {
		t.Fatal("ferry does not serve")
	}
	go io.Copy(io.Discard, said)
	return addr, func() {
		t.Helper()
		check(t, syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM))
		err := cmd.Wait()
		ended = true
		check(t, err)
	}
}

func requireStrace(t *testing.T) string {
	t.Helper()
	strace := peers.Require(t, "strace", "strace")
	if out, err := exec.Command(strace, "-e", "trace=close", "true").CombinedOutput(); err != nil {
		t.Skipf("strace may not trace here: %s", out)
	}
	return strace
}

func ownProgram(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	check(t, err)
	return self
}

// environment has the binary of the tests be ferry, with nothing of its user's.
func environment(home string) []string {
	return append(os.Environ(), asFerry+"=1", "XDG_STATE_HOME="+home, "XDG_CONFIG_HOME="+home, "HOME="+home)
}

// counted reads the table that strace -c writes. Calls of read before there was anything are
// not counted: how many there are is for those to say who are the faster.
func counted(t *testing.T, summary string) map[string]int {
	t.Helper()
	text, err := os.ReadFile(summary)
	check(t, err)
	calls := make(map[string]int)
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) < 5 || fields[len(fields)-1] == "total" {
			continue
		}
		n, err := strconv.Atoi(fields[3])
		if err != nil {
			continue
		}
		name := fields[len(fields)-1]
		if failed, err := strconv.Atoi(fields[4]); err == nil {
			switch name {
			case "read":
				n -= failed
			case "epoll_ctl":
				calls["epoll_ctl refused"] = failed // for a file
				n -= failed
			}
		}
		calls[name] = n
	}
	if len(calls) < 10 {
		t.Fatalf("the summary cannot be read:\n%s", text)
	}
	return calls
}
