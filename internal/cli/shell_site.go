package cli

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
)

// site is a server that the shell is connected to, or jobs of it are.
type site struct {
	client  *ftpclient.Client
	options *ftpclient.Options
	url     remoteURL // of the root of its names, with the user who is logged in

	// home is the folder that the login leads to. Where absolute is not set, the paths
	// of the server do not begin with a slash, or it does not tell: then home is ".",
	// and all names are below it.
	home     string
	absolute bool

	uses     atomic.Int32 // how many shells and jobs use it
	listings listings     // for completion
}

// connect connects to the server of t and logs in.
func connect(ctx context.Context, t *target) (*site, error) {
	s := &site{options: t.options, url: t.url, home: "."}
	s.options.Root = "/"
	s.url.Path, s.url.Folder, s.url.Type, s.url.HasPassword, s.url.Password = ".", true, 0, false, ""
	s.client = ftpclient.New(t.url.Addr(), s.options)
	dir, err := workingDir(ctx, s.client)
	if err != nil {
		s.client.Close()
		return nil, err
	}
	if charset := s.options.Charset; !charset.IsUTF8() && !utf8.ValidString(dir) {
		if text, ok := charset.Decode(dir); ok {
			dir = text
		}
	}
	if s.absolute = strings.HasPrefix(dir, "/"); s.absolute {
		s.home = below(".", dir)
	} else {
		s.options.Root = ""
		s.renew()
	}
	s.url.Absolute, s.url.home = s.absolute, s.home
	s.uses.Store(1)
	return s, nil
}

// workingDir returns the folder that the login leads to, in the octets of the server;
// "" where it does not tell.
func workingDir(ctx context.Context, cl *ftpclient.Client) (string, error) {
	r, err := cl.Do(ctx, "PWD")
	if noVerb(err) {
		r, err = cl.Do(ctx, "XPWD") // RFC 1123, 4.1.3.1
	}
	if noVerb(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	dir, _ := ftp.UnquotePath(r.Text())
	return dir, nil
}

// noVerb reports whether err is the refusal of PWD for good.
func noVerb(err error) bool {
	var refused *ftpclient.ReplyError
	return errors.As(err, &refused) && strings.HasSuffix(refused.Command, "PWD") && refused.Reply.Code.Permanent()
}

// renew has another Client, as the options are now. Connections are made when they are
// needed.
func (s *site) renew() {
	s.client.Close()
	s.client = ftpclient.New(s.url.Addr(), s.options)
}

// with returns a site of the same server and user with other options.
func (s *site) with(change func(*ftpclient.Options)) *site {
	o := *s.options
	change(&o)
	n := &site{options: &o, url: s.url, home: s.home, absolute: s.absolute}
	n.client = ftpclient.New(n.url.Addr(), n.options)
	n.uses.Store(1)
	return n
}

// use and leave count who uses the site. The last one closes it.
func (s *site) use() *site {
	if s != nil {
		s.uses.Add(1)
	}
	return s
}

func (s *site) leave() {
	if s != nil && s.uses.Add(-1) == 0 {
		s.client.Close()
	}
}

// full is the path of a name as the server has it.
func (s *site) full(name string) string {
	switch {
	case !s.absolute:
		return name
	case name == ".":
		return "/"
	}
	return "/" + name
}

// at returns the server as the commands of ferry take it, at a name.
func (s *site) at(p remotePath) *remote {
	u := s.url
	u.Path, u.Folder = p.name, p.folder || p.name == "."
	return &remote{s.client, u}
}
