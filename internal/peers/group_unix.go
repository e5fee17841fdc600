//go:build unix

package peers

import (
	"os/exec"
	"syscall"
)

// ownGroup makes the command the leader of a process group, so that whatever it
// starts ends with it.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// killGroup ends the command and all that it started. The group may be gone.
func killGroup(cmd *exec.Cmd) error {
	return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
}
