package conformance_test

import (
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftpserver"
)

// logFaults are those of the login.
var logFaults = []fault{
	{item: "LOG-01", what: "USER is answered 200", tricks: []*trick{codes("USER", 331, 200)}},
	{item: "LOG-01", what: "USER is not known", tricks: []*trick{answers("USER", "500 Unknown command.")}},
	{item: "LOG-02", what: "the right password is answered 200", tricks: []*trick{codes("PASS", 230, 200)}},
	{item: "LOG-02", what: "nobody is logged in", tricks: []*trick{answers("PASS", "230 Welcome.")}},
	{item: "LOG-03", what: "any password will do", tricks: []*trick{instead("PASS", "PASS secret")}},
	{item: "LOG-03", what: "a wrong password is answered 500", tricks: []*trick{codes("PASS", 530, 500)}},
	{item: "LOG-03", what: "the wrong are let in with 530", tricks: []*trick{instead("PASS", "PASS secret"), codes("PASS", 230, 530)}},
	{item: "LOG-04", what: "the unknown are told at once", tricks: []*trick{answers("USER ferry-check-nobody", "530 There is no such user.")}},
	{item: "LOG-04", what: "the text of 331 tells", tricks: []*trick{replaces("USER ferry-check-nobody", "331 ", "331 Guest, ")}},
	{item: "LOG-04", what: "the text of 530 tells", tricks: []*trick{answers("PASS", "530 There is no such user.").on(2)}},
	{item: "LOG-05", what: "one may guess for ever", config: limits(func(l *ftpserver.Limits) { l.Logins = -1 })},
	{item: "LOG-05", what: "the first guess is the last", config: limits(func(l *ftpserver.Limits) { l.Logins = 1 })},
	{item: "LOG-05", what: "no 421 is said", tricks: []*trick{hangsUp("PASS").on(4)}},
	{item: "LOG-05", what: "the fourth guess is never answered", tricks: []*trick{ignores("PASS").on(4)}},
	{item: "LOG-05", what: "the connection stays after 421", tricks: []*trick{answers("PASS", "421 Too many.").on(4)}},
	{item: "LOG-06", what: "a wrong password is answered at once", config: limits(func(l *ftpserver.Limits) { l.LoginDelay = -1 })},
	{item: "LOG-06", what: "a wrong password is answered 500", tricks: []*trick{codes("PASS", 530, 500)}},
	{item: "LOG-07", what: "it takes longer to find a user than nobody", tricks: []*trick{delays("USER joe", 50*time.Millisecond)}},
	{item: "LOG-07", what: "it takes longer to check a password than none", tricks: slowly("joe", 300*time.Millisecond)},
	{item: "LOG-08", what: "PASS is answered before USER", tricks: []*trick{codes("PASS", 503, 331)}},
	{item: "LOG-09", what: "a user has no name", tricks: []*trick{answers("USER$", "331 Password?")}},
	{item: "LOG-10", what: "NOOP ends the login with the connection", tricks: []*trick{hangsUp("NOOP")}},
	{item: "LOG-10", what: "PASS crashes after NOOP", tricks: []*trick{hangsUp("PASS")}},
	{item: "LOG-10", what: "PASS is wrong after NOOP", tricks: []*trick{answers("PASS", "530 Wrong.")}},
	{item: "LOG-10", what: "after 503 there is no login", tricks: []*trick{answers("PASS", "503 Send USER first.").on(1), answers("PASS", "503 Send USER first.").on(2)}},
	{item: "LOG-11", what: "blanks around a password are cut off", tricks: []*trick{
		rewrites("PASS", func(line string) string { return "PASS " + strings.TrimSpace(line[5:]) }),
	}},
	{item: "LOG-11", what: "a password ends at its first blank", tricks: []*trick{
		rewrites("PASS", func(line string) string { return "PASS " + strings.Fields(line)[1] }),
	}},
	{item: "LOG-12", what: "anonymous needs an account", tricks: []*trick{answers("PASS", "332 Account?")}},
	{item: "LOG-12", what: "anonymous is not known though on", tricks: []*trick{answers("PASS", "530 Wrong.")}},
	{item: "LOG-13", what: "a hyphen is no address", tricks: []*trick{answers("PASS -", "530 Give your address.")}},
	{item: "LOG-13", what: "the welcome is long all the same", tricks: []*trick{replaces("PASS", "230 ", "230-Welcome,\r\n stranger.\r\n230 ")}},
	{item: "LOG-14", what: "an empty password is no argument", tricks: []*trick{answers("PASS *$", "500 Usage: PASS password")}},
	{item: "LOG-14", what: "PASS alone is no command", tricks: []*trick{answers("PASS$", "501 Usage: PASS password")}},
	{item: "LOG-15", what: "USER is no command for users", tricks: []*trick{answers("USER", "500 Unknown command.").on(2)}},
	{item: "LOG-15", what: "who may not log in again is logged out", tricks: []*trick{codes("USER", 331, 530).on(2)}},
	{item: "LOG-16", what: "the type is reset", tricks: []*trick{instead("TYPE I", "TYPE A").on(3)}},
	{item: "LOG-17", what: "no account is asked for", tricks: []*trick{codes("PASS", 332, 530)}},
	{item: "LOG-17", what: "any account will do", tricks: []*trick{instead("ACCT", "ACCT 4711")}},
	{item: "LOG-17", what: "those with a wrong account are let in with 530", tricks: []*trick{instead("ACCT", "ACCT 4711"), codes("ACCT", 230, 530)}},
	{item: "LOG-17", what: "the right account is refused", tricks: []*trick{codes("ACCT 4711", 230, 530)}},
	{item: "LOG-17", what: "the right account logs nobody in", tricks: []*trick{answers("ACCT 4711", "230 Welcome.")}},
	{item: "LOG-18", what: "any account is a login", tricks: []*trick{answers("ACCT", "230 Welcome.")}},
	{item: "LOG-18", what: "ACCT ends the session", tricks: []*trick{answers("ACCT", "202 Superfluous."), hangsUp("NOOP")}},
	{item: "LOG-19", what: "files are looked for before the login", tricks: []*trick{answers("RETR", "550 No such file.")}},
	{item: "LOG-20", what: "PWD needs no login", tricks: []*trick{answers("PWD", `257 "/"`)}},
	{item: "LOG-21", what: "LIST needs no login", tricks: []*trick{answers("LIST", "425 No connection.")}},
	{item: "LOG-21", what: "PORT needs no login", tricks: []*trick{answers("PORT", "200 Done.")}},
	{item: "LOG-21", what: "PASV needs no login", tricks: []*trick{answers("PASV", "227 =127,0,0,1,200,1")}},
	{item: "LOG-21", what: "TYPE is not known before the login", tricks: []*trick{answers("TYPE", "500 Unknown command.")}},
	{item: "LOG-22", what: "QUIT needs a login", tricks: []*trick{answers("QUIT", "530 Log in first.")}},
	{item: "LOG-22", what: "the connection stays", tricks: []*trick{answers("QUIT", "221 Goodbye.")}},
	{item: "LOG-23", what: "REIN is answered 200", tricks: []*trick{codes("REIN", 220, 200)}},
	{item: "LOG-23", what: "the user stays", tricks: []*trick{answers("REIN", "220 Ready.")}},
	{item: "LOG-23", what: "nothing follows 120", tricks: []*trick{answers("REIN", "120 Soon.")}},
	{item: "LOG-24", what: "the type stays", tricks: []*trick{answers("REIN", "220 Ready.")}},
	{item: "LOG-25", what: "the transfer is broken off", tricks: []*trick{downloads("RETR", half), codes("RETR", 226, 426)}},
	{item: "LOG-25", what: "the file ends early", tricks: []*trick{downloads("RETR", half)}},
	{item: "LOG-25", what: "REIN is forgotten", tricks: []*trick{ignores("REIN")}},
	{item: "LOG-25", what: "the user stays", tricks: []*trick{answers("REIN", "220 Ready.")}},
	{item: "LOG-25", what: "the end of the transfer is not told", tricks: []*trick{says("RETR", onlyPreliminary)}},
	{item: "LOG-26", what: "QUIT is answered 200", tricks: []*trick{codes("QUIT", 221, 200)}},
	{item: "LOG-26", what: "the connection stays", tricks: []*trick{answers("QUIT", "221 Goodbye.")}},
	{item: "LOG-26", what: "something follows", tricks: []*trick{twice("QUIT")}},
	{item: "LOG-27", what: "the transfer is broken off", tricks: []*trick{downloads("RETR", half)}},
	{item: "LOG-27", what: "the end of the transfer is not told", tricks: []*trick{says("RETR", onlyPreliminary)}},
	{item: "LOG-27", what: "QUIT is answered 200", tricks: []*trick{codes("QUIT", 221, 200)}},
	{item: "LOG-27", what: "the connection stays", tricks: []*trick{answers("QUIT", "221 Goodbye.")}},
	{item: "LOG-28", what: "PASS is no command for users", tricks: []*trick{answers("PASS", "500 Unknown command.").on(2)}},
	{item: "LOG-28", what: "PASS logs out", tricks: []*trick{instead("PASS", "USER joe").on(2), codes("PASS", 331, 503).on(2)}},
	{item: "LOG-29", what: "HOST is answered 200", tricks: []*trick{codes("HOST", 220, 200)}},
	{item: "LOG-29", what: "there are no users at a host", tricks: []*trick{codes("PASS", 230, 530)}},
	{item: "LOG-30", what: "the first HOST counts", tricks: []*trick{answers("HOST files", "220 Ready.").on(2)}},
	{item: "LOG-30", what: "a second HOST is refused", tricks: []*trick{answers("HOST files", "503 You have a host.").on(2)}},
	{item: "LOG-31", what: "HOST is fine after the login", tricks: []*trick{answers("HOST", "220 Ready.")}},
	{item: "LOG-32", what: "a host may have a port", tricks: []*trick{answers("HOST", "220 Ready.")}},
	{item: "LOG-33", what: "an address may have a port", tricks: []*trick{answers("HOST", "504 Not here.")}},
	{item: "LOG-34", what: "any host will do", tricks: []*trick{answers("HOST", "220 Ready.")}},
	{item: "LOG-34", what: "the session hangs after 504", tricks: []*trick{ignores("NOOP")}},
	{item: "LOG-35", what: "any address will do", tricks: []*trick{answers("HOST", "220 Ready.")}},
	{item: "LOG-36", what: "what is no name is but unknown", tricks: []*trick{answers("HOST", "504 Not here.")}},
	{item: "LOG-37", what: "the host stays", tricks: []*trick{answers("REIN", "220 Ready.")}},
	{item: "LOG-37", what: "REIN chooses another host", tricks: []*trick{answers("REIN", "220 Ready."), replaces("PASS", "230 ", "230 Elsewhere: ").on(3)}},
	{item: "LOG-38", what: "names are known in lower case alone", tricks: []*trick{answers("(?-i:host FTP)", "504 Not here.")}},
	{item: "LOG-39", what: "FEAT does not list HOST", tricks: []*trick{replaces("FEAT", " HOST\r\n", "")}},
	{item: "LOG-39", what: "FEAT lists HOST without a blank", tricks: []*trick{replaces("FEAT", " HOST\r\n", "HOST\r\n")}},
	{item: "LOG-40", what: "LANG needs a language", tricks: []*trick{answers("LANG$", "501 Usage: LANG tag")}},
	{item: "LOG-40", what: "LANG alone changes nothing", tricks: []*trick{answers("LANG$", "200 Done.")}},
	{item: "LOG-41", what: "any language will do", tricks: []*trick{answers("LANG", "200 Done.")}},
	{item: "LOG-42", what: "what is no tag is but unknown", tricks: []*trick{answers("LANG", "504 Not known.")}},
	{item: "LOG-43", what: "FEAT does not list LANG", tricks: []*trick{replaces("FEAT", " LANG ", " XLANG ")}},
	{item: "LOG-43", what: "two languages are in use", tricks: []*trick{replaces("FEAT", ";ZH-CN", ";ZH-CN*")}},
	{item: "LOG-43", what: "languages are listed with commas", tricks: []*trick{replaces("FEAT", ";ZH-CN", ",ZH-CN")}},
	{item: "LOG-44", what: "HOST leaves the language", tricks: []*trick{answers("HOST", "220 Ready.")}},
	{item: "LOG-44", what: "REIN leaves the language", tricks: []*trick{answers("REIN", "220 Ready.")}},
	{item: "LOG-44", what: "LANG does nothing", tricks: []*trick{answers("LANG", "200 Done.")}},
}

// slowly has passwords of a user checked longer than those of others.
func slowly(user string, d time.Duration) []*trick {
	his := make(map[*session]bool) // guarded by turn, a channel: what holds it may wait
	turn := make(chan struct{}, 1)
	of := func(s *session, set bool) bool {
		turn <- struct{}{}
		defer func() { <-turn }()
		his[s] = his[s] || set
		return his[s]
	}
	return []*trick{
		{match: lines("USER " + user), command: func(s *session, line string) (string, bool) {
			of(s, true)
			return line, true
		}},
		{match: lines("PASS"), reply: func(s *session, raw string) string {
			if of(s, false) {
				<-time.After(d)
			}
			return raw
		}},
	}
}
