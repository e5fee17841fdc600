//go:build !unix

package conformance

import (
	"os"
	"os/exec"
)

func ownGroup(*exec.Cmd) {}

func killGroup(cmd *exec.Cmd) error { return cmd.Process.Kill() }

// interruptGroup is the best that there is: Ctrl-C goes to all of a console.
func interruptGroup(cmd *exec.Cmd) { cmd.Process.Kill() }

// systemEnv is what no program of the system runs without.
func systemEnv() []string {
	return []string{"SystemRoot=" + os.Getenv("SystemRoot"), "USERPROFILE=" + os.Getenv("USERPROFILE")}
}
