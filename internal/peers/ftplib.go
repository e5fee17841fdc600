package peers

import (
	_ "embed"
	"strconv"
	"testing"
)

//go:embed ftplib_do.py
var ftplibScript string

// ftplib returns the client in Python's standard library.
func ftplib() Client {
	return program{name: "ftplib", pkg: "python3", sent: "*cmd* '", command: ftplibCommand}
}

func ftplibCommand(t testing.TB, _ string, tg Target, j Job) invocation {
	return invocation{
		path: Require(t, python, "python3"),
		args: []string{"-I", "-c", ftplibScript, tg.Host, strconv.Itoa(tg.Port), tg.User, tg.Password,
			string(j.Op), string(j.Mode), j.Local, j.Remote, j.To, strconv.FormatInt(j.Offset, 10)},
	}
}
