package limits

import (
	"runtime"
	"testing"
)

// TestLimits moves what is no whole number of anything.
func TestLimits(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("its calls are Linux's")
	}
	const octets = 40<<20 + 12_345
	for name, f := range map[string]func(dir string, octets int64) (Cost, error){"send": Send, "seal": Seal, "splice": Splice, "copy": Copy} {
		c, err := f(t.TempDir(), octets)
		if err != nil || c.Octets != octets || c.CPU <= 0 || c.Wall <= 0 {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
	for name, f := range map[string]func(sessions int) (Cost, error){"accept": Accept, "accept over TLS": AcceptTLS} {
		c, err := f(50)
		if err != nil || c.Sessions != 50 || c.CPU <= 0 {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
}
