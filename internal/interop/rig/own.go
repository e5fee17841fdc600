package rig

import (
	"os"
	"testing"
)

// Own gives files to the user as whom the servers act.
func Own(t testing.TB, names ...string) {
	t.Helper()
	if os.Getuid() != 0 {
		return
	}
	for _, name := range names {
		check(t, os.Chown(name, 65534, 65534))
		check(t, os.Chmod(name, 0o777))
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
