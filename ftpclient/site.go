package ftpclient

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/seed-6092453b/ferry/ftp"
)

// siteHas reports whether the server has a command of SITE. What FEAT does not tell,
// as few do, is asked once (SITE HELP; RFC 1123, 4.1.2.8): a server that does not
// know a command may still take it for another.
func (c *Conn) siteHas(ctx context.Context, verb string) (bool, error) {
	for listed := range strings.SplitSeq(c.srv.features()["SITE"], ";") {
		if strings.EqualFold(strings.Trim(listed, " "), verb) {
			return true, nil
		}
	}
	if has, known := c.srv.siteAnswer(verb); known {
		return has, nil
	}
	r, err := c.ask(ctx, "SITE", "HELP")
	if err != nil {
		return false, err
	}
	c.srv.learnSite(r)
	has, _ := c.srv.siteAnswer(verb)
	return has, nil
}

// siteDo sends a subcommand of SITE. A refusal is an error that names both.
func (c *Conn) siteDo(ctx context.Context, sub, format string, args ...any) error {
	r, err := c.ask(ctx, "SITE", sub+" "+fmt.Sprintf(format, args...))
	if err != nil || r.Code.OK() {
		return err
	}
	return newReplyError("SITE "+sub, r)
}

// siteAnswer reports whether SITE has the command, and whether that is known.
func (s *server) siteAnswer(verb string) (has, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.site[verb], s.site != nil
}

// learnSite takes the reply to SITE HELP: every word in it may be a command, unless it
// has the asterisk of those that are known and missing.
func (s *server) learnSite(r ftp.Reply) {
	words := wordsOf(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.site = words
}

// mentions reports whether FEAT or HELP says that the server has a rare command. HELP
// is asked once.
func (c *Conn) mentions(ctx context.Context, verb string) bool {
	if !c.srv.has(verb) {
		return false
	}
	if c.srv.features().Has(verb) {
		return true
	}
	if _, known := c.srv.helpAnswer(verb); !known {
		r, err := c.ask(ctx, "HELP")
		if err != nil {
			return false
		}
		c.srv.learnHelp(r)
	}
	has, _ := c.srv.helpAnswer(verb)
	return has
}

func (s *server) helpAnswer(verb string) (has, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.help[verb], s.help != nil
}

func (s *server) learnHelp(r ftp.Reply) {
	words := wordsOf(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.help = words
}

// wordsOf are the words of a HELP, in upper case.
func wordsOf(r ftp.Reply) map[string]bool {
	words := make(map[string]bool)
	if !r.Code.OK() {
		return words
	}
	for _, word := range strings.FieldsFunc(r.Text(), func(r rune) bool { return r != '*' && !unicode.IsLetter(r) }) {
		if !strings.Contains(word, "*") {
			words[strings.ToUpper(word)] = true
		}
	}
	return words
}
