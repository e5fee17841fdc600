package ftpclient

import "strings"

// quirks are what is known about a kind of server beyond what it says of itself.
// The zero value is a server about which nothing is known; it is always safe.
type quirks struct {
	greeting string // part of the greeting by which it is known

	// ahead: commands may be sent before the replies to those before them have
	// come. RFC 959 does not promise that, though most servers queue them. A
	// server that promises it, and noop, has XPIPELINE in FEAT, as ferry's has:
	// a greeting is for its owner to word.
	ahead bool

	// noop: NOOP may be sent while a transfer runs, and is answered once, at once
	// or afterwards. Others answer it in the wrong place, or take it for an abort.
	noop bool

	// all: LIST hides names that begin with a dot unless it is "LIST -a", and
	// understands that. Elsewhere "-a" is not sent: it is the name of a file to
	// some, and empties the listing of others.
	all bool

	// raw: the octet 255 is not to be doubled in names, as Telnet has it (RFC 854):
	// the server takes both for the name.
	raw bool

	// utf8: names are UTF-8 only after "OPTS UTF8 ON". RFC 2640 knows no such
	// command, and others need none.
	utf8 bool

	// octets: TYPE L is taken with any size of words, and octets go over.
	octets bool
}

// knownServers is the one place where it matters which server it is.
var knownServers = []quirks{
	{greeting: "pyftpdlib", ahead: true, noop: true},
	{greeting: "ProFTPD", ahead: true},
	{greeting: "vsFTPd", all: true, raw: true},
	{greeting: "Pure-FTPd", octets: true},
	{greeting: "Microsoft FTP Service", utf8: true},
}

// quirksOf recognises a server by its greeting.
func quirksOf(greeting string) quirks {
	for _, q := range knownServers {
		if strings.Contains(greeting, q.greeting) {
			return q
		}
	}
	return quirks{}
}
