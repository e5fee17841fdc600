package peers

import (
	"path/filepath"
	"strconv"
	"testing"
)

// lftp returns the client lftp(1).
func lftp() Client {
	return program{name: "lftp", pkg: "lftp", sent: "---> ", cannot: lftpCannot, command: lftpCommand}
}

func lftpCannot(c Cell) string {
	if c.Mode == Active && c.Family == IPv6 {
		return "lftp 4.9.2 sends `EPRT |2|::|port|` on loopback: its src/ftpclass.cc leaves a data socket unbound where peer_sa.is_loopback(), " +
			"and puts the control connection's address in place of the missing one for PORT, not for EPRT"
	}
	return ""
}

func lftpCommand(t testing.TB, dir string, tg Target, j Job) invocation {
	log := filepath.Join(dir, "dialogue.log")
	do := map[Op]string{
		Upload:         "put " + j.Local + " -o " + j.Remote,
		ResumeUpload:   "put -c " + j.Local + " -o " + j.Remote,
		Download:       "get " + j.Remote + " -o " + j.Local,
		ResumeDownload: "get -c " + j.Remote + " -o " + j.Local,
		List:           "ls " + j.Remote,
		Rename:         "mv " + j.Remote + " " + j.To,
		Delete:         "rm " + j.Remote,
	}[j.Op]
	script := "debug -o " + log + " 5\n" +
		"set cmd:fail-exit yes\n" +
		"set net:timeout 10\n" +
		"set net:max-retries 2\n" +
		"set ftp:passive-mode " + strconv.FormatBool(j.Mode != Active) + "\n" +
		"open -u " + tg.User + "," + tg.Password + " " + tg.URL("") + "\n" +
		do + "\n"
	return invocation{path: Require(t, "lftp", "lftp"), args: []string{"--norc", "-c", script}, log: log}
}
