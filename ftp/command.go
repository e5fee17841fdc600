package ftp

import (
	"slices"
	"strings"
)

// Command is one row of the command table: all that is known about a command
// apart from what it does. HELP, FEAT, the checks before a handler runs, the
// masking of logs and the documents come from it.
type Command struct {
	Name    string // the verb, in upper case
	Arg     ArgKind
	Phase   Phase // where it is legal
	Traits  Traits
	Replies []Code // what it may answer, beside what any command may (see Permits)
	Feat    string // its line in FEAT; "" for none. MLST, LANG, HASH and MFF lines go on with what the session has
	Syntax  string // its argument, as HELP shows it
	Help    string // what it does, in a sentence without a full stop
	Ref     string // where it is defined
}

// ArgKind says what argument a command takes.
type ArgKind uint8

const (
	ArgNone      ArgKind = iota // none: anything but blanks is refused
	ArgText                     // required
	ArgOptText                  // optional
	ArgPath                     // a pathname, kept octet by octet; required
	ArgOptPath                  // a pathname, optional
	ArgEmptyPath                // a pathname that may be empty, but not left out: "CWD " (RFC 1738, 3.2.2)
	ArgWordPath                 // a pathname behind something else, before which blanks do not count; required
)

// Phase is a set of phases of a session.
type Phase uint8

const (
	PhaseConnected Phase = 1 << iota // before USER
	PhaseUser                        // USER was given, PASS is due
	PhaseAccount                     // PASS was given, ACCT is due
	PhaseLogin                       // logged in

	PhaseAny     = PhaseConnected | PhaseUser | PhaseAccount | PhaseLogin
	PhaseOutside = PhaseConnected | PhaseUser | PhaseAccount
)

// Traits are properties of a command that the session loop acts on.
type Traits uint8

const (
	// Transfers marks a command that uses the data connection.
	Transfers Traits = 1 << iota
	// During marks a command that may run while a transfer does.
	During
	// KeepsPending marks a command that may stand between REST or ALLO and the
	// command they are for.
	KeepsPending
	// Secret marks a command whose argument is never logged nor shown.
	Secret
	// Fixed marks a command whose reply text machines read.
	Fixed
	// Obsolete marks a command that nobody implements any more. It is known so
	// that it is answered 502, not 500.
	Obsolete
)

// Has reports whether t includes all of want.
func (t Traits) Has(want Traits) bool { return t&want == want }

// common are the codes that any command may answer: wrong syntax, wrong phase,
// switched off, shutting down, denied by the security policy, and 451 for what
// nobody foresaw.
var common = []Code{
	CodeClosing, CodeLocalError, CodeUnknown, CodeBadArgument, CodeNotImplemented,
	CodeBadSequence, CodeNotForParameter, CodeNotLoggedIn, CodeLevelDenied,
}

// Permits reports whether c may answer with code (RFC 959, 5.4).
func (c *Command) Permits(code Code) bool {
	return slices.Contains(c.Replies, code) || slices.Contains(common, code)
}

// Usage returns the command with its argument, as HELP shows it.
func (c *Command) Usage() string {
	if c.Syntax == "" {
		return c.Name
	}
	return c.Name + " " + c.Syntax
}

// Lookup returns the row of the table for a verb in upper case, or nil.
func Lookup(verb string) *Command { return index[verb] }

// LookupSite returns the row for a subcommand of SITE in upper case, or nil.
func LookupSite(verb string) *Command { return siteIndex[verb] }

// Commands returns the whole table, sorted by name. The caller may not change
// it.
func Commands() []*Command { return sorted }

// SiteCommands returns the subcommands of SITE, sorted by name. The caller may
// not change it.
func SiteCommands() []*Command { return siteSorted }

var (
	index, sorted         = indexTable(accessCommands, paramCommands, serviceCommands, extensionCommands, obsoleteCommands)
	siteIndex, siteSorted = indexTable(siteCommands)
)

func indexTable(parts ...[]Command) (map[string]*Command, []*Command) {
	byName := make(map[string]*Command)
	var list []*Command
	for _, part := range parts {
		for i := range part {
			c := &part[i]
			if byName[c.Name] != nil {
				panic("ftp: " + c.Name + " stands in the command table twice")
			}
			byName[c.Name] = c
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b *Command) int { return strings.Compare(a.Name, b.Name) })
	return byName, list
}
