package ftpserver

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

func (s *session) cmdSyst(string) answer {
	return plain(ftp.CodeSystem, "UNIX Type: L8")
}

func (s *session) cmdNoop(string) answer { return s.say(ftp.CodeOK, "Done nothing.") }

// cmdFeat lists what goes beyond RFC 959 (RFC 2389, 3). XPIPELINE is ferry's own: it
// promises that so many commands sent ahead of replies are queued, and that a NOOP during
// a transfer is answered. A client can rely on that as it cannot on a greeting. So is
// XSTORAHEAD, which is what refusedUpload does.
func (s *session) cmdFeat(string) answer {
	var list []string
	for _, c := range ftp.Commands() {
		if line := s.featLine(c); line != "" {
			list = append(list, " "+line)
		}
	}
	for _, f := range ftp.Features() {
		line := " " + f.Name
		if f.Name == "XPIPELINE" {
			line += " " + strconv.Itoa(maxQueue)
		}
		list = append(list, line)
	}
	if s.srv.cfg.ModeZ {
		list = append(list, " MODE Z")
	}
	slices.Sort(list)
	lines := append([]string{s.tr("Features:")}, list...)
	return several(ftp.CodeStatus, append(lines, "End"))
}

// cmdOpts sets the options of a command (RFC 2389, 4).
func (s *session) cmdOpts(arg string) answer {
	verb, rest, _ := ftp.SplitCommand([]byte(arg))
	rest = strings.Trim(rest, " ")
	switch verb {
	case "MFF":
		return s.optsMFF(rest)
	case "MLST":
		return s.optsMLST(rest)
	case "HASH":
		return s.optsHash(rest)
	case "MODE":
		if s.srv.cfg.ModeZ && strings.HasPrefix(strings.ToUpper(rest)+" ", "Z ") {
			return s.optsModeZ(strings.Trim(rest[1:], " "))
		}
	case "UTF8", "UTF-8":
		return s.optsUTF8(strings.ToUpper(rest))
	}
	return s.say(ftp.CodeBadArgument, "No such option.")
}

func (s *session) cmdHelp(arg string) answer {
	verb, rest, _ := ftp.SplitCommand([]byte(arg))
	if verb == "SITE" {
		return s.siteHelp(rest)
	}
	return s.help("", arg, ftp.Commands())
}

// help shows the commands of a table that this session has, or one of them.
func (s *session) help(prefix, arg string, table []*ftp.Command) answer {
	arg = strings.ToUpper(strings.Trim(arg, " "))
	var names []string
	for _, c := range table {
		if !s.has(c) {
			continue
		}
		if c.Name == arg {
			return s.say(ftp.CodeHelp, "%s: %s (%s).", str(prefix+c.Usage()), str(s.lookup(c.Help)), str(c.Ref))
		}
		names = append(names, c.Name)
	}
	if arg != "" {
		return s.say(ftp.CodeBadArgument, "No such command here.")
	}
	lines := []string{s.tr("Commands:")}
	for row := range slices.Chunk(names, 8) {
		line := ""
		for _, name := range row {
			line += fmt.Sprintf(" %-7s", name)
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return several(ftp.CodeHelp, append(lines, s.tr("HELP %s<command> tells more.", prefix)))
}

// How much of a listing STAT gives: clients hold a reply in memory, and so does
// the server.
const (
	maxStat       = 10_000  // lines
	maxStatOctets = 2 << 20 // in them
)

func (s *session) cmdStat(arg string) answer {
	if arg != "" {
		return s.statPath(arg)
	}
	lines := []string{s.tr("Status:"), s.tr(" Connected from %v", s.conn.Remote)}
	if s.account != nil {
		lines = append(lines, s.tr(" Logged in as %s", s.account.Name))
	} else {
		lines = append(lines, s.tr(" Not logged in"))
	}
	if s.secure != nil {
		lines = append(lines, s.statTLS()...)
	}
	p := s.params
	lines = append(lines, s.tr(" TYPE: %s; STRU: %c; MODE: %c", p.TypeString(), p.Stru, p.Mode))
	if t := s.transfer; t != nil {
		lines = append(lines, s.progress(t))
		if t.marked > 0 {
			lines = append(lines, s.tr(" Restart markers: %d", t.marked))
		}
	} else {
		lines = append(lines, s.tr(" No transfer"))
	}
	if s.isOpen() {
		lines = append(lines, s.tr(" The data connection is open"))
	}
	return several(ftp.CodeStatus, append(lines, "End"))
}

// statTLS says what TLS protects.
func (s *session) statTLS() []string {
	lines := []string{s.tr(" Control connection: in the clear"), s.tr(" Data connections: in the clear")}
	if s.protected() {
		lines[0] = s.tr(" Control connection: %v", s.conn.TLS)
	}
	if s.prot == 'P' {
		lines[1] = s.tr(" Data connections: protected")
	}
	return lines
}

// progress says how far a transfer is.
func (s *session) progress(t *transfer) string {
	moved, took := t.bytes.Load(), time.Since(t.started).Round(time.Second)
	switch {
	case t.task && moved == 0: // one that counts nothing, or has not begun to
		return s.tr(" %s %s: for %v", t.verb, t.path, took)
	case t.size >= 0:
		return s.tr(" %s %s: %d of %d octets in %v", t.verb, t.path, moved, t.size, took)
	}
	return s.tr(" %s %s: %d octets in %v", t.verb, t.path, moved, took)
}

// statPath lists over the control connection. Every line begins with a space, so
// that none can be taken for the end.
func (s *session) statPath(arg string) answer {
	if s.account == nil {
		return s.say(ftp.CodeNotLoggedIn, "Log in with USER and PASS first.")
	}
	l := s.newLister("STAT", arg)
	defer l.close()
	targets, err := l.targets(s.ctx)
	if err != nil {
		return s.replyFor("STAT", err)
	}
	lines := []string{s.tr("Status of %s:", cleanPath(l.dir, l.arg.Path))}
	octets := 0
	l.out = &lineWriter{send: func(line []byte) error {
		octets += len(line) + 1
		if len(lines) > maxStat || octets > maxStatOctets {
			return errListing
		}
		lines = append(lines, " "+string(line))
		return nil
	}}
	end := "End"
	if err := l.run(s.ctx, targets); err == errListing {
		end = s.tr("There is more; use LIST or MLSD")
	} else if err != nil {
		return s.replyFor("STAT", err)
	}
	code := ftp.CodeFileStatus
	if targets[0].info.IsDir() {
		code = ftp.CodeDirStatus
	}
	return several(code, append(lines, end))
}
