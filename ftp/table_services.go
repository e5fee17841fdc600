package ftp

var (
	retrCodes = []Code{110, 125, 150, 226, 250, 425, 426, 450, 452, 521, 522, 534, 535, 550, 551, 554, 555}
	storCodes = []Code{110, 125, 150, 226, 250, 425, 426, 450, 452, 521, 522, 532, 534, 535, 550, 551, 552, 553, 554, 555}
	listCodes = []Code{125, 150, 226, 250, 425, 426, 450, 521, 522, 534, 535, 550}
)

// serviceCommands: the file services of RFC 959 with their elder forms.
var serviceCommands = []Command{
	{Name: "RETR", Arg: ArgPath, Phase: PhaseLogin, Traits: Transfers, Replies: retrCodes,
		Syntax: "<path>", Help: "Send a file to the client", Ref: "RFC 959, 4.1.3"},
	{Name: "STOR", Arg: ArgPath, Phase: PhaseLogin, Traits: Transfers, Replies: storCodes,
		Syntax: "<path>", Help: "Store a file, replacing what has its name", Ref: "RFC 959, 4.1.3"},
	{Name: "APPE", Arg: ArgPath, Phase: PhaseLogin, Traits: Transfers, Replies: storCodes,
		Syntax: "<path>", Help: "Append to a file, or create it", Ref: "RFC 959, 4.1.3"},
	{Name: "STOU", Arg: ArgOptPath, Phase: PhaseLogin, Traits: Transfers | Fixed, Replies: storCodes,
		Syntax: "[<name>]", Help: "Store a file under a name of its own", Ref: "RFC 959, 4.1.3; RFC 1123, 4.1.2.9"},
	{Name: "ALLO", Arg: ArgText, Phase: PhaseLogin, Traits: KeepsPending, Replies: []Code{200, 202, 452, 552},
		Syntax: "<size> [R <record size>]", Help: "Reserve room for the file to come", Ref: "RFC 959, 4.1.3"},
	{Name: "REST", Arg: ArgText, Phase: PhaseLogin, Traits: KeepsPending, Replies: []Code{350}, Feat: "REST STREAM",
		Syntax: "<octet or marker>", Help: "Begin the next transfer at this point", Ref: "RFC 959, 4.1.3; RFC 3659, 5"},
	{Name: "RNFR", Arg: ArgPath, Phase: PhaseLogin, Replies: []Code{350, 450, 550, 553},
		Syntax: "<path>", Help: "Rename this; RNTO follows", Ref: "RFC 959, 4.1.3"},
	{Name: "RNTO", Arg: ArgPath, Phase: PhaseLogin, Replies: []Code{250, 450, 452, 532, 550, 552, 553},
		Syntax: "<path>", Help: "Rename what RNFR named to this", Ref: "RFC 959, 4.1.3"},
	{Name: "ABOR", Arg: ArgNone, Phase: PhaseLogin, Traits: During, Replies: []Code{225, 226},
		Help: "Abort the transfer", Ref: "RFC 959, 4.1.3"},
	{Name: "DELE", Arg: ArgPath, Phase: PhaseLogin, Replies: []Code{250, 450, 550, 553},
		Syntax: "<path>", Help: "Delete a file", Ref: "RFC 959, 4.1.3"},
	{Name: "RMD", Arg: ArgPath, Phase: PhaseLogin, Replies: []Code{250, 450, 550, 553},
		Syntax: "<path>", Help: "Remove an empty directory", Ref: "RFC 959, 4.1.3"},
	{Name: "XRMD", Arg: ArgPath, Phase: PhaseLogin, Replies: []Code{250, 450, 550, 553},
		Syntax: "<path>", Help: "The same as RMD", Ref: "RFC 775; RFC 1123, 4.1.3.1"},
	{Name: "MKD", Arg: ArgPath, Phase: PhaseLogin, Traits: Fixed, Replies: []Code{257, 450, 452, 521, 550, 552, 553},
		Syntax: "<path>", Help: "Make a directory", Ref: "RFC 959, 4.1.3"},
	{Name: "XMKD", Arg: ArgPath, Phase: PhaseLogin, Traits: Fixed, Replies: []Code{257, 450, 452, 521, 550, 552, 553},
		Syntax: "<path>", Help: "The same as MKD", Ref: "RFC 775; RFC 1123, 4.1.3.1"},
	{Name: "PWD", Arg: ArgNone, Phase: PhaseLogin, Traits: Fixed, Replies: []Code{257, 550},
		Help: "Show the working directory", Ref: "RFC 959, 4.1.3"},
	{Name: "XPWD", Arg: ArgNone, Phase: PhaseLogin, Traits: Fixed, Replies: []Code{257, 550},
		Help: "The same as PWD", Ref: "RFC 775; RFC 1123, 4.1.3.1"},
	{Name: "LIST", Arg: ArgOptPath, Phase: PhaseLogin, Traits: Transfers, Replies: listCodes,
		Syntax: "[-aAdFrRSt] [<path or pattern>]", Help: "List a directory for people", Ref: "RFC 959, 4.1.3"},
	{Name: "NLST", Arg: ArgOptPath, Phase: PhaseLogin, Traits: Transfers, Replies: listCodes,
		Syntax: "[-aAdFrRSt] [<path or pattern>]", Help: "List names alone", Ref: "RFC 959, 4.1.3; RFC 1123, 4.1.2.7"},
	{Name: "STAT", Arg: ArgOptPath, Phase: PhaseAny, Traits: During | KeepsPending, Replies: []Code{211, 212, 213, 450, 550},
		Syntax: "[<path>]", Help: "Show the session, the transfer or a listing", Ref: "RFC 959, 4.1.3; RFC 1123, 4.1.3.3"},
	{Name: "SITE", Arg: ArgPath, Phase: PhaseAny, Replies: []Code{200, 202, 211, 213, 214, 250, 350, 450, 452, 550, 552, 553},
		Syntax: "<command> [<argument>]", Help: "A service of this server; see HELP SITE", Ref: "RFC 959, 4.1.3; RFC 1123, 4.1.2.8"},
	{Name: "SYST", Arg: ArgNone, Phase: PhaseAny, Traits: Fixed, Replies: []Code{215},
		Help: "Show the type of system", Ref: "RFC 959, 4.1.3"},
	{Name: "HELP", Arg: ArgOptText, Phase: PhaseAny, Replies: []Code{211, 214},
		Syntax: "[<command> | SITE [<command>]]", Help: "Show the commands, or one of them", Ref: "RFC 959, 4.1.3"},
	{Name: "NOOP", Arg: ArgOptText, Phase: PhaseAny, Traits: During | KeepsPending, Replies: []Code{200},
		Help: "Do nothing", Ref: "RFC 959, 4.1.3"},
}
