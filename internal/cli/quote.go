package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
)

type quoteCmd struct {
	URL     string   `arg:"" name:"url" help:"The server, or a folder there to change to first."`
	Command []string `arg:"" name:"command" sep:"none" help:"FTP commands, each with its argument in one word, sent one after the other over one connection."`
	remoteFlags
}

func (quoteCmd) Help() string {
	return `Examples:

    ferry quote ftp://bob@host/ STAT
    ferry quote ftp://bob@host/docs/ 'SITE WHO' 'SITE UMASK 027' HELP

The replies are written as they come, and a refusal ends it. Commands that need a data connection, or that change what is sent from then on (AUTH, CCC), are not sent.`
}

func (c *quoteCmd) Run(s *stdio) error {
	for _, line := range c.Command {
		if err := quotable(line); err != nil {
			return err
		}
	}
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
	for _, line := range c.Command {
		verb, arg, hasArg := strings.Cut(line, " ")
		var args []string
		if hasArg {
			args = []string{arg}
		}
		replies, err := conn.DoAll(ctx, verb, args...)
		for _, r := range replies {
			if werr := writeReply(s, r); werr != nil {
				return werr
			}
		}
		var refused *ftpclient.ReplyError
		if errors.As(err, &refused) {
			return told(err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// quotable refuses what is no command, and what needs more than its reply.
func quotable(line string) error {
	if strings.ContainsAny(line, "\r\n\x00") || strings.Trim(line, " ") == "" {
		return usagef("%q is no FTP command", line)
	}
	verb, _, _ := strings.Cut(line, " ")
	verb = strings.ToUpper(verb)
	if row := ftp.Lookup(verb); row != nil && row.Traits.Has(ftp.Transfers) {
		return usagef("%s needs a data connection, which quote does not make: see ferry get, put, ls and thumb", verb)
	}
	return nil
}

// changeTo makes the folder that a URL names the current one.
func changeTo(ctx context.Context, conn *ftpclient.Conn, u remoteURL) error {
	if u.Path == "." && !u.Absolute {
		return nil
	}
	dir := u.Path
	if u.Absolute {
		dir = "/" + strings.TrimPrefix(dir, ".")
	}
	_, err := conn.Do(ctx, "CWD", dir)
	return err
}

// writeReply writes a reply as it came, in lines of its own.
func writeReply(s *stdio, r ftp.Reply) error {
	text := strings.ReplaceAll(strings.TrimSuffix(string(r.AppendWire(nil)), "\r\n"), "\r\n", "\n")
	if s.outTerminal() {
		lines := strings.Split(text, "\n")
		for i := range lines {
			lines[i] = printable(lines[i])
		}
		text = strings.Join(lines, "\n")
	}
	_, err := fmt.Fprintln(s.out, text)
	return err
}
