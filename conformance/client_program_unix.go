//go:build unix

package conformance

import (
	"os/exec"
	"syscall"
)

// ownGroup makes the program the leader of a process group, so that whatever it starts
// ends with it.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup ends the program and all that it has started. They may be gone.
func killGroup(cmd *exec.Cmd) error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

// interruptGroup is Ctrl-C.
func interruptGroup(cmd *exec.Cmd) { syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }

// systemEnv is what no program of the system runs without.
func systemEnv() []string { return nil }
