package ftpserver

import (
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// handler runs one command, with an argument that the table's checks have
// passed, and returns its final reply. A handler that starts a transfer sets
// session.transfer (begin, work) and returns the preliminary reply instead, if
// there is one.
type handler func(s *session, arg string) answer

// handle runs one line, and the transfer that it may start, to the end.
func (s *session) handle(text []byte, err error) {
	if err != nil {
		s.tooLong()
		return
	}
	synced := s.synced
	s.synced = false
	if len(text) == 0 && synced {
		return // the line end behind a Synch
	}
	c, rest, given := ftp.LookupLine(text)
	if s.hostile(c, text) {
		s.send(s.say(ftp.CodeClosing, "This is an FTP server."))
		s.bye = "not FTP"
		return
	}
	arg := ""
	if c != nil {
		arg = string(rest)
	}
	reply := s.execute(c, arg, given)
	if s.transfer == nil {
		s.refusedUpload(c, reply)
		s.reply(c, arg, reply)
		if then := s.then; then != nil {
			s.then = nil
			then()
		}
		return
	}
	t := s.transfer
	if t.over {
		s.transfer = nil
		s.over(t, c, arg, reply)
		return
	}
	if !reply.IsZero() && s.send(reply) != nil {
		t.cancel()
	}
	reply = s.attend(t)
	s.transfer = nil
	if !reply.IsZero() {
		s.reply(c, arg, reply)
	}
	if t.aborted {
		s.dropData() // a task has no use for it, and leaves it
		s.reply(ftp.Lookup("ABOR"), "", s.say(ftp.CodeDone, "Aborted."))
	}
}

// reply sends the final reply of a command, of which c is nil if it is not known.
func (s *session) reply(c *ftp.Command, arg string, r answer) {
	s.send(r)
	s.commanded(c, arg, r.Code)
}

// commanded reports a command that was answered.
func (s *session) commanded(c *ftp.Command, arg string, code ftp.Code) {
	verb := ""
	if c != nil {
		verb = c.Name
	}
	if c == nil || c.Traits.Has(ftp.Secret) {
		arg = "***"
	}
	if wanted := s.srv.cfg.ObserveCommand; wanted == nil || wanted(verb, code) {
		s.observe(Commanded{Conn: s.conn, User: s.userName(), Verb: verb, Arg: s.told(arg), Code: code})
	}
}

// execute checks a command against its row of the table and runs its handler. given says
// whether there was an argument, be it an empty one.
func (s *session) execute(c *ftp.Command, arg string, given bool) answer {
	if s.left != nil {
		s.left[0], s.left[1], s.prior = s.left[1], pending{}, &s.left[0]
	}
	if c == nil {
		if s.phase != ftp.PhaseLogin {
			s.unknown++
		}
		return s.say(ftp.CodeUnknown, "Unknown command.")
	}
	s.command = c
	if c.Traits.Has(ftp.KeepsPending) {
		if s.left != nil {
			s.left[1] = s.left[0]
			s.left[1].renameFrom, s.left[1].copyFrom = "", "" // RNTO follows RNFR at once
		}
	}
	h := s.handlerOf(c)
	if refusal := s.check(c, h, &arg, given); !refusal.IsZero() {
		return refusal
	}
	return h(s, arg)
}

// check refuses a command that is off, out of phase, or has no fit argument.
func (s *session) check(c *ftp.Command, h handler, arg *string, given bool) answer {
	switch {
	case h == nil:
		return s.say(ftp.CodeNotImplemented, "%s is not implemented.", str(c.Name))
	case c.Phase&s.phase == 0 && s.phase == ftp.PhaseLogin:
		return s.say(ftp.CodeBadSequence, "%s must come before the login.", str(c.Name))
	case c.Phase&s.phase == 0:
		return s.say(ftp.CodeNotLoggedIn, "Log in with USER and PASS first.")
	}
	blank := strings.Trim(*arg, " ") == ""
	switch c.Arg {
	case ftp.ArgNone:
		if !blank {
			return s.say(ftp.CodeBadArgument, "%s takes no argument.", str(c.Name))
		}
	case ftp.ArgText, ftp.ArgWordPath:
		if blank {
			return s.usage(c.Name)
		}
	case ftp.ArgEmptyPath:
		if !given {
			return s.usage(c.Name)
		}
	case ftp.ArgPath:
		if *arg == "" {
			return s.usage(c.Name)
		}
	}
	if c.Arg == ftp.ArgWordPath {
		*arg = strings.TrimLeft(*arg, " ")
	}
	if (c.Arg == ftp.ArgText || c.Arg == ftp.ArgOptText) && !c.Traits.Has(ftp.Secret) {
		*arg = strings.Trim(*arg, " ")
	}
	return answer{}
}

// usage is the reply to an argument that the command or its handler cannot read.
func (s *session) usage(verb string) answer {
	return s.say(ftp.CodeBadArgument, "Usage: %s", str(ftp.Lookup(verb).Usage()))
}

// maxLong and maxUnknown are how many lines over the limit, and unknown commands
// before login, a client may send.
const (
	maxLong    = 3
	maxUnknown = 10
)

func (s *session) tooLong() {
	if s.long++; s.long >= maxLong {
		s.bye = "lines too long"
		s.send(s.say(ftp.CodeClosing, "Too many lines over the limit."))
		return
	}
	if s.left != nil {
		s.left[1] = pending{}
	}
	s.closeOpen() // it may have been an upload
	s.send(s.say(ftp.CodeUnknown, "Line too long."))
}

// httpVerbs are what a web browser sends first when it is made to talk to an FTP
// server.
var httpVerbs = []string{"GET", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT", "DELETE", "TRACE", "PATCH"}

// hostile recognises a client that speaks something else, so that what follows
// is not taken for commands: HTTP, or a guesser. (TLS without AUTH is
// ftp.ErrTLS.) c is the command, if it is one.
func (s *session) hostile(c *ftp.Command, text []byte) bool {
	if s.phase == ftp.PhaseLogin {
		return false
	}
	verb := ""
	if c == nil {
		verb, _, _ = ftp.SplitCommand(text)
	}
	for _, v := range httpVerbs {
		if verb == v {
			return true
		}
	}
	return s.unknown >= maxUnknown
}
