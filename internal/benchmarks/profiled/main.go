//go:build unix

// Command profiled is ferry, and tells of itself besides: it writes a profile of its
// processor time to the file that FERRY_PROFILE names, from one signal SIGUSR1 to the next, and
// what it holds to the file that FERRY_HELD names, a line for each signal SIGUSR2. It is for
// measurements.
package main

import (
	"fmt"
	"os"
	_ "time/tzdata" // as in cmd/ferry

	"github.com/seed-6092453b/ferry/internal/cli"
)

func main() {
	for name, begin := range map[string]func(*os.File){"FERRY_PROFILE": profile, "FERRY_HELD": tell} {
		path := os.Getenv(name)
		if path == "" {
			continue
		}
		// The file is opened at once: later the kernel keeps ferry from all but what it serves.
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
		if err != nil {
			complain(err)
			os.Exit(1)
		}
		begin(f)
	}
	os.Exit(cli.Main())
}

func complain(err error) { fmt.Fprintln(os.Stderr, "profiled:", err) }
