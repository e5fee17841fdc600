package ftpclient

import (
	"context"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// proxyLogins are the ways to log in through a proxy that speaks FTP. No standard says
// how; these are what firewalls have understood over the years. The comments have
// the numbers that ncftp gives them.
var proxyLogins = map[string]string{
	"user@host":           "USER %u@%h; PASS %p",                         // 1 and 8
	"proxyuser,user@host": "USER %U; PASS %P; USER %u@%h; PASS %p",       // 2
	"site":                "USER %U; PASS %P; SITE %h; USER %u; PASS %p", // 3
	"open":                "USER %U; PASS %P; OPEN %h; USER %u; PASS %p", // 4
	"user@proxyuser@host": "USER %u@%U@%h; PASS %p@%P",                   // 5
	"proxyuser@host":      "USER %U@%h; PASS %P; USER %u; PASS %p",       // 6
	"user@host_proxyuser": "USER %u@%h %U; PASS %p; ACCT %P",             // 7
	"user@host_port":      "USER %u@%n %o; PASS %p",                      // 9
	"site,no_proxyuser":   "SITE %h; USER %u; PASS %p",
	"open,no_proxyuser":   "OPEN %h; USER %u; PASS %p",
}

// ProxyLogins returns the names that Proxy.Login may have, and the scripts that they
// stand for.
func ProxyLogins() map[string]string { return maps.Clone(proxyLogins) }

// Check reports what is wrong with the Login of a proxy.
func (p *Proxy) Check() error {
	if p.Login == "" {
		return nil
	}
	if p.Kind != ProxyFTP {
		return fmt.Errorf("only a proxy that speaks FTP has ways to log in, not one of %s://", p.Kind)
	}
	if _, ok := proxyLogins[p.Login]; ok {
		return nil
	}
	if strings.ContainsAny(p.Login, "\r\n\x00") {
		return fmt.Errorf("the way to log in at a proxy contains a line break or NUL")
	}
	user := false
	for line := range p.steps() {
		verb, _, _ := strings.Cut(line, " ")
		user = user || strings.EqualFold(verb, "USER")
		for rest := line; ; {
			_, after, more := strings.Cut(rest, "%")
			if !more {
				break
			}
			if after == "" || strings.IndexByte("hnoupUP%", after[0]) < 0 {
				return fmt.Errorf("%q: a %% stands before h, n, o, u, p, U, P or %%", line)
			}
			rest = after[1:]
		}
	}
	if !user {
		return fmt.Errorf("%q is no way to log in at a proxy: it is one of %s, or commands with USER among them",
			p.Login, strings.Join(slices.Sorted(maps.Keys(proxyLogins)), ", "))
	}
	return nil
}

// steps are the commands of the Login.
func (p *Proxy) steps() func(yield func(string) bool) {
	script := p.Login
	switch named, ok := proxyLogins[script]; {
	case ok:
		script = named
	case script == "" && p.User == "":
		script = proxyLogins["user@host"]
	case script == "":
		script = proxyLogins["proxyuser,user@host"]
	}
	return func(yield func(string) bool) {
		for step := range strings.SplitSeq(script, ";") {
			if step = strings.Trim(step, " "); step != "" && !yield(step) {
				return
			}
		}
	}
}

// userThrough logs in at the server behind the proxy.
func (c *Conn) userThrough(ctx context.Context) error {
	p := c.o.Proxy
	name, port, err := net.SplitHostPort(c.o.target)
	if err != nil {
		return err
	}
	host := c.o.target
	if port == "21" {
		host = name
		if strings.Contains(name, ":") {
			host = "[" + name + "]"
		}
	}
	fill := strings.NewReplacer("%h", host, "%n", name, "%o", port, "%u", c.o.User, "%p", c.o.Password,
		"%U", p.User, "%P", p.Password, "%%", "%")
	last := newRequest("")
	for step := range p.steps() {
		verb, arg, has := strings.Cut(step, " ")
		q := newRequest(strings.ToUpper(verb))
		if has {
			q.args = []string{fill.Replace(arg)}
		}
		if last.reply.Code.OK() && (q.verb == "PASS" && last.verb == "USER" || q.verb == "ACCT" && last.verb == "PASS") {
			continue // it was not asked for
		}
		if err := c.exchange(ctx, q); err != nil {
			return err
		}
		if code := q.reply.Code; !code.OK() && !code.Intermediate() {
			re := newReplyError(q.verb, q.reply)
			re.Hint = "this was said on the way through the proxy " + p.Addr
			return re
		}
		last = q
	}
	if last.reply.Code == ftp.CodeNeedAccount && c.o.Account != "" {
		last = newRequest("ACCT", c.o.Account)
		if err := c.exchange(ctx, last); err != nil {
			return err
		}
		c.accounted = true
	}
	if !last.reply.Code.OK() {
		return newReplyError(last.verb, last.reply)
	}
	return nil
}
