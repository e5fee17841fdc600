package ftp

// paramCommands: where the data connection goes, and what is sent over it.
var paramCommands = []Command{
	{Name: "PORT", Arg: ArgText, Phase: PhaseLogin, Traits: KeepsPending, Replies: []Code{200},
		Syntax: "<h1,h2,h3,h4,p1,p2>", Help: "Have the server connect to this IPv4 address", Ref: "RFC 959, 4.1.2"},
	{Name: "PASV", Arg: ArgNone, Phase: PhaseLogin, Traits: KeepsPending | Fixed, Replies: []Code{227, 425},
		Help: "Have the server listen on an IPv4 port", Ref: "RFC 959, 4.1.2"},
	{Name: "EPRT", Arg: ArgText, Phase: PhaseLogin, Traits: KeepsPending | Fixed, Replies: []Code{200, 522}, Feat: "EPRT",
		Syntax: "|1 or 2|<address>|<port>|", Help: "Have the server connect to this address", Ref: "RFC 2428, 2"},
	{Name: "EPSV", Arg: ArgOptText, Phase: PhaseLogin, Traits: KeepsPending | Fixed, Replies: []Code{200, 229, 425, 522}, Feat: "EPSV",
		Syntax: "[1 | 2 | ALL]", Help: "Have the server listen on a port", Ref: "RFC 2428, 3"},
	{Name: "LPRT", Arg: ArgText, Phase: PhaseLogin, Traits: KeepsPending | Fixed, Replies: []Code{200, 521},
		Syntax: "<af,hal,h1,...,pal,p1,...>", Help: "Have the server connect to this long address", Ref: "RFC 1639, 2"},
	{Name: "LPSV", Arg: ArgNone, Phase: PhaseLogin, Traits: KeepsPending | Fixed, Replies: []Code{228, 425, 521},
		Help: "Have the server listen, and say where in long form", Ref: "RFC 1639, 3"},
	{Name: "SPSV", Arg: ArgNone, Phase: PhaseLogin, Traits: KeepsPending | Fixed, Replies: []Code{227, 425},
		Help: "Have the server listen, and say the port alone", Ref: "Pure-FTPd"},
	{Name: "CPSV", Arg: ArgNone, Phase: PhaseLogin, Traits: KeepsPending | Fixed, Replies: []Code{227, 425}, Feat: "CPSV",
		Help: "PASV, with the server as the TLS client", Ref: "glFTPd, drftpd"},
	{Name: "PRET", Arg: ArgText, Phase: PhaseLogin, Traits: KeepsPending, Replies: []Code{200, 550}, Feat: "PRET",
		Syntax: "<command> [<argument>]", Help: "Tell which transfer comes after PASV", Ref: "drftpd, Pure-FTPd"},

	{Name: "TYPE", Arg: ArgText, Phase: PhaseLogin, Traits: KeepsPending, Replies: []Code{200},
		Syntax: "A [N|T|C] | E [N|T|C] | I | L <bits>", Help: "Set the representation type; bytes of L that do not fill octets are stored in 1, 2, 4 or 8 of them, on the right", Ref: "RFC 959, 4.1.2"},
	{Name: "STRU", Arg: ArgText, Phase: PhaseLogin, Traits: KeepsPending, Replies: []Code{200},
		Syntax: "F | R | P", Help: "Set the file structure", Ref: "RFC 959, 4.1.2"},
	{Name: "MODE", Arg: ArgText, Phase: PhaseLogin, Traits: KeepsPending, Replies: []Code{200},
		Syntax: "S | B | C | Z", Help: "Set the transfer mode", Ref: "RFC 959, 4.1.2"},
	{Name: "OPTS", Arg: ArgText, Phase: PhaseAny, Traits: Fixed, Replies: []Code{200},
		Syntax: "<command> [<options>]", Help: "Set the options of a command", Ref: "RFC 2389, 4"},
	{Name: "LANG", Arg: ArgOptText, Phase: PhaseAny, Replies: []Code{200}, Feat: "LANG",
		Syntax: "[<language tag>]", Help: "Choose the language of replies", Ref: "RFC 2640, 4"},
}
