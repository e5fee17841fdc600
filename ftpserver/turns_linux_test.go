package ftpserver

import (
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// A thread has long turns for as long as it should, and is then what it was: the runtime
// goes on with it.
func TestLongTurns(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	attr := func() unix.SchedAttr {
		a, err := unix.SchedGetAttr(0, 0)
		if err != nil {
			t.Skip(err)
		}
		return *a
	}
	before := attr()
	over := longTurns()
	during := attr()
	over()
	if after := attr(); after != before {
		t.Errorf("it was %+v, and is %+v", before, after)
	}
	if before.Runtime == 0 {
		t.Skip("this Linux knows no slices of threads")
	}
	if want := before; during.Runtime != longTurn {
		t.Errorf("a turn lasts %d ns", during.Runtime)
	} else if want.Runtime = longTurn; during != want {
		t.Errorf("more than the slice was changed: %+v, and was %+v", during, before)
	}
}
