// Command ferry serves and fetches files by FTP. "ferry help" says how.
package main

import (
	"os"
	_ "time/tzdata" // for --list-tz where the system has no zones

	"github.com/seed-6092453b/ferry/internal/cli"
)

func main() { os.Exit(cli.Main()) }
