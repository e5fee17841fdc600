package main

import (
	"strconv"
	"testing"
)

// library is a Go library by which programs fetch files; see internal/benchmarks/rival/fetch.
const library = "jlaffaye/ftp"

// fetcher is the program at path that is written around it.
func fetcher(path string) rival {
	return rival{
		name: library,
		cannot: func(r row) string {
			if r.Up || r.TLS || r.Shape != "tree" {
				return "a library, of which downloads of folders alone are measured"
			}
			return ""
		},
		command: func(_ testing.TB, j job) program {
			return program{path: path, args: []string{j.addr(), j.User, j.Password, j.Remote, j.Local, strconv.Itoa(j.Conns)}}
		},
		notes: "A program of a hundred lines around the library, which does nothing besides: what comes goes to the names itself.",
	}
}
