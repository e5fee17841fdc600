package peers

import (
	"path"
	"path/filepath"
	"strconv"
	"testing"
)

// ncftp returns NcFTP: its programs for scripts where there is one for the
// operation, else the interactive one.
func ncftp() Client {
	return program{name: "ncftp", pkg: "ncftp", sent: "Cmd: ", cannot: ncftpCannot, command: ncftpCommand}
}

func ncftpCannot(c Cell) string {
	if c.Family == IPv6 {
		return "NcFTP 3.2.6 has no IPv6: `ncftpput ::1` says \"::1: unknown host\" (it resolves names by gethostbyname(3)), `ncftpls ftp://[::1]/` says \"Malformed URL\""
	}
	return ""
}

func ncftpCommand(t testing.TB, dir string, tg Target, j Job) invocation {
	login := []string{"-u", tg.User, "-p", tg.Password, "-P", strconv.Itoa(tg.Port)}
	if j.Mode == Control {
		do := "rename " + path.Base(j.Remote) + " " + path.Base(j.To)
		if j.Op == Delete {
			do = "rm " + path.Base(j.Remote)
		}
		return invocation{
			path:  Require(t, "ncftp", "ncftp"),
			args:  append(login, tg.Host),
			stdin: "cd " + path.Dir(j.Remote) + "\n" + do + "\nquit\n",
		}
	}

	log := filepath.Join(dir, "dialogue.log")
	args := append(login, "-d", log, "-r", "1", "-t", "20")
	if j.Mode == Active {
		args = append(args, "-E")
	} else {
		args = append(args, "-F")
	}
	var name string
	switch j.Op {
	case Upload:
		name, args = "ncftpput", append(args, "-V", "-C", tg.Host, j.Local, j.Remote)
	case ResumeUpload:
		// Without -s, NcFTP 3.2.6 calls sendfile(2) with offset 0 after a
		// REST: it sends the whole file where the rest is due.
		name, args = "ncftpput", append(args, "-V", "-s", "-z", "-C", tg.Host, j.Local, j.Remote)
	case Download:
		name, args = "ncftpget", append(args, "-V", "-Z", "-C", tg.Host, j.Remote, j.Local)
	case ResumeDownload:
		name, args = "ncftpget", append(args, "-V", "-z", "-C", tg.Host, j.Remote, j.Local)
	case List:
		name, args = "ncftpls", append(args, "-l", "ftp://"+tg.Host+"/"+j.Remote+"/")
	}
	return invocation{path: Require(t, name, "ncftp"), args: args, log: log}
}
