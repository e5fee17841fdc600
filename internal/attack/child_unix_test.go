//go:build unix

package attack_test

import (
	"os/exec"
	"syscall"
)

// apart puts what cmd starts into a process group of its own.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killAll ends cmd and all that it has started, which is more than cmd where it is
// another program that runs ferry.
func killAll(cmd *exec.Cmd) { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
