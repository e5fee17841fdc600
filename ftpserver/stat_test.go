package ftpserver_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
)

// TestStatOctets has STAT stop in time where the names are long: all of a reply is in
// memory, on both sides.
func TestStatOctets(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		long := strings.Repeat("x", 240)
		for i := range 9_900 {
			if err := w.write(fmt.Sprintf("%s-%06d", long, i), ""); err != nil {
				t.Fatal(err)
			}
		}
		c := w.connect()
		c.login("joe", "secret")
		r := c.want(ftp.CodeDirStatus, "STAT .")
		octets := 0
		for _, line := range r.Lines {
			octets += len(line)
		}
		if last := r.Lines[len(r.Lines)-1]; last != "There is more; use LIST or MLSD" || octets < 1<<20 || octets > 2<<20+100 {
			t.Errorf("%d lines with %d octets, the last of them %q", len(r.Lines), octets, last)
		}
	})
}
