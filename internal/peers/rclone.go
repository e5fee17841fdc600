package peers

import (
	"strconv"
	"strings"
	"testing"
)

// rclone returns the client rclone(1).
func rclone() Client {
	return program{name: "rclone", pkg: "rclone", sent: "FTP Tx: ", cannot: rcloneCannot, command: rcloneCommand}
}

func rcloneCannot(c Cell) string {
	return ""
}

func rcloneCommand(t testing.TB, dir string, tg Target, j Job) invocation {
	path := Require(t, "rclone", "rclone")
	obscured, _ := run(t, dir, invocation{path: path, args: []string{"obscure", tg.Password}})
	remote := func(name string) string { return ":ftp:" + name }
	args := map[Op][]string{
		Upload:   {"copyto", j.Local, remote(j.Remote)},
		Download: {"copyto", remote(j.Remote), j.Local},
		List:     {"lsl", remote(j.Remote)},
		Rename:   {"moveto", remote(j.Remote), remote(j.To)},
		Delete:   {"deletefile", remote(j.Remote)},
	}[j.Op]
	return invocation{
		path: path,
		args: append(args, "--config", "", "-vv", "--dump", "headers", "--retries", "1", "--low-level-retries", "1", "--contimeout", "10s", "--timeout", "20s"),
		env: []string{
			"RCLONE_FTP_HOST=" + tg.Host,
			"RCLONE_FTP_PORT=" + strconv.Itoa(tg.Port),
			"RCLONE_FTP_USER=" + tg.User,
			"RCLONE_FTP_PASS=" + strings.TrimSpace(obscured),
		},
	}
}
