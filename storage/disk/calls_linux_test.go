package disk

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestZeroed(t *testing.T) {
	var buf nameBuf
	for _, length := range []int{0, 1, len(buf) - 2, len(buf) - 1, len(buf), len(buf) + 1, 5000} {
		name := strings.Repeat("n", length)
		if got, err := zeroed(&buf, name); string(got) != name+"\x00" || err != nil {
			t.Errorf("of %d octets: %d, %v", length, len(got), err)
		}
	}
	for _, name := range []string{"\x00", "a\x00", "a\x00b", strings.Repeat("n", 5000) + "\x00"} {
		if got, err := zeroed(&buf, name); !errors.Is(err, unix.EINVAL) {
			t.Errorf("%.10q is taken as %.10q, %v", name, got, err)
		}
	}
}
