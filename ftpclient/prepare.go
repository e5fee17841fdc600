package ftpclient

import (
	"context"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// virtualHost says which host the server is to be (HOST; RFC 7151, 3). A server
// that does not know the command is one host alone; some of these want the login
// before anything they do not know (530). Any other refusal of Options.VirtualHost ends
// the login, as the user would get another's files. If it is only the name by which
// the server was reached, which may be one that it has never heard of (a tunnel, an
// alias), the server is used as it is.
func (c *Conn) virtualHost(ctx context.Context) error {
	if c.o.Proxy != nil && c.o.Proxy.Kind == ProxyFTP {
		if c.o.VirtualHost != "" {
			c.o.Log.Warn("through a proxy that speaks FTP no virtual host can be asked for (HOST)", "host", c.o.VirtualHost)
		}
		return nil // it is not the server that would hear it
	}
	name, asked := c.o.VirtualHost, true
	if name == "" {
		name, asked = c.o.nameOfServer(), false
	}
	if name == "" || !c.srv.has("HOST") {
		return nil
	}
	q := newRequest("HOST", name)
	if err := c.exchange(ctx, q); err != nil {
		return err
	}
	err := q.err()
	unknown := refusedVerb(err) || q.reply.Code == ftp.CodeNotLoggedIn
	switch {
	case err == nil || asked && !unknown || q.reply.Code == ftp.CodeClosing:
		return err
	case asked:
		c.o.Log.Warn("the server knows no virtual hosts (HOST)", "host", name, "reply", q.reply.String())
	case unknown:
		c.o.Log.Info("the server knows no virtual hosts (HOST)", "reply", q.reply.String())
		c.srv.distrust("HOST")
	default:
		c.o.Log.Warn("the server does not take the name by which it was reached (HOST), and is used as it is", "host", name, "reply", q.reply.String())
		c.srv.distrust("HOST")
	}
	return nil
}

// nameOfServer is the domain name by which the server is reached, in ASCII and without
// a dot at its end; "" if it is reached by an address, or is not to be told.
func (s *settings) nameOfServer() string {
	if s.NoVirtualHost {
		return ""
	}
	name, addr, err := ftp.ParseHost(strings.TrimSuffix(s.host, "."))
	if err != nil || addr.IsValid() {
		return ""
	}
	return name
}

// language asks for replies in a language (LANG; RFC 2640, 4), before the login, so
// that what is said about it is in that language already. It reports false where
// the server wants the login first. To be refused is no failure.
func (c *Conn) language(ctx context.Context, in bool) (settled bool, err error) {
	if c.o.Lang == "" || !c.srv.has("LANG") {
		return true, nil
	}
	q := newRequest("LANG", c.o.Lang)
	if err := c.exchange(ctx, q); err != nil {
		return false, err
	}
	switch q.reply.Code {
	case ftp.CodeNotLoggedIn, ftp.CodeBadSequence:
		if !in {
			return false, nil
		}
	}
	if err := q.err(); err != nil {
		c.o.Log.Warn("the server does not speak the language", "language", c.o.Lang, "reply", q.reply.String())
	}
	return true, nil
}

// prepare sets up a connection that has logged in.
func (c *Conn) prepare(ctx context.Context) error {
	var list []*request
	// An account may be for single commands, some of which cannot say so: RFC 959
	// has 532 for those alone that store a file.
	acct := newRequest("ACCT", c.o.Account)
	if c.o.Account != "" && !c.accounted {
		list = append(list, acct)
	}
	facts := wantedFacts(c.srv.features())
	if facts != "" && c.srv.has("OPTS") {
		list = append(list, newRequest("OPTS", "MLST "+facts))
	}
	all := newRequest("EPSV", "ALL")
	if c.o.Data == DataEPSVAll {
		list = append(list, all)
	}
	mount := newRequest("SMNT", c.o.Mount)
	if c.o.Mount != "" {
		list = append(list, mount)
	}
	if err := c.exchange(ctx, list...); err != nil {
		return err
	}
	c.accounted = c.accounted || acct.reply.Code.OK()
	for _, q := range []*request{all, mount} {
		if q.reply.IsZero() {
			continue
		}
		if err := q.err(); err != nil {
			return err
		}
	}
	if c.o.TLS.ClearControl && c.protected() {
		if err := c.ClearControl(ctx); err != nil {
			return err
		}
	}
	if mount.reply.Code == ftp.CodeSuperfluous {
		c.o.Log.Warn("the server has nothing to mount (SMNT)", "tree", c.o.Mount, "reply", mount.reply.String())
	}
	return nil
}

// clientID is what a server with CSID is told
// (draft-peterson-streamlined-ftp-command-extensions-05).
const clientID = "Name=ferry; Version=1;"

// identify asks a server with CSID once for what it says of itself in exchange for
// the client's name. CLNT is never sent: nothing comes back.
func (c *Conn) identify(ctx context.Context) error {
	if !c.srv.wantID() {
		return nil
	}
	r, err := c.ask(ctx, "CSID", clientID)
	if err == nil {
		c.srv.learnID(r)
	}
	return err
}

func (s *server) wantID() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.named && s.feats.Has("CSID") && !s.verbs["CSID"].refused
}

// learnID takes the reply to CSID, as in "Name=x; CaseSensitive=0; DirSep=/;".
func (s *server) learnID(r ftp.Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.named = true
	if !r.Code.OK() {
		return
	}
	for field := range strings.SplitSeq(r.Text(), ";") {
		name, value, _ := strings.Cut(strings.Trim(field, " "), "=")
		if strings.EqualFold(name, "CaseSensitive") {
			s.folding = value == "0"
		}
	}
}
