package peers

import (
	"fmt"
	"testing"
)

// tnftp returns the client tnftp(1), the ftp of NetBSD.
func tnftp() Client {
	return program{name: "tnftp", pkg: "tnftp", sent: "---> ", command: tnftpCommand}
}

func tnftpCommand(t testing.TB, _ string, tg Target, j Job) invocation {
	args := []string{"-n", "-i", "-v", "-d", "-q", "20"}
	if j.Mode == Active {
		args = append(args, "-A")
	}
	do := map[Op]string{
		Upload:         fmt.Sprintf("put %s %s", j.Local, j.Remote),
		ResumeUpload:   fmt.Sprintf("restart %d\nput %s %s", j.Offset, j.Local, j.Remote),
		Download:       fmt.Sprintf("get %s %s", j.Remote, j.Local),
		ResumeDownload: fmt.Sprintf("reget %s %s", j.Remote, j.Local),
		List:           fmt.Sprintf("ls %s", j.Remote),
		Rename:         fmt.Sprintf("rename %s %s", j.Remote, j.To),
		Delete:         fmt.Sprintf("delete %s", j.Remote),
	}[j.Op]
	return invocation{
		path: Require(t, "tnftp", "tnftp"),
		args: args,
		stdin: fmt.Sprintf("open %s %d\nuser %s %s\nbinary\n%s\nquit\n",
			tg.Host, tg.Port, tg.User, tg.Password, do),
	}
}
