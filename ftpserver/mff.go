package ftpserver

import (
	"io/fs"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// settable is a fact that MFF sets (draft-somers-ftp-mfxx, 5).
type settable struct {
	name string
	can  Permissions      // that the user needs
	on   storage.Features // that the storage needs
	// set reads a value into a; false if it is none.
	set func(a *storage.Attr, value string) bool
	// get is the value that is true of an object; "" if nobody knows.
	get func(info storage.Info) string
}

// settables are in the order of FEAT.
var settables = [...]settable{
	{"Modify", CanSetAttr, storage.CanSetTime,
		func(a *storage.Attr, v string) bool { return setTime(&a.ModTime, v) },
		func(i storage.Info) string { return timeFact(i.ModTime) }},
	{"Create", CanSetAttr, storage.CanSetBirth,
		func(a *storage.Attr, v string) bool { return setTime(&a.Birth, v) },
		func(i storage.Info) string { return timeFact(i.Birth) }},
	{"UNIX.mode", CanSetAttr, storage.CanSetMode,
		func(a *storage.Attr, v string) bool {
			mode, ok := parseMode(v)
			a.Mode = &mode
			return ok
		},
		func(i storage.Info) string { return formatMode(i.Mode) }},
	{"UNIX.owner", CanChown, storage.CanSetOwner,
		func(a *storage.Attr, v string) bool { a.Owner = v; return true },
		func(i storage.Info) string { return i.Owner }},
	{"UNIX.group", CanChown, storage.CanSetOwner,
		func(a *storage.Attr, v string) bool { a.Group = v; return true },
		func(i storage.Info) string { return i.Group }},
}

func setTime(t *time.Time, value string) bool {
	var err error
	*t, err = ftp.ParseTime(value)
	return err == nil
}

func timeFact(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return ftp.FormatTime(t)
}

// settable returns the names of the facts that the session can set. Before login
// they are those that nearly every storage has.
func (s *session) settable() string {
	var b strings.Builder
	for _, f := range settables {
		if s.account == nil && (f.can != CanSetAttr || f.on == storage.CanSetBirth) ||
			s.account != nil && (!s.account.Can.Has(f.can) || !s.account.FS.Features().Has(f.on)) {
			continue
		}
		b.WriteString(f.name + ";")
	}
	return b.String()
}

// cmdMff sets facts: all of them, or none. The reply says what they are then.
func (s *session) cmdMff(arg string) answer {
	facts, path, err := ftp.ParseFactsPath(arg)
	if err != nil {
		return s.usage("MFF")
	}
	var a storage.Attr
	var asked [len(settables)]bool
	for _, f := range facts {
		i, reply := s.setFact(&a, f)
		if !reply.IsZero() {
			return reply
		}
		if asked[i] {
			return s.usage("MFF")
		}
		asked[i] = true
	}
	return s.setFacts("MFF", path, a, asked)
}

// setFact reads one fact into a, and returns which it is.
func (s *session) setFact(a *storage.Attr, f ftp.Fact) (int, answer) {
	for i, known := range settables {
		switch {
		case !strings.EqualFold(known.name, f.Name):
			continue
		case !s.account.Can.Has(known.can):
			return i, s.denied(known.can)
		case !s.account.FS.Features().Has(known.on):
			return i, s.say(ftp.CodeNotForParameter, "Parameter not implemented (%s).", str(f.Name))
		case !known.set(a, f.Value):
			return i, s.say(ftp.CodeBadArgument, "%s cannot be %s.", str(known.name), str(f.Value))
		}
		return i, answer{}
	}
	return 0, s.say(ftp.CodeNotForParameter, "Parameter not implemented (%s).", str(f.Name))
}

// setFacts applies a, which the user may, and says what has become of the facts
// that were asked for. A file is not modified before it was created: where there
// are both times, that of modification counts (draft-somers-ftp-mfxx, 3).
func (s *session) setFacts(verb, path string, a storage.Attr, asked [len(settables)]bool) answer {
	name := s.name(path)
	fsys := s.account.FS
	if !a.ModTime.IsZero() && a.Birth.IsZero() && fsys.Features().Has(storage.CanSetBirth) {
		if info, err := fsys.Stat(s.ctx, name); err == nil && info.Birth.After(a.ModTime) {
			a.Birth = a.ModTime
		}
	}
	if err := fsys.SetAttr(s.ctx, name, a); err != nil {
		return s.replyFor(verb, err)
	}
	now, err := fsys.Stat(s.ctx, name)
	if err != nil {
		return s.replyFor(verb, err)
	}
	text := ""
	for i, f := range settables {
		if asked[i] {
			text += f.name + "=" + f.get(now) + ";"
		}
	}
	return plain(ftp.CodeFileStatus, text+" "+path)
}

// cmdMfmt and cmdMfct set one of the times.
func (s *session) cmdMfmt(arg string) answer { return s.setOneTime("MFMT", "Modify", arg) }
func (s *session) cmdMfct(arg string) answer { return s.setOneTime("MFCT", "Create", arg) }

func (s *session) setOneTime(verb, fact, arg string) answer {
	_, path, err := ftp.ParseTimePath(arg)
	if err != nil {
		return s.usage(verb)
	}
	value, _, _ := strings.Cut(arg, " ")
	var a storage.Attr
	var asked [len(settables)]bool
	i, reply := s.setFact(&a, ftp.Fact{Name: fact, Value: value})
	if !reply.IsZero() {
		return reply
	}
	asked[i] = true
	return s.setFacts(verb, path, a, asked)
}

// optsMFF tells which facts MFF sets. There is nothing to choose.
func (s *session) optsMFF(arg string) answer {
	if arg != "" {
		return s.say(ftp.CodeBadArgument, "Usage: %s", str("OPTS MFF"))
	}
	return plain(ftp.CodeOK, strings.TrimRight("MFF OPTS "+s.settable(), " "))
}

// parseMode reads permission bits: three or four octal digits.
func parseMode(octal string) (fs.FileMode, bool) {
	if len(octal) < 3 || len(octal) > 4 {
		return 0, false
	}
	n := fs.FileMode(0)
	for _, c := range []byte(octal) {
		if c < '0' || c > '7' {
			return 0, false
		}
		n = n<<3 | fs.FileMode(c-'0')
	}
	mode := n & fs.ModePerm
	for _, bit := range specialBits {
		if n&bit.octal != 0 {
			mode |= bit.mode
		}
	}
	return mode, true
}

// formatMode writes permission bits as four octal digits, or "" if mode is 0,
// which is what a storage without them says.
func formatMode(mode fs.FileMode) string {
	if mode == 0 {
		return ""
	}
	return string(appendMode(nil, mode))
}

// appendMode appends them.
func appendMode(b []byte, mode fs.FileMode) []byte {
	n := mode.Perm()
	for _, bit := range specialBits {
		if mode&bit.mode != 0 {
			n |= bit.octal
		}
	}
	const digits = "01234567"
	return append(b, digits[n>>9&7], digits[n>>6&7], digits[n>>3&7], digits[n&7])
}

// specialBits are the bits that Go has elsewhere than UNIX.
var specialBits = [...]struct{ octal, mode fs.FileMode }{
	{0o4000, fs.ModeSetuid}, {0o2000, fs.ModeSetgid}, {0o1000, fs.ModeSticky},
}
