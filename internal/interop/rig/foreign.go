package rig

import (
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/internal/peers"
)

// Lftp is lftp doing these commands once it is connected.
func Lftp(t testing.TB, tg peers.Target, do ...string) Invocation {
	t.Helper()
	script := append([]string{
		"set cmd:fail-exit yes",
		"set net:timeout 60",
		"open -u " + tg.User + "," + tg.Password + " " + tg.URL(""),
	}, do...)
	return Invocation{Path: peers.Require(t, "lftp", "lftp"), Args: []string{"--norc", "-c", strings.Join(script, "\n")}}
}

// Curl is curl with these arguments, going on where a file ends if it is there.
func Curl(t testing.TB, tg peers.Target, args ...string) Invocation {
	t.Helper()
	return Invocation{Path: peers.Require(t, "curl", "curl"), Args: append([]string{
		"--disable", "--silent", "--show-error", "--user", tg.User + ":" + tg.Password,
		"--continue-at", "-"}, args...)}
}
