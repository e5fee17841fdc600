package cli

import (
	"context"
	"strings"

	"github.com/seed-6092453b/ferry/internal/trees"
)

type cpCmd struct {
	URL       string `arg:"" name:"url" help:"The file to copy, or with -r the folder."`
	To        string `arg:"" name:"to" help:"Where to: NAME stays in the same folder, /PATH begins where the path of the URL begins, a URL may be of another server. An existing folder takes the file in. With -r: the folder that is to hold what the other holds."`
	Recursive bool   `short:"r" help:"Copy a folder with all that is in it."`
	FXP       bool   `name:"fxp" xor:"fxp" help:"Between two servers: have the one send straight to the other, if they are willing; else the files come through here. With TLS they are protected on their way, but no server makes sure who the other is."`
	FXPOnly   bool   `name:"fxp-only" xor:"fxp" help:"As --fxp, but fail where the servers are not willing."`
	Verify    bool   `help:"Have the servers compute a hash of each file and of its copy, and compare the two. Whatever is there already is not looked at."`
	transferFlags
}

func (cpCmd) Help() string {
	return `Examples:

    ferry cp ftp://bob@host/a.txt b.txt
    ferry cp ftp://bob@host/a.txt ftp://bob@host/old/
    ferry cp ftp://bob@host/a.txt ftps://eve@mirror/a.txt     to another server
    ferry cp -r --fxp ftp://bob@host/pub ftp://eve@mirror/pub

On one server: one that can copies by itself; else what is read comes through here and is written again, as it does between two servers. After a cut the same command goes on where it was, and a file that is there already, with the same size and time, is skipped. What is needed for that is remembered in ${XDG_STATE_HOME:-~/.local/state}/ferry.

The flags are for both servers, and so is a password that no URL holds.`
}

func (c *cpCmd) Run(s *stdio) error {
	from, to, err := c.ends()
	if err != nil {
		return err
	}
	ctx, stop := interruptible()
	defer stop()
	same := from.server() == to.server()
	conns := c.Parallel
	if same {
		conns *= 2 // to read and to write
	}
	src, err := c.open(ctx, s, c.URL, conns)
	if err != nil {
		return err
	}
	defer src.Close()
	dst := &remote{src.Client, to}
	dst.url.User = src.url.User
	if !same {
		if dst, err = c.open(ctx, s, c.To, conns); err != nil {
			return err
		}
		defer dst.Close()
	}
	return c.outcome(ctx, s, dst, src, "copied", func(job *trees.Copier) error {
		defer remember(ctx, s, job)()
		c.shorten(s, job, dst, src, same)
		return c.copy(ctx, job, dst, src)
	})
}

// ends returns what is copied, and where to.
func (c *cpCmd) ends() (from, to remoteURL, err error) {
	if from, err = parseURL(c.URL); err != nil {
		return from, to, err
	}
	if from.Folder && !c.Recursive {
		return from, to, usagef("%s is a folder: add -r to copy all that is in it", from)
	}
	if to, err = c.target(from); err != nil {
		return from, to, err
	}
	return from, to, c.apart(from, to)
}

// apart refuses to copy a folder into itself.
func (c *cpCmd) apart(from, to remoteURL) error {
	if c.Recursive && from.server() == to.server() && (from.Path == "." || strings.HasPrefix(to.Path+"/", from.Path+"/")) {
		return usagef("%s lies in %s: a folder cannot be copied into itself", to, from)
	}
	return nil
}

// target returns where the copy goes.
func (c *cpCmd) target(from remoteURL) (to remoteURL, err error) {
	if strings.Contains(c.To, "://") {
		return parseURL(c.To)
	}
	to = from
	to.Path, to.Folder, err = beside(from, c.To)
	return to, err
}

// server is what two URLs have in common whose files one login reaches.
func (u remoteURL) server() string {
	u.Path, u.Folder, u.Type = ".", false, 0
	return u.String()
}

func (c *cpCmd) copy(ctx context.Context, job *trees.Copier, dst, src *remote) error {
	job.Local, job.Path = src, src.url.Of
	if c.Recursive {
		info, err := src.Stat(ctx, src.url.Path)
		if err != nil {
			return err
		}
		if info.IsDir() {
			return told(job.PutTree(ctx, src.url.Path, dst.url.Path))
		}
	}
	target, err := into(ctx, dst, dst.url.Path, dst.url.Folder, src.url.base())
	if err != nil {
		return err
	}
	return told(job.Put(ctx, src.url.Path, target))
}
