package peers

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// python is Debian's interpreter, the one that sees Debian's python3-pyftpdlib;
// the first python3 in PATH may be another.
const python = "/usr/bin/python3"

// Require returns the path of a program that the Debian package pkg has. Where
// it is missing, the test is skipped, or failed if FERRY_REQUIRE_PEERS is 1.
func Require(t testing.TB, program, pkg string) string {
	t.Helper()
	path, ok := find(program)
	if !ok {
		missing(t, program+" is not installed: apt-get install "+pkg+", or run .ci/peers")
	}
	return path
}

// missing ends a test that lacks what only the machine can give.
func missing(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("FERRY_REQUIRE_PEERS") == "1" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// find looks in PATH, in the directories for daemons, which are seldom in it,
// and below the directory into which .ci/peers unpacks and builds programs.
func find(program string) (string, bool) {
	if path, err := exec.LookPath(program); err == nil {
		return path, true
	}
	for _, dir := range []string{"/usr/sbin", "/usr/local/sbin", unpacked("usr/sbin"), unpacked("usr/bin"), unpacked("bin")} {
		if path, err := exec.LookPath(filepath.Join(dir, program)); err == nil {
			return path, true
		}
	}
	return "", false
}

// unpacked returns the place of a file of a package that .ci/peers unpacked.
func unpacked(name string) string {
	dir := os.Getenv("FERRY_PEERS")
	if dir == "" {
		dir = "/opt/ferry-peers"
	}
	return filepath.Join(dir, name)
}

// requireModule requires Python and one of its modules, of the package pkg.
func requireModule(t testing.TB, module, pkg string) string {
	t.Helper()
	path := Require(t, python, "python3")
	// -I keeps it from taking a file in the working directory for the module.
	if out, err := exec.Command(path, "-I", "-c", "import "+module).CombinedOutput(); err != nil {
		missing(t, "Python's "+module+" is not installed: apt-get install "+pkg+", or run .ci/peers\n"+string(out))
	}
	return path
}
