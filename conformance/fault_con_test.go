package conformance_test

import (
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// limits sets limits of all servers.
func limits(set func(*ftpserver.Limits)) func(conformance.State, *ftpserver.Config) {
	return func(_ conformance.State, cfg *ftpserver.Config) { set(&cfg.Limits) }
}

// conFaults are those of the control connection.
var conFaults = []fault{
	{item: "CON-01", what: "the greeting is no 220", tricks: []*trick{greets("200 Welcome.")}},
	{item: "CON-01", what: "the client is to begin", tricks: []*trick{greets("")}},
	{item: "CON-01", what: "nothing follows 120", tricks: []*trick{greets("120 Ready in 3 minutes.")}},
	{item: "CON-01", what: "the greeting ends with LF alone", tricks: []*trick{bare("$")}},
	{item: "CON-02", what: "it greets though it is down", tricks: []*trick{greets("220 Ready.")}},
	{item: "CON-02", what: "the connection stays", tricks: []*trick{greets("421 Down.")}, config: func(_ conformance.State, cfg *ftpserver.Config) { cfg.Greeting = nil }},
	{item: "CON-03", what: "a command is answered twice", tricks: []*trick{twice("HELP$")}},
	{item: "CON-03", what: "a transfer ends twice", tricks: []*trick{twice("LIST")}},
	{item: "CON-03", what: "a command is never answered", tricks: []*trick{ignores("ALLO")}},
	{item: "CON-03", what: "no blank is behind a code", tricks: []*trick{answers("MODE S", "200")}},
	{item: "CON-04", what: "verbs are known in upper case alone", tricks: []*trick{answers("(?-i:noop)", "500 Unknown command.")}},
	{item: "CON-05", what: "parameters are known in upper case alone", tricks: []*trick{answers("(?-i:type a)", "501 Unknown type.")}},
	{item: "CON-06", what: "a segment is taken for a line", tricks: []*trick{midLine("500 NO is unknown.")}},
	{item: "CON-06", what: "the second segment is taken for a line", tricks: []*trick{answers("NOOP", "500 OP is unknown.")}},
	{item: "CON-07", what: "what is behind the first line is dropped", tricks: []*trick{ignores("NOOP").on(2)}},
	{item: "CON-07", what: "the third line is answered in the place of the second", tricks: []*trick{answers("NOOP", "215 UNIX").on(2), answers("SYST", "200 Done.")}},
	{item: "CON-08", what: "a command counts before its line ends", tricks: []*trick{midLine("200 Done.")}},
	{item: "CON-09", what: "LF alone hangs, and CR LF after it", tricks: []*trick{ignores("NOOP"), ignores("$")}},
	{item: "CON-09", what: "LF alone is answered twice", tricks: []*trick{twice("NOOP")}},
	{item: "CON-10", what: "CR NUL ends the session", tricks: []*trick{hangsUp("NOOP")}},
	{item: "CON-10", what: "CR NUL is answered 421", tricks: []*trick{answers("NOOP", "421 Bad line.")}},
	{item: "CON-11", what: "ECHO is not refused", tricks: []*trick{replaces(".*NOOP", "\xff\xfe\x01", "")}},
	{item: "CON-11", what: "ECHO is agreed to", tricks: []*trick{replaces(".*NOOP", "\xff\xfe\x01", "\xff\xfd\x01")}},
	{item: "CON-11", what: "Telnet is unknown", tricks: []*trick{answers(".*NOOP", "500 Unknown command.")}},
	{item: "CON-12", what: "SGA is not refused", tricks: []*trick{replaces(".*NOOP", "\xff\xfc\x03", "")}},
	{item: "CON-12", what: "SGA is agreed to", tricks: []*trick{replaces(".*NOOP", "\xff\xfc\x03", "\xff\xfb\x03")}},
	{item: "CON-13", what: "WONT is answered", tricks: []*trick{replaces("NOOP", "200", "\xff\xfe\x01200")}},
	{item: "CON-13", what: "WONT becomes part of the next command", tricks: []*trick{answers("NOOP", "500 Unknown command.")}},
	{item: "CON-14", what: "subnegotiations are taken for commands", tricks: []*trick{answers(".*NOOP", "500 Unknown command.")}},
	{item: "CON-15", what: "IAC IAC is two octets", tricks: []*trick{
		rewrites("MKD a", func(line string) string { return "MKD a\xff\xff\xff\xffb" }),
		rewrites("CWD a", func(line string) string { return "CWD a\xff\xff\xff\xffb" }),
	}},
	{item: "CON-15", what: "IAC IAC is dropped in CWD", tricks: []*trick{instead("CWD a", "CWD ab")}},
	{item: "CON-16", what: "ABOR has to be in a transfer", tricks: []*trick{answers("ABOR", "503 There is no transfer.")}},
	{item: "CON-16", what: "ABOR is not seen behind IP and DM", tricks: []*trick{answers("ABOR", "500 Unknown command.").on(1)}},
	{item: "CON-17", what: "what comes after Synch is dropped", tricks: []*trick{ignores("NOOP")}},
	{item: "CON-17", what: "IP becomes part of the next command", tricks: []*trick{answers("NOOP", "500 Unknown command.")}},
	{item: "CON-18", what: "unknown commands are fine", tricks: []*trick{answers("XYZZ", "200 Done.")}},
	{item: "CON-18", what: "unknown commands end the session", tricks: []*trick{hangsUp("XYZZ")}},
	{item: "CON-19", what: "a long line becomes two", tricks: []*trick{answers("NOOP x", "500 Line too long.\n500 Unknown command.")}},
	{item: "CON-19", what: "a long line ends the session", tricks: []*trick{hangsUp("NOOP x")}},
	{item: "CON-20", what: "a long line becomes many", tricks: []*trick{answers("xxx", strings.Repeat("500 Unknown command.\n", 25)+"500 Unknown command.")}},
	{item: "CON-20", what: "a long line is never answered", tricks: []*trick{ignores("xxx")}},
	{item: "CON-20", what: "a long line is fine", tricks: []*trick{answers("xxx", "200 Done.")}},
	{item: "CON-21", what: "a reply ends with LF alone", tricks: []*trick{bare("STAT f")}},
	{item: "CON-21", what: "a line in the middle ends with LF alone", tricks: []*trick{replaces("HELP$", "\r\n ", "\n ")}},
	{item: "CON-21", what: "the last line has no code", tricks: []*trick{answers("SYST", "215UNIX")}},
	{item: "CON-21", what: "the greeting has no blank", tricks: []*trick{greets("220")}},
	{item: "CON-21", what: "a code has a digit too large", tricks: []*trick{answers("STAT f", "283 f")}},
	{item: "CON-22", what: "HELP has its code in the middle", tricks: []*trick{answers("HELP", "214-Commands:\n214 NOOP\n214 End.")}},
	{item: "CON-22", what: "STAT has its code in the middle", tricks: []*trick{answers("STAT$", "211-Status:\n211 connected\n211 End.")}},
	{item: "CON-22", what: "a listing has its code in the middle", tricks: []*trick{answers(`STAT \.`, "213-Status:\n213 end\n213 End.")}},
	{item: "CON-23", what: "HELP has another code in the middle", tricks: []*trick{answers("HELP$", "214-Commands:\n331 is what USER gets\n214 End.")}},
	{item: "CON-23", what: "SITE HELP has a number in the middle", tricks: []*trick{answers("SITE HELP", "214-Commands:\n100 of them\n214 End.")}},
	{item: "CON-24", what: "an empty line is answered twice", tricks: []*trick{answers("$", "500 Nothing.\n500 Nothing at all.")}},
	{item: "CON-24", what: "an empty line ends the session", tricks: []*trick{hangsUp("$")}},
	{item: "CON-24", what: "an empty line is fine", tricks: []*trick{answers("$", "250 Done.")}},
	{item: "CON-25", what: "HTTP is fine", tricks: []*trick{answers("GET", "200 OK")}},
	{item: "CON-25", what: "HTTP is never answered", tricks: []*trick{ignores("GET|Host|x-")}},
	{item: "CON-25", what: "lines of HTTP come back", tricks: []*trick{
		answers("GET", "500 Unknown command."), answers("Host", "500 Unknown command."), answers("x-", "500 X-FERRY-CHECK-MARKER is unknown."),
	}},
	{item: "CON-26", what: "TLS hangs", tricks: []*trick{ignores("\x16")}},
	{item: "CON-26", what: "TLS is fine", tricks: []*trick{answers("\x16", "200 Done.")}},
	{item: "CON-26", what: "TLS stops the server", tricks: []*trick{says("$", func(string) string { return "" }).on(2)}},
	{item: "CON-27", what: "one of many is answered twice", tricks: []*trick{twice("NOOP").on(50)}},
	{item: "CON-27", what: "one of many is lost", tricks: []*trick{ignores("NOOP").on(100)}},
	{item: "CON-27", what: "so many are too much", tricks: []*trick{answers("NOOP", "421 Too fast.").on(64)}},
	{item: "CON-28", what: "the idle are sent away soon", config: limits(func(l *ftpserver.Limits) { l.Idle = time.Minute })},
	{item: "CON-28", what: "the idle stay", config: limits(func(l *ftpserver.Limits) { l.Idle = -1 })},
	{item: "CON-28", what: "the idle are not told", tricks: []*trick{says(unasked, func(string) string { return "" })}},
	{item: "CON-28", what: "the idle are told something else", tricks: []*trick{replaces(unasked, "421", "221")}},
	{item: "CON-29", what: "the file has what was not sent", tricks: []*trick{instead("RETR f", "NLST ..").on(1)}},
	{item: "CON-29", what: "the upload goes on", tricks: []*trick{answers("STOR f", "450 The file is in use.")}},
	{item: "CON-29", what: "the next upload is cut", tricks: []*trick{uploads("STOR f", half)}},
	{item: "CON-30", what: "SYST is for users", tricks: []*trick{answers("SYST", "530 Log in first.")}},
}
