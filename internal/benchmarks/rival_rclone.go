package main

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/internal/peers"
)

func rclone() rival {
	return rival{
		name: "rclone", pkg: "rclone",
		cannot:  func(row) string { return "" },
		command: rcloneCommand,
		notes:   "`--no-check-dest` saves it the look at a destination that is empty. Its checkers have connections besides those of the transfers.",
	}
}

func rcloneCommand(t testing.TB, j job) program {
	path := peers.Require(t, "rclone", "rclone")
	obscured, err := exec.Command(path, "obscure", j.Password).Output()
	if err != nil {
		t.Fatal(err)
	}
	from, to := ":ftp:"+j.Remote, j.Local
	if j.Up {
		from, to = to, from
	}
	conns := strconv.Itoa(j.Conns)
	args := []string{"copy", from, to, "--config", "", "--transfers", conns, "--checkers", conns,
		"--no-check-dest", "--retries", "1", "--low-level-retries", "2", "--contimeout", "20s", "--timeout", "60s"}
	if _, big := j.big(); big {
		args = append(args, "--multi-thread-streams", conns)
	}
	return program{path: path, args: args, env: []string{
		"RCLONE_FTP_HOST=" + j.Host,
		"RCLONE_FTP_PORT=" + strconv.Itoa(j.Port),
		"RCLONE_FTP_USER=" + j.User,
		"RCLONE_FTP_PASS=" + strings.TrimSpace(string(obscured)),
		"RCLONE_FTP_EXPLICIT_TLS=" + strconv.FormatBool(j.TLS),
		"SSL_CERT_FILE=" + j.CA,
	}}
}
