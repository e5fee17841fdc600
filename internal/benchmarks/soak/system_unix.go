//go:build unix

package soak

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// asked has a server tell what it holds.
const asked = unix.SIGUSR2

// apart keeps signals from a process that are for this one.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// setWindow bounds what the system keeps of what comes in.
func setWindow(fd uintptr, octets int) error {
	return unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, octets)
}
