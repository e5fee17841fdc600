package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/internal/peers"
)

func curl() rival {
	return rival{
		name: "curl", pkg: "curl",
		cannot: func(r row) string {
			if r.Shape == "big" {
				return oneConnection(r)
			}
			return ""
		},
		command: curlCommand,
		notes: "It does not find out what there is: it is given the list of names, and so has no listing to do. " +
			"`ignore-content-length` saves it a SIZE for each file. Over loopback a NOOP is sent before each: " +
			"where a reply comes at once, curl 7.88 goes on when one of its timers ends, in 200 ms or a second.",
	}
}

func curlCommand(t testing.TB, j job) program {
	var config strings.Builder
	fmt.Fprintf(&config, "silent\nshow-error\nfail-early\ngloboff\nhappy-eyeballs-timeout-ms = 10\nignore-content-length\nuser = \"%s:%s\"\n", j.User, j.Password)
	if j.RTT == 0 {
		config.WriteString("quote = \"NOOP\"\n")
	}
	method := "nocwd"
	if j.Up && j.what.Folders > 0 {
		// Folders are made where a CWD fails.
		method = "singlecwd"
		config.WriteString("ftp-create-dirs\n")
	}
	fmt.Fprintf(&config, "ftp-method = %s\n", method)
	if j.TLS {
		fmt.Fprintf(&config, "ssl-reqd\ncacert = %q\n", j.CA)
	}
	for _, name := range j.what.names() {
		fmt.Fprintf(&config, "url = %q\n", j.url("ftp", name))
		if j.Up {
			fmt.Fprintf(&config, "upload-file = %q\n", j.file(name))
		} else {
			fmt.Fprintf(&config, "output = %q\n", j.file(name))
		}
	}
	args := []string{"--disable"}
	if j.Conns > 1 {
		args = append(args, "--parallel", "--parallel-immediate", "--parallel-max", fmt.Sprint(j.Conns))
	}
	if !j.Up {
		args = append(args, "--create-dirs")
	}
	return program{path: peers.Require(t, "curl", "curl"), args: append(args, "--config", "-"), stdin: config.String()}
}
