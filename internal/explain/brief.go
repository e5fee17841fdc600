package explain

import (
	"slices"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// Sent explains a line of the client in a few words, without a full stop; "" where
// nothing is known. Of an argument that can be spelled out it says that alone. Where
// reports whether the text has an address in it, and so is about this line only.
func (e *Explainer) Sent(line string) (text string, where bool) {
	s, err := parseLine(line)
	if err != nil || s.Command == nil {
		return "", false
	}
	verb := s.Command.Name
	if !s.Site && s.Arg != "" && verb != "EPSV" {
		if spelt := e.argument(verb, s.Arg); spelt != nil {
			return e.clauses(spelt), parameters[verb] == nil
		}
	}
	return e.table(s.Command.Help), false
}

// Received explains a reply in a few words, as Sent does a command. Verb is what it
// answers: "" for the greeting.
func (e *Explainer) Received(verb string, r ftp.Reply) (text string, where bool) {
	if spelt := e.reply(verb, r.Code, r.Text()); spelt != nil {
		return e.clauses(spelt), true
	}
	return e.meaning(verb, r.Code), false
}

// meaning is what a code means after a command, by its row or else by its digits.
func (e *Explainer) meaning(verb string, code ftp.Code) string {
	if row := ftp.LookupReply(code); row != nil {
		return e.table(row.MeaningAfter(verb))
	}
	return e.table(code.Outcome())
}

// A Dialogue knows which command on a control connection a reply answers. The zero
// value is a connection that has just been made.
type Dialogue struct {
	open    []string // verbs without a final reply
	greeted bool
}

// Send notes a command.
func (d *Dialogue) Send(line string) {
	verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
	d.open = append(d.open, verb)
}

// most commands that wait for a reply: a server that answers none is not worth more.
const mostOpen = 1000

// Receive notes a reply and returns the verb of the command that it answers, "" for
// the greeting and for what answers none. Of several that wait it is the first that
// may be answered so (RFC 959, 5.4).
func (d *Dialogue) Receive(code ftp.Code) (verb string) {
	if !d.greeted {
		d.greeted = !code.Preliminary()
		return ""
	}
	if len(d.open) > mostOpen {
		d.open = d.open[len(d.open)-mostOpen:]
	}
	at := slices.IndexFunc(d.open, func(verb string) bool {
		c := ftp.Lookup(verb)
		return c != nil && slices.Contains(c.Replies, code)
	})
	if at < 0 && len(d.open) > 0 && code != ftp.CodeClosing {
		at = 0
	}
	if at < 0 {
		return ""
	}
	verb = d.open[at]
	if !code.Preliminary() {
		d.open = slices.Delete(d.open, at, at+1)
	}
	return verb
}
