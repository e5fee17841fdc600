package ftp

// obsoleteCommands: mail over FTP and other verbs that were defined once, or
// belong to one server's inner workings. They are answered 502.
var obsoleteCommands = []Command{
	{Name: "MAIL", Arg: ArgOptText, Phase: PhaseAny, Traits: Obsolete, Syntax: "<recipient>", Help: "Mail to a recipient", Ref: "RFC 765"},
	{Name: "MLFL", Arg: ArgOptText, Phase: PhaseAny, Traits: Obsolete, Syntax: "<recipient>", Help: "Mail a file", Ref: "RFC 765"},
	{Name: "MSND", Arg: ArgOptText, Phase: PhaseAny, Traits: Obsolete, Syntax: "<recipient>", Help: "Mail to a terminal", Ref: "RFC 765"},
	{Name: "MSOM", Arg: ArgOptText, Phase: PhaseAny, Traits: Obsolete, Syntax: "<recipient>", Help: "Mail to a terminal or mailbox", Ref: "RFC 765"},
	{Name: "MSAM", Arg: ArgOptText, Phase: PhaseAny, Traits: Obsolete, Syntax: "<recipient>", Help: "Mail to a terminal and mailbox", Ref: "RFC 765"},
	{Name: "MRSQ", Arg: ArgOptText, Phase: PhaseAny, Traits: Obsolete, Syntax: "[<scheme>]", Help: "Choose the scheme of mail recipients", Ref: "RFC 765"},
	{Name: "MRCP", Arg: ArgOptText, Phase: PhaseAny, Traits: Obsolete, Syntax: "<recipient>", Help: "Name a mail recipient", Ref: "RFC 765"},
	{Name: "XSEN", Arg: ArgOptText, Phase: PhaseAny, Traits: Obsolete, Syntax: "<recipient>", Help: "Send to a terminal", Ref: "RFC 737"},
	{Name: "XSEM", Arg: ArgOptText, Phase: PhaseAny, Traits: Obsolete, Syntax: "<recipient>", Help: "Send to a terminal or mailbox", Ref: "RFC 737"},
	{Name: "XMAS", Arg: ArgOptText, Phase: PhaseAny, Traits: Obsolete, Syntax: "<recipient>", Help: "Send to a terminal and mailbox", Ref: "RFC 737"},
	{Name: "XRSQ", Arg: ArgOptText, Phase: PhaseAny, Traits: Obsolete, Syntax: "[<scheme>]", Help: "Choose the scheme of mail recipients", Ref: "RFC 743"},
	{Name: "XRCP", Arg: ArgOptText, Phase: PhaseAny, Traits: Obsolete, Syntax: "<recipient>", Help: "Name a mail recipient", Ref: "RFC 743"},
	{Name: "ESTA", Arg: ArgOptText, Phase: PhaseAny, Traits: Obsolete, Help: "Debug the active data connection", Ref: "Pure-FTPd"},
	{Name: "ESTP", Arg: ArgOptText, Phase: PhaseAny, Traits: Obsolete, Help: "Debug the passive data connection", Ref: "Pure-FTPd"},
	{Name: "CEPR", Arg: ArgOptText, Phase: PhaseAny, Traits: Obsolete, Syntax: "on", Help: "Have EPSV say the address, too", Ref: "lftp"},
	{Name: "P@SW", Arg: ArgOptText, Phase: PhaseAny, Traits: Obsolete, Help: "PASV as some firewalls mangle it", Ref: "Pure-FTPd"},
	{Name: "XDBG", Arg: ArgOptText, Phase: PhaseAny, Traits: Obsolete, Help: "Debug", Ref: "Pure-FTPd"},
}
