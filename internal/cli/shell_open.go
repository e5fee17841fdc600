package cli

import (
	"context"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/shell"
)

// siteCommands are those about the connection.
func siteCommands() []shellCommand {
	return []shellCommand{
		{names: "open connect", args: "[-u USER] [-p PORT] URL", opts: "u:p:", min: 1, max: 2, complete: "o", offline: true,
			help: "Connect to a server, or to a bookmark.", more: "HOST alone is ftp://HOST. A password comes from .netrc, or is asked for; -u USER,PASSWORD is taken, too. A line with a password is not kept in the history.", run: (*shellEnv).open},
		{names: "close disconnect", offline: true,
			help: "Leave the server. Jobs go on.", run: (*shellEnv).close},
		{names: "user", args: "NAME [PASSWORD]", min: 1, max: 2, complete: "-",
			help: "Log in to the same server as somebody else.", run: (*shellEnv).user},
		{names: "bookmark", args: "[add NAME [URL] | delete NAME | list]", max: 3, complete: "/add delete list/bo", offline: true,
			help: "Keep the names of servers and folders; without more, list them.", more: "add NAME keeps where the shell is now. open NAME goes there. Passwords are not kept.", run: (*shellEnv).bookmark},
		{names: "quote", args: "COMMAND...", min: 1, max: -1, complete: "-", changes: true,
			help: "Send an FTP command as it is, and show the replies.", more: "Names in it count from the folder where the shell is. What it sets holds for one of the connections.", run: (*shellEnv).quote},
		{names: "site", args: "COMMAND...", min: 1, max: -1, complete: "-", changes: true,
			help: "Send a command of SITE, as quote SITE does.", run: (*shellEnv).quote},
		{names: "type", args: "[a|i]", max: 1, complete: "/a i/", offline: true,
			help: "Show or choose what files are sent as: a text, i octets.", more: "Text gets the line ends of each side. What is converted cannot be taken up after a cut.", run: (*shellEnv).setType},
		{names: "ascii", max: 0, offline: true,
			help: "Send files as text, as type a.", run: (*shellEnv).setType},
		{names: "binary bin image", max: 0, offline: true,
			help: "Send files as they are, as type i.", run: (*shellEnv).setType},
	}
}

// open connects to the server that the words say. What was open before is left, once
// the other is reached.
func (e *shellEnv) open(ctx context.Context, a shellArgs) error {
	if len(a.words) == 2 { // as in ftp(1): HOST PORT
		if a.has('p') {
			return usagef("the port is given twice")
		}
		a.opts['p'], a.words = a.text(1), a.words[:1]
	}
	raw, marked, err := e.sh.bookmarks.find(a.text(0))
	if err != nil {
		return err
	}
	if !marked {
		raw = a.text(0)
	}
	if !strings.Contains(raw, "://") {
		raw = "ftp://" + raw
	}
	u, err := parseURL(raw)
	if err != nil {
		return err
	}
	if port, ok := a.opts['p']; ok {
		if err := u.parseHost(hostText(u.Host) + ":" + port); err != nil {
			return usagef("%v", err)
		}
	}
	if who, ok := a.opts['u']; ok {
		user, password, has := strings.Cut(who, ",")
		u.User, u.Password, u.HasPassword = user, password, has
	}
	return e.enter(ctx, u, e.sh.flagsFor(u))
}

// hostText is a host as it stands in a URL.
func hostText(host string) string {
	if strings.Contains(host, ":") {
		return "[" + strings.ReplaceAll(host, "%", "%25") + "]"
	}
	return host
}

// enter connects to the server of u and goes to the folder that it names.
func (e *shellEnv) enter(ctx context.Context, u remoteURL, f remoteFlags) error {
	f.Verbose = 0 // the shell shows the dialogue itself, as it is set
	t, err := f.prepareURL(ctx, e.s, u)
	if err != nil {
		return err
	}
	t.options.MaxConns = e.set.parallel + 1
	t.options.Trace = e.sh.trace
	e.set.apply(t.options, u)
	s, err := connect(ctx, t)
	if err != nil {
		return err
	}
	dir := s.home
	switch {
	case u.Absolute && s.absolute:
		dir = u.Path
	case u.Path != ".":
		dir = below(s.home, u.Path)
	}
	if dir != s.home {
		if err := isFolder(ctx, s, dir); err != nil {
			s.leave()
			return err
		}
	}
	e.site.leave()
	e.site, e.dir, e.last = s, dir, ""
	return nil
}

// flagsFor are the flags for a server that is opened. What the command line says of
// logging in is about its server alone: no other is to get its password.
func (sh *ferryShell) flagsFor(u remoteURL) remoteFlags {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	f := sh.flags
	if !sh.named {
		sh.first, sh.named = u, true
	}
	if u.Addr() != sh.first.Addr() {
		f.loginFlags = loginFlags{NetrcFile: f.NetrcFile, noEnv: true}
		f.VirtualHost, f.Mount, f.Pin = "", "", nil
	} else if u.User != "" && u.User != f.User {
		f.loginFlags = loginFlags{NetrcFile: f.NetrcFile, noEnv: u.User != sh.first.User}
	}
	return f
}

func (e *shellEnv) close(context.Context, shellArgs) error {
	if e.site == nil {
		return notConnected()
	}
	e.site.leave()
	e.site, e.dir, e.last = nil, ".", ""
	return nil
}

func (e *shellEnv) user(ctx context.Context, a shellArgs) error {
	u := e.site.url
	u.User, u.Path = a.text(0), "."
	u.Absolute, u.home = false, ""
	if len(a.words) == 2 {
		u.Password, u.HasPassword = a.text(1), true
	}
	return e.enter(ctx, u, e.sh.flagsFor(u))
}

// unquotable are the commands that change the connection that they are sent on, and what
// does the same for all of them.
var unquotable = map[string]string{
	"CWD": "cd", "XCWD": "cd", "CDUP": "cd ..", "XCUP": "cd ..", "TYPE": "type", "USER": "user", "PASS": "user",
	"QUIT": "close", "REIN": "close", "RNFR": "mv", "RNTO": "mv", "REST": "get",
}

func (e *shellEnv) quote(ctx context.Context, a shellArgs) error {
	var words []string
	if a.as == "site" {
		words = append(words, "SITE")
	}
	for _, w := range a.words {
		words = append(words, w.Text)
	}
	line := strings.Join(words, " ")
	if err := quotable(line); err != nil {
		return err
	}
	verb, arg, hasArg := strings.Cut(line, " ")
	verb = strings.ToUpper(verb)
	if instead := unquotable[verb]; instead != "" {
		return usagef("%s would change one of several connections: use %s", verb, instead)
	}
	var args []string
	if hasArg {
		args = []string{arg}
	}
	dir := e.dir
	if dir == e.site.home {
		dir = ""
	}
	replies, err := e.site.client.DoIn(ctx, dir, verb, args...)
	for _, r := range replies {
		if werr := writeReply(e.s, r); werr != nil {
			return werr
		}
	}
	if len(replies) > 0 && err != nil {
		return told(err) // by the server
	}
	return err
}

func (e *shellEnv) setType(_ context.Context, a shellArgs) error {
	kind := a.text(0)
	switch a.as {
	case "ascii":
		kind = "a"
	case "binary", "bin", "image":
		kind = "i"
	}
	if kind == "" {
		return e.line(e.set.get("type"))
	}
	return e.change("type", kind)
}

// apply sets what the settings say of a connection.
func (s *shellSettings) apply(o *ftpclient.Options, u remoteURL) {
	o.Params = ftp.Params{Type: 'I'}
	if s.text || u.Type == 'a' {
		o.Params = ftp.Params{Type: 'A', Form: 'N'}
	}
}

// hasSecret reports whether a line holds a password, or may.
func hasSecret(line string) bool {
	if secret.MatchString(line) {
		return true
	}
	script, err := shell.Parse(line)
	if err != nil {
		upper := strings.ToUpper(line)
		return strings.Contains(upper, "PASS") || strings.Contains(upper, "USER") || strings.Contains(upper, "-U") || strings.Contains(upper, "ACCT")
	}
	for _, st := range script {
		for _, c := range st.Commands {
			if secretWords(c.Words) {
				return true
			}
		}
	}
	return false
}

// secretWords reports whether a command has a password among its words.
func secretWords(words []shell.Word) bool {
	for i, w := range words {
		switch verb := strings.ToUpper(w.Text); {
		case verb == "PASS", verb == "ACCT", verb == "USER" && len(words) > i+2:
			return true
		case strings.HasPrefix(verb, "PASS "), strings.HasPrefix(verb, "ACCT "): // in quotes
			return true
		case strings.HasPrefix(w.Text, "-u") && strings.Contains(w.Text, ","),
			w.Text == "-u" && i+1 < len(words) && strings.Contains(words[i+1].Text, ","):
			return true
		case strings.ContainsAny(w.Text, " \t\n") && hasSecret(w.Text): // a command line of its own
			return true
		case hasUserInfo(w.Text):
			return true
		}
	}
	return false
}

// hasUserInfo reports whether a text may be a URL with a password, though without its
// scheme.
func hasUserInfo(text string) bool {
	if _, rest, ok := strings.Cut(text, "://"); ok {
		text = rest
	}
	at := strings.LastIndexByte(text, '@')
	return at >= 0 && strings.Contains(text[:at], ":")
}
