package conformance_test

import (
	"slices"
	"strings"
)

// feaFaults are those of FEAT and OPTS.
var feaFaults = slices.Concat([]fault{
	{item: "FEA-01", what: "features begin with two spaces", tricks: []*trick{replaces("FEAT", "\r\n AUTH", "\r\n  AUTH")}},
	{item: "FEA-01", what: "features begin without a space", tricks: []*trick{replaces("FEAT", "\r\n AUTH", "\r\nAUTH")}},
	{item: "FEA-01", what: "features begin with a tab", tricks: []*trick{replaces("FEAT", "\r\n AUTH", "\r\n \tAUTH")}},
	{item: "FEA-01", what: "a feature is an empty line", tricks: []*trick{listed("NONE", "")}},
	{item: "FEA-01", what: "a feature ends with a space", tricks: []*trick{listed("SIZE", "SIZE ")}},
	{item: "FEA-01", what: "lines end with LF", tricks: []*trick{replaces("FEAT", " SIZE\r\n", " SIZE\n")}},
	{item: "FEA-01", what: "the end is another one", tricks: []*trick{replaces("FEAT", "211 End", "211 That is all.")}},
	{item: "FEA-01", what: "all is in 211-", tricks: []*trick{replaces("FEAT", "\r\n ", "\r\n211-")}},
	{item: "FEA-01", what: "the code is that of HELP", tricks: []*trick{codes("FEAT", 211, 214)}},
	{item: "FEA-01", what: "the list is empty", tricks: []*trick{answers("FEAT", "211-Features:\n211 End")}},
	{item: "FEA-02", what: "what follows FEAT does not count", tricks: []*trick{instead("FEAT x", "FEAT")}},
	{item: "FEA-02", what: "FEAT x is an unknown command", tricks: []*trick{answers("FEAT x", "500 What is this?")}},
	{item: "FEA-03", what: "FEAT lists itself", tricks: []*trick{listed("FEAT", "FEAT")}},
	{item: "FEA-03", what: "FEAT lists OPTS", tricks: []*trick{listed("OPTS", "OPTS MLST")}},
	{item: "FEA-04", what: "no feature is an empty list", tricks: []*trick{answers("FEAT", "211-Features:\n211 End")}},
	{item: "FEA-04", what: "no feature is another code", tricks: []*trick{answers("FEAT", "504 None.")}},
	{item: "FEA-05", what: "FEAT is for those who are known", tricks: []*trick{answers("FEAT", "530 Log in first.")}},
	{item: "FEA-05", what: "there is no feature before login", tricks: []*trick{answers("FEAT", "211 None.")}},
	{item: "FEA-06", what: "OPTS is not known", tricks: []*trick{answers("OPTS", "500 What is this?")}},
	{item: "FEA-06", what: "OPTS is not implemented", tricks: []*trick{unlisted("MLST"), unlisted("UTF8"), unlisted("HASH"), answers("OPTS", "502 What is this?")}},
	{item: "FEA-07", what: "any option is taken", tricks: []*trick{answers("OPTS", "200 Done.")}},
	{item: "FEA-08", what: "OPTS of nothing is done", tricks: []*trick{answers("OPTS", "200 Done.")}},
	{item: "FEA-08", what: "OPTS alone is an unknown command", tricks: []*trick{answers("OPTS", "500 What is this?")}},
	{item: "FEA-11", what: "MDTM works and is not listed", tricks: []*trick{unlisted("MDTM")}},
	{item: "FEA-11", what: "MDTM is listed and does not work", tricks: []*trick{answers("MDTM", "550 No time.")}},
	{item: "FEA-11", what: "the line of MDTM says more", tricks: []*trick{listed("MDTM", "MDTM YYYYMMDDHHMMSS")}},
	{item: "FEA-12", what: "SIZE works and is not listed", tricks: []*trick{unlisted("SIZE")}},
	{item: "FEA-12", what: "SIZE is listed and does not work", tricks: []*trick{answers("SIZE", "502 No size.")}},
	{item: "FEA-12", what: "the line of SIZE says more", tricks: []*trick{listed("SIZE", "SIZE path")}},
	{item: "FEA-13", what: "restarts work and are not listed", tricks: []*trick{unlisted("REST")}},
	{item: "FEA-13", what: "restarts are listed without STREAM", tricks: []*trick{listed("REST", "REST")}},
	{item: "FEA-13", what: "restarts are listed and REST is refused", tricks: []*trick{answers("REST", "502 No.")}},
	{item: "FEA-13", what: "restarts are listed and begin anew", tricks: []*trick{answers("REST", "350 Restarting.")}},
	{item: "FEA-14", what: "files are found in the working directory alone", tricks: []*trick{answers("RETR a/", "550 No such file.")}},
	{item: "FEA-14", what: "there are no absolute paths", tricks: []*trick{answers("RETR /", "550 No such file.")}},
	{item: "FEA-14", what: "CWD goes down one level alone", tricks: []*trick{instead("CWD a/b", "CWD a")}},
	{item: "FEA-14", what: "PWD shows other separators", tricks: []*trick{says("PWD", func(raw string) string { return strings.ReplaceAll(raw, "/", `\`) })}},
	{item: "FEA-14", what: "the root is somewhere else", tricks: []*trick{instead("CWD /$", "NOOP")}},
	{item: "FEA-15", what: "MLSD has a line of its own", tricks: []*trick{listed("MLSD", "MLSD")}},
	{item: "FEA-15", what: "MLST has two lines", tricks: []*trick{listed("NONE", "MLST Type*;")}},
	{item: "FEA-15", what: "MLST works and is not listed", tricks: []*trick{unlisted("MLST")}},
	{item: "FEA-15", what: "MLST is listed and does not work", tricks: []*trick{answers("MLST", "550 No.")}},
	{item: "FEA-15", what: "facts are divided by commas", tricks: []*trick{listed("MLST", "MLST Type*,Size*,Modify*")}},
	{item: "FEA-15", what: "there are blanks between facts", tricks: []*trick{listed("MLST", "MLST Type*; Size*;")}},
	{item: "FEA-15", what: "the last fact has no semicolon", tricks: []*trick{listed("MLST", "MLST Type*;Size*")}},
	{item: "FEA-16", what: "the line of UTF8 says more", tricks: []*trick{listed("UTF8", "UTF8 ON")}},
	{item: "FEA-16", what: "names are listed in another charset", tricks: []*trick{downloads("NLST", func([]byte) []byte { return []byte("?????-??\r\n") })}},
	{item: "FEA-16", what: "names in UTF-8 are refused", tricks: []*trick{answers("MKD [^a-z/]", "553 Letters, please.")}},
	{item: "FEA-16", what: "OPTS UTF8 works and is not listed", tricks: []*trick{unlisted("UTF8")}},
	{item: "FEA-17", what: "AUTH is not listed", tricks: []*trick{unlisted("AUTH")}},
	{item: "FEA-17", what: "AUTH is listed without TLS", tricks: []*trick{listed("AUTH", "AUTH")}},
	{item: "FEA-17", what: "PBSZ is not listed", tricks: []*trick{unlisted("PBSZ")}},
	{item: "FEA-17", what: "PROT is not listed", tricks: []*trick{unlisted("PROT")}},
	{item: "FEA-18", what: "the answer does not say what was chosen", tricks: []*trick{says("OPTS MLST", func(string) string { return "200 Done.\r\n" })}},
	{item: "FEA-18", what: "the answer names facts with their asterisks", tricks: []*trick{replaces("OPTS MLST", "ize;", "ize*;")}},
	{item: "FEA-18", what: "the last fact has no semicolon", tricks: []*trick{replaces("OPTS MLST", ";\r\n", "\r\n")}},
	{item: "FEA-18", what: "a fact is chosen that was not asked for", tricks: []*trick{instead("OPTS MLST", "OPTS MLST size;type;modify;")}},
	{item: "FEA-18", what: "one fact is chosen at a time", tricks: []*trick{instead("OPTS MLST", "OPTS MLST size;")}},
	{item: "FEA-18", what: "MLST goes on as before", tricks: []*trick{answers("OPTS MLST", "200 MLST OPTS Size;Type;")}},
	{item: "FEA-18", what: "facts cannot be chosen", tricks: []*trick{answers("OPTS MLST", "501 No such option.")}},
	{item: "FEA-18", what: "MLST leaves out what was chosen", tricks: []*trick{says("MLST", func(raw string) string {
		return strings.ReplaceAll(raw, "size=7;", "")
	})}},
	{item: "FEA-19", what: "no facts are a wrong argument", tricks: []*trick{answers("OPTS MLST", "501 Which ones?")}},
	{item: "FEA-19", what: "no facts are all facts", tricks: []*trick{instead("OPTS MLST", "OPTS MLST type;size;")}},
	{item: "FEA-19", what: "MLSD goes on as before", tricks: []*trick{answers("OPTS MLST", "200 MLST OPTS")}},
	{item: "FEA-19", what: "there is no space before the name", tricks: []*trick{downloads("MLSD", func(b []byte) []byte {
		return []byte(strings.ReplaceAll("\n"+string(b), "\n ", "\n")[1:])
	})}},
	{item: "FEA-20", what: "an unknown fact is a wrong argument", tricks: []*trick{answers("OPTS MLST", "501 No frogs.")}},
	{item: "FEA-20", what: "an unknown fact is said to be chosen", tricks: []*trick{replaces("OPTS MLST", "ize;", "ize;frogs;")}},
	{item: "FEA-20", what: "an unknown fact drops all", tricks: []*trick{instead("OPTS MLST", "OPTS MLST")}},
	{item: "FEA-21", what: "blanks divide facts", tricks: []*trick{instead("OPTS MLST unique", "OPTS MLST unique;type;")}},
	{item: "FEA-21", what: "a refused set is chosen", tricks: []*trick{
		instead("OPTS MLST unique", "OPTS MLST unique;"), codes("OPTS MLST unique", 200, 501),
	}},
	{item: "FEA-22", what: "the asterisks stay", tricks: []*trick{listed("MLST", "MLST Type*;Size*;Modify*;")}},
	{item: "FEA-22", what: "there are no asterisks", tricks: []*trick{replaces("FEAT", "*", "")}},
	{item: "FEA-22", what: "the last choice does not count", tricks: []*trick{answers("OPTS MLST size", "200 MLST OPTS Size;")}},
	{item: "FEA-23", what: "UTF8 is no option", tricks: []*trick{answers("OPTS UTF8", "501 Always on.")}},
	{item: "FEA-23", what: "OPTS UTF8 is an unknown command", tricks: []*trick{answers("OPTS UTF8", "500 What is this?")}},
	{item: "FEA-24", what: "options are in upper case", tricks: []*trick{answers("(?-i:OPTS utf8)", "501 What is this?")}},
	{item: "FEA-24", what: "a hyphen is not known", tricks: []*trick{answers("OPTS UTF-8", "501 What is this?")}},
}, unknownFaults("AVBL", "CLNT", "EPRT", "EPSV", "HASH", "HOST", "LANG", "MDTM", "MFMT", "MLST", "MODE", "OPTS", "PRET", "RANG", "REST", "SIZE", "AUTH", "PBSZ", "XCRC", "THMB"),
	unlistedFaults("AUTH", "CCC", "CSID", "EPRT", "EPSV", "HASH", "HOST", "LANG", "MDTM", "MFF", "MFMT", "MLST", "PBSZ", "PROT", "RANG", "REST", "SIZE"))

// unknownFaults are faults of features that are listed, and whose commands are not known.
func unknownFaults(verbs ...string) (list []fault) {
	for i, verb := range verbs {
		f := fault{item: "FEA-09", what: verb + " is listed and not known", tricks: []*trick{answers(verb, "500 What is this?")}}
		if i%2 == 1 {
			f = fault{item: "FEA-09", what: verb + " is listed and not implemented", tricks: []*trick{answers(verb, "502 Later.")}}
		}
		list = append(list, f)
	}
	return list
}

// unlistedFaults are faults of commands that work, and are not listed.
func unlistedFaults(verbs ...string) (list []fault) {
	for _, verb := range verbs {
		list = append(list, fault{item: "FEA-10", what: verb + " works and is not listed", tricks: []*trick{unlisted(verb)}})
	}
	return list
}
