package explain

import (
	"slices"

	"github.com/seed-6092453b/ferry/ftp"
)

// Page explains a subject.
func (e *Explainer) Page(s Subject) Page {
	switch {
	case s.Feature != nil:
		return e.feature(s.Feature)
	case s.Command != nil:
		return e.command(s)
	case s.Any > 0:
		return e.class(s)
	}
	return e.code(s)
}

// command is the page of a command.
func (e *Explainer) command(s Subject) Page {
	var p Page
	c, prefix := s.Command, ""
	if s.Site {
		prefix = "SITE "
	}
	p.title(prefix + c.Usage())
	p.blank()
	about := append([]string{e.table(c.Help)}, e.note(s))
	p.text(e.sentences(about...))
	if spelt := e.argument(c.Name, s.Arg); spelt != nil && !s.Site {
		p.blank()
		p.row(s.Arg, e.sentences(spelt...))
	} else if values := parameters[c.Name]; values != nil && !s.Site {
		p.blank()
		for _, v := range values {
			p.row(v.value, e.sentences(e.tr(v.text)))
		}
		if c.Name == "TYPE" {
			for _, v := range parameters["FORM"] {
				p.row("A "+v.value, e.sentences(e.tr(v.text)))
			}
		}
	}
	p.blank()
	if !c.Traits.Has(ftp.Obsolete) {
		for _, code := range slices.Sorted(slices.Values(c.Replies)) {
			p.row(code.String(), e.sentences(e.meaning(c.Name, code)))
		}
		p.row(e.tr("also"), e.tr("%s, which any command may be answered", e.codes(ftp.Common())))
		p.blank()
	}
	legal := []string{e.table(c.Phase.String())}
	for _, words := range c.Traits.Words() {
		legal = append(legal, e.table(words))
	}
	p.row(e.tr("Legal"), e.sentences(legal...))
	if c.Feat != "" {
		p.row("FEAT", c.Feat)
	}
	p.row(e.tr("Defined in"), e.defined(c.Ref))
	return p
}

// feature is the page of a line of FEAT that is no command.
func (e *Explainer) feature(f *ftp.Feature) Page {
	var p Page
	p.title(f.Name)
	p.blank()
	p.text(e.sentences(e.table(f.Help), e.tr("A server says so in its reply to FEAT")))
	p.blank()
	p.row(e.tr("Defined in"), f.Ref)
	return p
}

// note is the note on a command, "" for those of SITE.
func (e *Explainer) note(s Subject) string {
	if s.Site || notes[s.Command.Name] == "" {
		return ""
	}
	return e.tr(notes[s.Command.Name])
}

// defined names where something is defined.
func (e *Explainer) defined(ref string) string {
	if ref == "practice" {
		return e.tr("no standard, but practice")
	}
	return ref
}

// codes is a list of codes in their order.
func (e *Explainer) codes(list []ftp.Code) string {
	var all []string
	for _, code := range slices.Sorted(slices.Values(list)) {
		all = append(all, code.String())
	}
	return e.words(all)
}

// code is the page of a reply.
func (e *Explainer) code(s Subject) Page {
	var p Page
	row := ftp.LookupReply(s.Code)
	if row == nil {
		p.title(e.tr("%v: a code that no standard defines", s.Code))
		p.blank()
		p.text(e.sentences(e.tr("What it means is up to the server, and its text may say it. Programs go by the first digit")))
		p.blank()
		e.digits(&p, s.Code, 0)
		return p
	}
	p.title(s.Code.String())
	p.blank()
	p.text(e.sentences(e.table(row.Meaning)))
	p.blank()
	if spelt := e.reply("", s.Code, s.Text); spelt != nil && s.Text != "" {
		p.text(e.sentences(spelt...))
		p.blank()
	}
	if row.Note != "" {
		p.text(e.sentences(e.table(row.Note)))
		p.blank()
	}
	for _, sense := range row.Senses {
		p.row(e.tr("After %s", e.words(sense.After)), e.sentences(e.table(sense.Meaning)))
	}
	if len(row.Senses) > 0 {
		p.blank()
	}
	e.digits(&p, s.Code, 0)
	p.blank()
	p.row(e.tr("Answers"), e.answers(s.Code))
	server := e.tr("It sends this")
	if row.Never != "" {
		server = e.tr("It never sends this")
	}
	p.row(e.tr("ferry's server"), e.sentences(server, e.table(row.Never)))
	client := row.Client
	if client == "" {
		client = s.Code.Handling()
	}
	p.row(e.tr("ferry's client"), e.sentences(e.table(client)))
	p.row(e.tr("Defined in"), e.defined(row.Ref))
	return p
}

// digits says what the digits of a code mean, but for those that are left open.
func (e *Explainer) digits(p *Page, code ftp.Code, open int) {
	first := code.String()[:1]
	p.row(first+"yz", e.sentences(e.table(code.Outcome())))
	if subject := code.Subject(); subject != "" && open < 2 {
		p.row("x"+code.String()[1:2]+"z", e.sentences(e.table(subject)))
	}
}

// answers lists the commands that may be answered with a code.
func (e *Explainer) answers(code ftp.Code) string {
	if slices.Contains(ftp.Common(), code) {
		return e.sentences(e.tr("Any command"))
	}
	var list []string
	add := func(prefix string, commands []*ftp.Command) {
		for _, c := range commands {
			if slices.Contains(c.Replies, code) {
				list = append(list, prefix+c.Name)
			}
		}
	}
	add("", ftp.Commands())
	add("SITE ", ftp.SiteCommands())
	if code == ftp.CodeReady || code == ftp.CodeReadyInMinutes {
		list = append([]string{e.tr("the connection itself, as the greeting")}, list...)
	}
	if list == nil {
		return e.sentences(e.tr("No command in any standard"))
	}
	return e.words(list)
}

// class is the page of all codes that begin alike.
func (e *Explainer) class(s Subject) Page {
	var p Page
	size := ftp.Code(100)
	name := s.Code.String()[:1] + "yz"
	if s.Any == 1 {
		size, name = 10, s.Code.String()[:2]+"z"
	}
	p.title(name)
	p.blank()
	e.digits(&p, s.Code, s.Any)
	p.blank()
	p.row(e.tr("ferry's client"), e.sentences(e.table(s.Code.Handling())))
	p.blank()
	for _, r := range ftp.Replies() {
		if r.Code/size == s.Code/size {
			p.row(r.Code.String(), e.sentences(e.table(r.Meaning)))
		}
	}
	return p
}

// All lists every command, every feature and every reply, a line or two for each.
func (e *Explainer) All() Page {
	var p Page
	list := func(title, prefix string, commands []*ftp.Command, obsolete bool) {
		p.title(e.tr(title))
		p.blank()
		for _, c := range commands {
			if c.Traits.Has(ftp.Obsolete) == obsolete {
				p.row(prefix+c.Name, e.sentences(e.table(c.Help)))
			}
		}
		p.blank()
	}
	list("Commands", "", ftp.Commands(), false)
	list("Subcommands of SITE", "SITE ", ftp.SiteCommands(), false)
	list("Obsolete commands", "", ftp.Commands(), true)
	p.title(e.tr("Features"))
	p.blank()
	for _, f := range ftp.Features() {
		p.row(f.Name, e.sentences(e.table(f.Help)))
	}
	p.blank()
	p.title(e.tr("Replies"))
	first := ftp.Code(0)
	for _, r := range ftp.Replies() {
		if r.Code/100 != first {
			first = r.Code / 100
			p.blank()
			p.row(first.String()+"yz", e.sentences(e.table(r.Code.Outcome())))
			p.blank()
		}
		p.row(r.Code.String(), e.sentences(e.table(r.Meaning)))
	}
	return p
}
