package ftpclient

// quirks are what is known about a kind of server beyond what it says of itself.
// The zero value is a server about which nothing is known; it is always safe.
//
// Each entry has a transcript in testdata/quirks, which a test of internal/habits
// records from the real server and compares with it; that shows all that is said of it here.
type quirks struct {
	kind  string // what it is called; "" is one that is not known
	signs signs

	// ahead: commands may be sent before the replies to those before them have
	// come. RFC 959 does not promise that, though most servers queue them. A
	// server that promises it, and noop, has XPIPELINE in FEAT, as ferry's has:
	// a greeting is for its owner to word.
	ahead bool

	// queues: what comes during a transfer waits for its end. Others take it for an
	// abort, or do at once what it says. XPIPELINE promises this, too.
	queues bool

	// pairs: EPSV and RETR for several files may come in one write when all octets of the
	// download before have been sent, and are done one after the other.
	pairs bool

	// half: the client may end its half of TLS on the data connection of a download before
	// anything has come. The server waits for that end before its 226, and has it then
	// without a round trip. Others close a connection with something unread, and what is on
	// its way is lost.
	half bool

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

	// direct: PRET, though FEAT lists it, is not needed.
	direct bool

	// octets: TYPE L is taken with any size of words, and octets go over.
	octets bool
}

// knownServers is the one place where it matters which server it is.
var knownServers = []quirks{
	{
		// A new EPSV closes the data connection that is in use: a download then ends
		// early and is never spoken of again, and an upload is stored as far as it came.
		kind: "pyftpdlib",
		signs: signs{greeting: "pyftpdlib", system: "UNIX",
			password: "Username ok, send password.", welcome: "Login successful.", features: "Features supported:", end: "End FEAT."},
		ahead: true, noop: true,
	},
	{
		kind: "ProFTPD",
		signs: signs{greeting: "ProFTPD", system: "UNIX",
			password: "Password required for %", welcome: "User % logged in", features: "Features:", end: "End"},
		ahead: true, queues: true, noop: true,
	},
	{
		kind: "vsftpd",
		signs: signs{greeting: "vsFTPd", system: "UNIX",
			password: "Please specify the password.", welcome: "Login successful.", features: "Features:", end: "End"},
		ahead: true, queues: true, half: true, noop: true, all: true, raw: true,
	},
	{
		// Whatever comes during a download, and has not come before it, is "500 Unknown
		// command" at once, which stands before the end of the download.
		kind: "Pure-FTPd",
		signs: signs{greeting: "Pure-FTPd", system: "UNIX",
			password: "User % OK. Password required", welcome: "OK. Current directory is /", features: "Extensions supported:", end: "End."},
		ahead: true, pairs: true, octets: true, raw: true, direct: true,
	},
	{
		kind: "IIS",
		signs: signs{greeting: "Microsoft FTP Service", system: "Windows_NT",
			password: "", welcome: "User logged in.", features: "Extended features supported:", end: "END"},
		utf8: true,
	},
}
