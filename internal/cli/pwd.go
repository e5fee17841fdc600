package cli

import "fmt"

type pwdCmd struct {
	URL string `arg:"" name:"url" help:"The folder; a server alone stands for the one that the login leads to."`
	remoteFlags
}

func (pwdCmd) Help() string {
	return `Example:

    ferry pwd ftp://bob@host/

The path is what the server calls the folder, from its root. In a URL it begins with %2F: see ferry help urls.`
}

func (c *pwdCmd) Run(s *stdio) error {
	ctx, stop := interruptible()
	defer stop()
	conn, t, err := c.dial(ctx, s, c.URL)
	if err != nil {
		return err
	}
	defer conn.Quit(ctx)
	if err := changeTo(ctx, conn, t.url); err != nil {
		return err
	}
	dir, err := conn.WorkingDir(ctx)
	if err != nil {
		return err
	}
	if s.outTerminal() {
		dir = printable(dir)
	}
	_, err = fmt.Fprintln(s.out, dir)
	return err
}
