package peers

import "testing"

// curl returns the client curl(1). It renames and deletes by commands of the
// protocol, given with --quote.
func curl() Client {
	return program{name: "curl", pkg: "curl", sent: "> ", command: curlCommand}
}

func curlCommand(t testing.TB, _ string, tg Target, j Job) invocation {
	args := []string{"--disable", "--silent", "--show-error", "--verbose", "--globoff",
		"--max-time", "30", "--user", tg.User + ":" + tg.Password}
	if j.Mode == Active {
		// Announce the address of the control connection.
		args = append(args, "--ftp-port", "-")
	}
	switch j.Op {
	case Upload:
		args = append(args, "--upload-file", j.Local, tg.URL(j.Remote))
	case ResumeUpload:
		args = append(args, "--continue-at", "-", "--upload-file", j.Local, tg.URL(j.Remote))
	case Download:
		args = append(args, "--output", j.Local, tg.URL(j.Remote))
	case ResumeDownload:
		args = append(args, "--continue-at", "-", "--output", j.Local, tg.URL(j.Remote))
	case List:
		args = append(args, tg.URL(j.Remote+"/"))
	case Rename:
		args = append(args, "--head", "--quote", "RNFR "+j.Remote, "--quote", "RNTO "+j.To, tg.URL(""))
	case Delete:
		args = append(args, "--head", "--quote", "DELE "+j.Remote, tg.URL(""))
	}
	return invocation{path: Require(t, "curl", "curl"), args: args}
}
