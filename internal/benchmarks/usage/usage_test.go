package usage

import (
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"
)

// TestTree has a shell whose children have ended, run, and have children in turn.
func TestTree(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("there is no /proc")
	}
	burn := `i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done`
	cmd := exec.Command("sh", "-c", `echo begun; read go; (`+burn+`); (`+burn+`; read x; :) & (sh -c '`+burn+`; echo done; cat; :'); wait`)
	in, err := cmd.StdinPipe()
	check(t, err)
	out, err := cmd.StdoutPipe()
	check(t, err)
	check(t, cmd.Start())
	defer cmd.Wait()
	defer in.Close()
	read := func() {
		t.Helper()
		if n, err := out.Read(make([]byte, 100)); err != nil || n == 0 {
			t.Fatal(n, err)
		}
	}
	read()
	m := New(cmd.Process.Pid)
	defer m.Close()
	before, alone, open := m.CPU(), m.PSS(), m.Descriptors()
	if n := m.Threads(); n != 1 || open < 3 {
		t.Errorf("a shell has %d threads and %d descriptors", n, open)
	}
	if alone <= 0 {
		t.Errorf("a shell takes %d octets", alone)
	}
	_, err = in.Write([]byte("go\n"))
	check(t, err)
	read()
	used := m.CPU() - before
	if n := m.Processes(); n < 2 || used < 30*time.Millisecond || used > time.Minute {
		t.Errorf("%d processes used %v (exact: %v)", n, used, m.Exact())
	}
	// Each has one thread; some begin or end meanwhile.
	some, n, others := m.Processes(), m.Threads(), m.Processes()
	if more := m.Descriptors(); n < min(some, others) || n > max(some, others) || more < open+3 {
		t.Errorf("%d threads of %d to %d processes, and %d descriptors with children, %d without", n, some, others, more, open)
	}
	if more := m.PSS(); more <= alone {
		t.Errorf("%d octets with children, %d without", more, alone)
	}
	// What the processes say of themselves is the same, less those that nobody has waited
	// for yet, and but for hundredths.
	if by := (&Meter{root: cmd.Process.Pid}).CPU(); by < used/2 {
		t.Errorf("%v by process, %v by %+v", by, used, m)
	}
}

func TestGone(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	check(t, cmd.Run())
	m := New(cmd.Process.Pid)
	defer m.Close()
	if n := m.Processes(); n != 0 {
		t.Errorf("%d processes below one that has ended", n)
	}
	if m.CPU() != 0 || m.PSS() != 0 {
		t.Error(m.CPU(), m.PSS())
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
