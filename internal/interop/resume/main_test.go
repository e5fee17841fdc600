package resume_test

import (
	"os"
	"testing"

	"github.com/seed-6092453b/ferry/internal/interop/rig"
)

func TestMain(m *testing.M) { os.Exit(rig.Main(m)) }

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
