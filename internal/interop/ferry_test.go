package interop_test

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

// buildFerry returns the path of the program as its users have it, which is built
// once for all tests.
func buildFerry(t testing.TB) string {
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
	if out, err := exec.Command("go", "build", "-o", path, "../../cmd/ferry").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// builds is the folder of what is built for the tests.
var builds string

func TestMain(m *testing.M) {
	code := 1
	defer func() { os.Exit(code) }()
	var err error
	if builds, err = os.MkdirTemp("", "ferry-interop-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer os.RemoveAll(builds)
	code = m.Run()
}

// ferryProgram is ferry's own command line. Its runs share a home, since what it
// remembers of cut uploads is there.
type ferryProgram struct{ path, home string }

func (p ferryProgram) invoke(tg peers.Target, args ...string) invocation {
	return invocation{
		path: p.path,
		args: append(args, "--user", tg.User),
		env:  []string{"FERRY_PASSWORD=" + tg.Password, "HOME=" + p.home, "XDG_STATE_HOME=" + p.home},
	}
}

func (p ferryProgram) get(t testing.TB, tg peers.Target, local string) {
	t.Helper()
	run(t, p.invoke(tg, "get", "-r", "--sync", "never", tg.URL(""), local))
}

func (p ferryProgram) put(t testing.TB, tg peers.Target, local string) {
	t.Helper()
	run(t, p.invoke(tg, "put", "-r", local, tg.URL("")))
}

func (p ferryProgram) download(_ testing.TB, tg peers.Target, remote, local string) invocation {
	return p.invoke(tg, "get", tg.URL(remote), local)
}

func (p ferryProgram) upload(_ testing.TB, tg peers.Target, local, remote string) invocation {
	return p.invoke(tg, "put", local, tg.URL(remote))
}

func (ferryProgram) partial(local string) string { return local + ".ferry-part" }
