package trees_test

import (
	"os"
	"testing"

	"github.com/seed-6092453b/ferry/storage/disk"
)

// scratch returns an empty directory for a copy of the tree: in memory, where there is
// room for several. To make ten thousand files on a disk is two thirds of the processor
// time of a copy, and one test that does so is enough (TestGoTreeByFerry).
func scratch(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "ferry-trees-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { check(t, os.RemoveAll(dir)) })
	fsys, err := disk.Open(dir, disk.Options{})
	check(t, err)
	defer fsys.Close()
	if free, err := fsys.Space(t.Context(), "."); err != nil || free < 2<<30 {
		return t.TempDir()
	}
	return dir
}
