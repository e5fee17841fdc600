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
	switch {
	case c.Mode == Active:
		return "rclone has no active mode: its backend/ftp uses github.com/jlaffaye/ftp, whose getDataConnPort sends EPSV or PASV and nothing else"
	case c.Op == ResumeUpload:
		return "rclone uploads whole files: `Update` in its backend/ftp/ftp.go calls `Stor`, which has no offset"
	}
	return ""
}

func rcloneCommand(t testing.TB, dir string, tg Target, j Job) invocation {
	path := Require(t, "rclone", "rclone")
	obscured, _ := run(t, dir, invocation{path: path, args: []string{"obscure", tg.Password}})
	host := tg.Host
	if host == IPv6.Host() {
		// It puts host and port together with no more than a colon.
		host = "[" + host + "]"
	}
	remote := func(name string) string { return ":ftp:" + name }
	inv := invocation{path: path}
	if j.Op == ResumeDownload {
		inv.appendTo = j.Local
	}
	args := map[Op][]string{
		Upload:   {"copyto", j.Local, remote(j.Remote)},
		Download: {"copyto", remote(j.Remote), j.Local},
		List:     {"lsf", remote(j.Remote)},
		Rename:   {"moveto", remote(j.Remote), remote(j.To)},
		Delete:   {"deletefile", remote(j.Remote)},
		// The way to continue a download is to append the rest.
		ResumeDownload: {"cat", "--offset", strconv.FormatInt(j.Offset, 10), remote(j.Remote)},
	}[j.Op]
	inv.args = append(args, "--config", "", "-vv", "--dump", "headers",
		"--retries", "1", "--low-level-retries", "1", "--contimeout", "10s", "--timeout", "20s")
	inv.env = []string{
		"RCLONE_FTP_HOST=" + host,
		"RCLONE_FTP_PORT=" + strconv.Itoa(tg.Port),
		"RCLONE_FTP_USER=" + tg.User,
		"RCLONE_FTP_PASS=" + strings.TrimSpace(obscured),
	}
	return inv
}
