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
	return ""
}

func ncftpCommand(t testing.TB, dir string, tg Target, j Job) invocation {
	log := filepath.Join(dir, "dialogue.log")
	mode := "-F"
	if j.Mode == Active {
		mode = "-E"
	}
	login := []string{"-d", log, "-u", tg.User, "-p", tg.Password, "-P", strconv.Itoa(tg.Port), "-r", "1"}
	scripted := append(login, "-t", "20", mode)
	inv := invocation{log: log}
	var name string
	switch j.Op {
	case Upload:
		name, inv.args = "ncftpput", append(scripted, "-V", "-C", tg.Host, j.Local, j.Remote)
	case ResumeUpload:
		name, inv.args = "ncftpput", append(scripted, "-V", "-z", "-C", tg.Host, j.Local, j.Remote)
	case Download:
		name, inv.args = "ncftpget", append(scripted, "-V", "-Z", "-C", tg.Host, j.Remote, j.Local)
	case ResumeDownload:
		name, inv.args = "ncftpget", append(scripted, "-V", "-z", "-C", tg.Host, j.Remote, j.Local)
	case List:
		name, inv.args = "ncftpls", append(scripted, "-l", "ftp://"+tg.Host+"/"+j.Remote+"/")
	case Rename:
		name, inv.args = "ncftp", append(login, tg.Host)
		inv.stdin = "cd " + path.Dir(j.Remote) + "\nrename " + path.Base(j.Remote) + " " + path.Base(j.To) + "\nquit\n"
	case Delete:
		name, inv.args = "ncftp", append(login, tg.Host)
		inv.stdin = "cd " + path.Dir(j.Remote) + "\nrm " + path.Base(j.Remote) + "\nquit\n"
	}
	inv.path = Require(t, name, "ncftp")
	return inv
}
