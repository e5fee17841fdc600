package rig

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/seed-6092453b/ferry/internal/peers"
)

// Main runs the tests of a package. It is what their TestMain calls, since what they
// build has to outlive each of them.
func Main(m *testing.M) int {
	var err error
	if builds, err = os.MkdirTemp("", "ferry-interop-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(builds)
	return m.Run()
}

// builds is the folder of what is built for the tests.
var builds string

// Ferry returns the path of the program as its users have it, which is built once for
// all tests of a package, one that calls Main.
func Ferry(t testing.TB) string {
	t.Helper()
	path, err := built()
	check(t, err)
	return path
}

var built = sync.OnceValues(func() (string, error) {
	path := filepath.Join(builds, "ferry")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	if out, err := exec.Command("go", "build", "-o", path, "github.com/seed-6092453b/ferry/cmd/ferry").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// Program is ferry's own command line. Its runs share a home, since what it
// remembers of cut uploads is there.
type Program struct{ path, home string }

// NewProgram returns one that remembers nothing yet.
func NewProgram(t testing.TB) Program {
	t.Helper()
	return Program{Ferry(t), t.TempDir()}
}

func (p Program) Invoke(tg peers.Target, args ...string) Invocation {
	return Invocation{
		Path: p.path,
		Args: append(args, "--user", tg.User),
		Env:  []string{"FERRY_PASSWORD=" + tg.Password, "HOME=" + p.home, "XDG_STATE_HOME=" + p.home},
	}
}

func (p Program) Get(t testing.TB, tg peers.Target, local string) {
	t.Helper()
	Run(t, p.Invoke(tg, "get", "-r", "--sync", "never", tg.URL(""), local))
}

func (p Program) Put(t testing.TB, tg peers.Target, local string) {
	t.Helper()
	Run(t, p.Invoke(tg, "put", "-r", local, tg.URL("")))
}

// Download is over one connection, so that the size of the part says what has come of it.
// What several leave when they are killed is tried in internal/largefiles.
func (p Program) Download(_ testing.TB, tg peers.Target, remote, local string) Invocation {
	return p.Invoke(tg, "get", "--segments", "1", tg.URL(remote), local)
}

func (p Program) Upload(_ testing.TB, tg peers.Target, local, remote string) Invocation {
	return p.Invoke(tg, "put", local, tg.URL(remote))
}

func (Program) Partial(local string) string { return local + ".ferry-part" }
