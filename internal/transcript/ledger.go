package transcript

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A ledger keeps account of the commands on a control connection that wait for
// their reply, and checks each reply against them.
type ledger struct {
	check   func(command string, code int) error
	tell    func(command string, code int)
	open    []string // commands without a final reply; "" is the greeting's
	command []byte   // of the line that the client has begun
	reply   []byte   // of the line that the server has begun
	multi   string   // the code of the multi-line reply that has begun
	cut     bool     // the last reply was 426: one to ABOR is next
}

func newLedger(check func(string, int) error, tell func(string, int)) *ledger {
	if tell == nil {
		tell = func(string, int) {}
	}
	return &ledger{check: check, tell: tell, open: []string{""}}
}

// sent takes what the client has sent.
func (l *ledger) sent(p []byte) {
	for _, b := range p {
		if b != '\n' {
			l.command = append(l.command, b)
			continue
		}
		l.open = append(l.open, commandOf(stripTelnet(strings.TrimSuffix(string(l.command), "\r"))))
		l.command = l.command[:0]
	}
}

// commandOf returns the command of a line, as Env.Check knows it.
func commandOf(line string) string {
	verb, arg, _ := strings.Cut(strings.ToUpper(line), " ")
	if sub, _, _ := strings.Cut(strings.TrimLeft(arg, " "), " "); verb == "SITE" && sub != "" {
		return verb + " " + sub
	}
	return verb
}

// stripTelnet takes Telnet sequences out of a line.
func stripTelnet(s string) string {
	const iac, sb, will, dont, end = 0xff, 0xfa, 0xfb, 0xfe, "\xff\xf0"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] != iac:
			b.WriteByte(s[i])
		case i+1 < len(s) && s[i+1] == sb:
			if n := strings.Index(s[i:], end); n >= 0 {
				i += n
			}
			i++
		case i+1 < len(s) && s[i+1] >= will && s[i+1] <= dont:
			i += 2
		case i+1 < len(s) && s[i+1] < 0xf0: // the data mark was taken out
		default:
			i++
		}
	}
	return b.String()
}

// received takes what the server has sent.
func (l *ledger) received(p []byte) error {
	for _, b := range p {
		if b != '\n' {
			l.reply = append(l.reply, b)
			continue
		}
		line := stripTelnet(strings.TrimSuffix(string(l.reply), "\r"))
		l.reply = l.reply[:0]
		if err := l.line(line); err != nil {
			return err
		}
	}
	return nil
}

var replyLine = regexp.MustCompile(`^(\d{3})(-| |$)`)

// line takes one line of a reply.
func (l *ledger) line(s string) error {
	m := replyLine.FindStringSubmatch(s)
	switch {
	case l.multi != "":
		if m == nil || m[1] != l.multi || m[2] == "-" {
			return nil
		}
		l.multi = ""
	case l.check == nil:
		return nil
	case m == nil:
		return fmt.Errorf("%q does not begin a reply", s)
	case m[2] == "-":
		l.multi = m[1]
		return nil
	}
	code, err := strconv.Atoi(m[1])
	if err != nil {
		return err
	}
	return l.settle(code)
}

// settle gives the reply to the first command that may get it. Behind 426, that
// is ABOR, even where a transfer waits that may get the same.
func (l *ledger) settle(code int) error {
	cut := l.cut && slices.Contains(l.open, "ABOR") && l.check("ABOR", code) == nil
	l.cut = code == 426
	var first error
	for i, command := range l.open {
		if cut && command != "ABOR" {
			continue
		}
		err := l.check(command, code)
		if err == nil {
			l.tell(command, code)
			if code >= 200 {
				l.open = slices.Delete(l.open, i, i+1)
			}
			return nil
		}
		if first == nil {
			first = err
		}
	}
	if code == 421 {
		l.tell("", code)
		return l.check("", code)
	}
	if first == nil {
		return fmt.Errorf("%d answers no command", code)
	}
	return first
}
