package cost_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// TestTimerSlack: the threads of a server may sleep longer than they ask for. To be woken for
// nothing, one of the runtime's took a sixth of all time that small files took.
func TestTimerSlack(t *testing.T) {
	cmd := exec.Command(ownProgram(t), "serve", "--listen", loopback()+":0", t.TempDir())
	_, end := launch(t, t.TempDir(), cmd)
	defer end()
	tasks := fmt.Sprintf("/proc/%d/task", cmd.Process.Pid)
	threads, err := os.ReadDir(tasks)
	check(t, err)
	seen := 0
	for _, id := range threads {
		slack, err := os.ReadFile("/proc/" + id.Name() + "/timerslack_ns")
		switch {
		case errors.Is(err, fs.ErrPermission):
			t.Skip("to look at threads of others takes CAP_SYS_NICE")
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ESRCH): // the thread has ended
			continue
		}
		check(t, err)
		if seen++; strings.TrimSpace(string(slack)) != "1000000" {
			t.Errorf("a thread's slack is %q ns", slack)
		}
	}
	if seen == 0 {
		t.Error("no thread was seen")
	}
}
