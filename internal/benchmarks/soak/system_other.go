//go:build !unix

package soak

import (
	"os"
	"os/exec"
)

// asked is never sent: no server tells of itself here.
var asked = os.Interrupt

func apart(*exec.Cmd) {}

func setWindow(uintptr, int) error { return nil }
