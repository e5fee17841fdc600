package explain

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// A Subject is what is to be explained: a command, a line of FEAT that is none, a reply,
// or what a digit of a code means.
type Subject struct {
	Feature *ftp.Feature // nil: something else
	Command *ftp.Command // nil: a reply, or a class of them
	Site    bool         // the Command is one of SITE
	Arg     string       // of the Command; "" if none is given

	Code ftp.Code // of the reply; of a class, the lowest of its codes
	Any  int      // how many digits of Code are left open: 2 in 5yz, 1 in 55z
	Text string   // of the reply, behind its code; "" if none is given
}

// UnknownError reports a word that is no command and no reply. Near are the commands
// that may be meant.
type UnknownError struct {
	Word string
	Near []string
}

func (e *UnknownError) Error() string { return e.In(New("en")) }

// In says it in the language of an Explainer.
func (e *UnknownError) In(x *Explainer) string {
	switch {
	case number.MatchString(e.Word):
		return x.tr("%q is no reply code: these have three digits, the first from 1 to 6", e.Word)
	case len(e.Near) > 0:
		return x.tr("%q is neither a command nor a reply code; did you mean %s?", e.Word, x.words(e.Near))
	}
	return x.tr("%q is neither a command nor a reply code", e.Word)
}

// Parse takes words as they stand on a command line: commands, codes, and lines of
// either side, each in one word or in several. A line may have the mark before it that
// the dialogue of -v has. What is unknown is an *UnknownError.
func Parse(words []string) ([]Subject, error) {
	var list []Subject
	whole := true // the last of list takes no more words
	for _, word := range words {
		if strings.ContainsAny(strings.TrimSpace(word), " \t") {
			s, err := parseLine(word)
			if err != nil {
				return nil, err
			}
			list, whole = append(list, s), true
			continue
		}
		if !whole && list[len(list)-1].extend(word) {
			continue
		}
		s, ok := lookup(word)
		if !ok {
			return nil, unknown(word)
		}
		list, whole = append(list, s), false
	}
	return list, nil
}

var (
	mark   = regexp.MustCompile(`^\s*(?:\d+ )?[<>]\s+`)
	reply  = regexp.MustCompile(`^([1-6][0-9][0-9])(?:[ -](.*))?$`)
	class  = regexp.MustCompile(`^([1-6])(?:([0-9])[xyzXYZ]|[xyXY][xzXZ])$`)
	number = regexp.MustCompile(`^[0-9]+$`)
)

// parseLine takes a whole line.
func parseLine(line string) (Subject, error) {
	line = strings.TrimSpace(mark.ReplaceAllString(line, ""))
	word, rest, _ := strings.Cut(line, " ")
	if m := reply.FindStringSubmatch(line); m != nil {
		s, _ := lookup(m[1])
		s.Text = strings.TrimSpace(m[2])
		return s, nil
	}
	s, ok := lookup(word)
	if !ok {
		return s, unknown(word)
	}
	rest = strings.TrimSpace(rest)
	if sub, arg, _ := strings.Cut(rest, " "); s.site() && ftp.LookupSite(strings.ToUpper(sub)) != nil {
		return Subject{Command: ftp.LookupSite(strings.ToUpper(sub)), Site: true, Arg: strings.TrimSpace(arg)}, nil
	}
	s.Arg = rest
	return s, nil
}

// lookup takes a command, a feature or a code.
func lookup(word string) (Subject, bool) {
	word = strings.TrimSpace(word)
	if c := ftp.Lookup(strings.ToUpper(word)); c != nil {
		return Subject{Command: c}, true
	}
	if f := ftp.LookupFeature(strings.ToUpper(word)); f != nil {
		return Subject{Feature: f}, true
	}
	if m := reply.FindStringSubmatch(word); m != nil {
		n, _ := strconv.Atoi(m[1])
		return Subject{Code: ftp.Code(n)}, true
	}
	if m := class.FindStringSubmatch(word); m != nil {
		n, _ := strconv.Atoi(m[1] + (m[2] + "0")[:1] + "0")
		return Subject{Code: ftp.Code(n), Any: 2 - len(m[2])}, true
	}
	return Subject{}, false
}

// site reports whether s is SITE itself.
func (s *Subject) site() bool { return s.Command != nil && s.Command.Name == "SITE" }

// extend takes a word for a part of what stands before it, if it can be that: the
// subcommand of SITE, the argument of a command that can be spelled out, the text of a
// reply.
func (s *Subject) extend(word string) bool {
	_, known := lookup(word)
	switch {
	case s.site() && s.Arg == "" && ftp.LookupSite(strings.ToUpper(word)) != nil:
		*s = Subject{Command: ftp.LookupSite(strings.ToUpper(word)), Site: true}
	case s.Command != nil && !s.Site && !known && spelled(s.Command.Name):
		s.Arg = strings.TrimSpace(s.Arg + " " + word)
	case s.Code != 0 && s.Any == 0 && (s.Text != "" || !known && !number.MatchString(word)):
		s.Text = strings.TrimSpace(s.Text + " " + word)
	default:
		return false
	}
	return true
}

// Words returns what Parse knows: the commands that are not obsolete, the subcommands
// of SITE, the features and the codes.
func Words() []string {
	var list []string
	for _, c := range slices.Concat(ftp.Commands(), ftp.SiteCommands()) {
		if !c.Traits.Has(ftp.Obsolete) && !slices.Contains(list, c.Name) {
			list = append(list, c.Name)
		}
	}
	for _, f := range ftp.Features() {
		list = append(list, f.Name)
	}
	for _, r := range ftp.Replies() {
		list = append(list, r.Code.String())
	}
	return list
}
