package ftp

import (
	"bytes"
	"errors"
	"math"
	"strconv"
	"strings"
)

// ErrName reports a name that cannot be sent on a control connection.
var ErrName = errors.New("ftp: name holds a character that a command cannot carry (NUL or line feed)")

// SplitCommand splits a command line into its verb, in upper case, and its
// argument: everything behind exactly one space, because further spaces belong
// to a pathname (RFC 3659, 2.2). hasArg tells "CWD" from "CWD ". A line that
// does not begin with a verb gives "".
func SplitCommand(line []byte) (verb, arg string, hasArg bool) {
	head, tail, hasArg := bytes.Cut(line, []byte(" "))
	up, ok := upperVerb(head)
	if !ok {
		return "", "", false
	}
	if c := index[string(up[:len(head)])]; c != nil {
		return c.Name, string(tail), hasArg // the verb is there, and need not be made
	}
	return string(up[:len(head)]), string(tail), hasArg
}

// LookupLine returns the row of the table for the verb of a command line, or nil, and the
// argument as [SplitCommand] has it, which stays within line. It allocates nothing.
func LookupLine(line []byte) (c *Command, arg []byte, hasArg bool) {
	head, tail, hasArg := bytes.Cut(line, []byte(" "))
	up, ok := upperVerb(head)
	if !ok {
		return nil, nil, false
	}
	return index[string(up[:len(head)])], tail, hasArg
}

// upperVerb returns a verb in upper case, and false if head is none.
func upperVerb(head []byte) (up [16]byte, ok bool) {
	if len(head) == 0 || len(head) > len(up) {
		return up, false
	}
	for i, c := range head {
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A' // of ASCII letters alone: names and locales play no part
		}
		if c <= ' ' || c >= 0x7f {
			return up, false
		}
		up[i] = c
	}
	return up, true
}

// AppendCommand appends a command line as a client sends it (RFC 959, 5.3;
// RFC 2640, 3.1; RFC 854): CR in the argument becomes CR NUL, IAC is doubled. An
// argument with NUL or LF is ErrName, and nothing is appended: that would be two
// commands. So is a verb that is not of visible ASCII characters. A command with an empty argument and one without are told apart by
// args, of which there may be one at most.
func AppendCommand(b []byte, verb string, args ...string) ([]byte, error) {
	for i := range len(verb) {
		if verb[i] <= ' ' || verb[i] >= 0x7f {
			return b, ErrName
		}
	}
	for _, arg := range args {
		if strings.ContainsAny(arg, "\x00\n") {
			return b, ErrName
		}
	}
	b = append(b, verb...)
	for _, arg := range args {
		b = append(b, ' ')
		for i := range len(arg) {
			switch c := arg[i]; c {
			case '\r':
				b = append(b, '\r', 0)
			case iac:
				b = append(b, iac, iac)
			default:
				b = append(b, c)
			}
		}
	}
	return append(b, "\r\n"...), nil
}

// ParseRest reads the argument of REST in stream mode: digits (RFC 3659, 5.3).
// What does not fit into 63 bits is ErrSyntax.
func ParseRest(arg string) (int64, error) {
	n, err := strconv.ParseUint(strings.Trim(arg, " "), 10, 64)
	if err != nil || n > math.MaxInt64 || strings.HasPrefix(arg, "+") {
		return 0, ErrSyntax
	}
	return int64(n), nil
}

// ParseAllo reads the argument of ALLO: "n" or "n R m" (RFC 959, 5.3.2). record
// is 0 if there is no R. A number beyond 63 bits is taken as the largest.
func ParseAllo(arg string) (size, record int64, err error) {
	f := strings.Fields(arg)
	if len(f) != 1 && (len(f) != 3 || !strings.EqualFold(f[1], "R")) {
		return 0, 0, ErrSyntax
	}
	if size, err = parseSize(f[0]); err == nil && len(f) == 3 {
		record, err = parseSize(f[2])
	}
	return size, record, err
}

// parseOffset reads a number of digits alone, of at most 63 bits.
func parseOffset(s string) (int64, error) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, ErrSyntax
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, ErrSyntax
	}
	return n, nil
}

func parseSize(s string) (int64, error) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, ErrSyntax
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if errors.Is(err, strconv.ErrRange) {
		return math.MaxInt64, nil
	}
	if err != nil {
		return 0, ErrSyntax
	}
	return n, nil
}

// PassiveArg is what EPSV asks for (RFC 2428, 3).
type PassiveArg struct {
	Family int  // 1 IPv4, 2 IPv6, any other number as given, 0 none given
	All    bool // EPSV ALL
}

// ParseEPSV reads the argument of EPSV: nothing, a family or ALL.
func ParseEPSV(arg string) (PassiveArg, error) {
	arg = strings.Trim(arg, " ")
	if arg == "" {
		return PassiveArg{}, nil
	}
	if strings.EqualFold(arg, "ALL") {
		return PassiveArg{All: true}, nil
	}
	n, err := parseNumber(arg, 1<<16)
	if err != nil || n == 0 {
		return PassiveArg{}, ErrSyntax
	}
	return PassiveArg{Family: n}, nil
}

// ListArg is the argument of LIST, NLST and STAT as clients send it: what they
// would give to ls. Names that begin with a dot are listed in any case.
type ListArg struct {
	Recursive bool   // -R
	Self      bool   // -d: the directory itself, not what is in it
	ByTime    bool   // -t: newest first
	BySize    bool   // -S: largest first
	Reverse   bool   // -r
	Classify  bool   // -F: "/" behind directories, "@" behind links, "*" behind programs
	Path      string // "" for the current directory
}

// ParseList reads the argument of LIST, NLST or STAT. Words in front that begin
// with "-" are options, of which unknown letters are ignored, unless exists says
// that the whole rest is the name of something; "--" ends them. exists may be
// nil.
func ParseList(arg string, exists func(path string) bool) ListArg {
	var l ListArg
	for strings.HasPrefix(arg, "-") && (exists == nil || !exists(arg)) {
		word, rest, _ := strings.Cut(arg, " ")
		arg = rest
		if word == "--" {
			break
		}
		for i := range len(word) {
			switch word[i] {
			case 'R':
				l.Recursive = true
			case 'd':
				l.Self = true
			case 't':
				l.ByTime = true
			case 'S':
				l.BySize = true
			case 'r':
				l.Reverse = true
			case 'F':
				l.Classify = true
			}
		}
	}
	l.Path = arg
	return l
}
