// Package transcript runs scripted FTP dialogues.
//
// A script says what client and server send, in order. It can play either end:
// [Run] plays the client against a server under test, [Serve] plays the server
// for a client under test. The lines of the end that is played are sent, those
// of the other are expected, so that one script can do for both.
//
// # Lines
//
//	C: TEXT     a line of the client, sent with CR LF
//	S: TEXT     a line of the server; each line of a reply is one of its own
//	C~ REGEXP   a line of the client that the whole expression matches
//	S~ REGEXP   a line of the server likewise
//	C< BYTES    bytes of the client as they are: IAC, half lines, bare LF
//	S< BYTES    bytes of the server likewise
//	X: closed   the server closes the control connection in good order
//	X: reset    the server resets it
//	X: client closed
//	X: client reset
//	D open      the data connection is made
//	D refused   the data connection is refused, as who had listened has stopped
//	D quiet     the data connection is open, and nothing more has come on it
//	D> BYTES    bytes of the client on the data connection
//	D< BYTES    bytes of the server on the data connection
//	D~ REGEXP   a line of the server on the data connection, without its CR LF
//	D> closed   the client closes the data connection; also "reset"
//	D< closed   the server closes the data connection; also "reset"
//	T: ARGS     TLS begins on the control connection: Env.Secure
//	T! TEXT ARGS  it fails to, with an error that has TEXT in it
//	T> closed   the client ends TLS on the control connection; "cut" is without close_notify
//	T< closed   the server ends it
//	D: ARGS     TLS begins on the data connection
//	D! TEXT ARGS  it fails to
//	+10m        time passes, in which nothing may arrive
//	@ NAME ARGS a directive for the test that runs the script: Env.Directive
//	== NAME     what follows is on the control connection of that name
//	# TEXT      a comment; empty lines mean nothing either
//
// A script is UTF-8. BYTES are Go string literals, each of which may be repeated:
//
//	C< "USER " "a" * 100000 "\r\n"
//
// The arguments of a directive, and those for Env.Secure, are words or Go string
// literals. The control
// connection of a name is made at the first line that needs it, so that
// directives before that can set up the server. The lines before the first
// "==" are on a connection without a name.
//
// # TLS
//
// The side that is played begins TLS by what Env.Secure makes of the arguments.
// From then on, a connection is "closed" if close_notify came before its end; an
// end without it is "cut". After "T> closed" what the client sends is in the
// clear again, and after "T< closed" what the server sends.
//
//	C: AUTH TLS
//	S: 234 Begin TLS now.
//	T: alpn=ftp
//	C: PBSZ 0
//
// # Variables
//
// In the TEXT of a line, $name or ${name} is a variable and $$ a dollar sign. A
// variable gets its value from a group (?P<name>...) of an expression that has
// matched. Five variables stand for the end of a data connection instead:
//
//	$hostport   h1,h2,h3,h4,p1,p2, as in PORT and 227
//	$p1 $p2     the two bytes of the port
//	$dhost      the address, and $dport the port, as in EPRT and 229
//
// In a line that is sent, they make the script listen on a new port and give
// its numbers. In one that is expected, they stand for any, which the script
// takes for the other side's; without an address, it is the one that the
// control connection goes to. "D open" then accepts or dials. Groups of these
// names in an expression do the same.
//
//	C: PASV
//	S: 227 Entering Passive Mode ($hostport).
//	C: RETR a.txt
//	S: 150 Here it comes.
//	D open
//	D< "hello\r\n"
//	D< closed
//	S: 226 Done.
//
// # Reply codes
//
// Where Env.Check is set, it is asked of each complete reply whether the code
// is one that its command may get.
package transcript
