package interop_test

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/seed-6092453b/ferry/internal/peers"
)

// buildFerry builds the program as its users have it, and returns its path.
func buildFerry(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ferry")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	out, err := exec.Command("go", "build", "-o", path, "../../cmd/ferry").CombinedOutput()
	if err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
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
	run(t, p.invoke(tg, "get", "-r", tg.URL(""), local))
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
