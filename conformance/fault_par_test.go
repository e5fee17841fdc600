package conformance_test

import (
	"bytes"
)

// parFaults are those of TYPE, STRU, MODE and ALLO.
var parFaults = []fault{
	{item: "PAR-01", what: "TYPE A is not known", tricks: []*trick{answers("TYPE A$", "504 No such type.")}},
	{item: "PAR-02", what: "TYPE takes no format", tricks: []*trick{answers("TYPE A N", "501 One letter, please.")}},
	{item: "PAR-03", what: "TYPE A T is not known", tricks: []*trick{answers("TYPE A T", "504 No such format.")}},
	{item: "PAR-04", what: "TYPE A C is taken for a wrong syntax", tricks: []*trick{answers("TYPE A C", "501 What is this?")}},
	{item: "PAR-05", what: "TYPE I is refused", tricks: []*trick{answers("TYPE I", "504 No such type.")}},
	{item: "PAR-05", what: "TYPE I is not acted upon", tricks: []*trick{instead("TYPE I", "TYPE A")}},
	{item: "PAR-06", what: "TYPE L 8 is refused", tricks: []*trick{answers("TYPE L 8", "504 No such type.")}},
	{item: "PAR-06", what: "TYPE L 8 is not TYPE I", tricks: []*trick{instead("TYPE L 8", "TYPE A")}},
	{item: "PAR-07", what: "TYPE L has a default size", tricks: []*trick{answers("TYPE L$", "200 Type L 8.")}},
	{item: "PAR-08", what: "TYPE L 36 is an unknown command", tricks: []*trick{answers("TYPE L 36", "500 What is this?")}},
	{item: "PAR-09", what: "a byte may have no bits", tricks: []*trick{answers("TYPE L 0", "200 Type L 0.")}},
	{item: "PAR-09", what: "a byte may have 256 bits", tricks: []*trick{answers("TYPE L 256", "200 Type L 256.")}},
	{item: "PAR-10", what: "TYPE E is taken for a wrong syntax", tricks: []*trick{answers("TYPE E$", "501 What is this?")}},
	{item: "PAR-10", what: "TYPE E takes no format", tricks: []*trick{answers("TYPE E N", "501 One letter, please.")}},
	{item: "PAR-11", what: "TYPE has a default", tricks: []*trick{answers("TYPE$", "200 Type A.")}},
	{item: "PAR-12", what: "any type is taken", tricks: []*trick{answers("TYPE Z", "200 Type set.")}},
	{item: "PAR-13", what: "any format is taken", tricks: []*trick{answers("TYPE A X", "200 Type set.")}},
	{item: "PAR-14", what: "the format stays", tricks: []*trick{instead("TYPE A$", "NOOP")}},
	{item: "PAR-15", what: "STRU F is not known", tricks: []*trick{answers("STRU F", "504 No such structure.")}},
	{item: "PAR-16", what: "STRU R is taken for a wrong syntax", tricks: []*trick{answers("STRU R", "501 What is this?")}},
	{item: "PAR-17", what: "STRU P is taken for a wrong syntax", tricks: []*trick{answers("STRU P", "501 What is this?")}},
	{item: "PAR-17", what: "there is no way back from STRU P", tricks: []*trick{answers("STRU F", "503 You are in STRU P.")}},
	{item: "PAR-18", what: "any structure is taken", tricks: []*trick{answers("STRU X", "200 Structure set.")}},
	{item: "PAR-18", what: "STRU has a default", tricks: []*trick{answers("STRU$", "200 Structure F.")}},
	{item: "PAR-19", what: "MODE S is not known", tricks: []*trick{answers("MODE S", "504 No such mode.")}},
	{item: "PAR-20", what: "MODE B is an unknown command", tricks: []*trick{answers("MODE B", "500 What is this?")}},
	{item: "PAR-20", what: "MODE C is an unknown command", tricks: []*trick{answers("MODE C", "500 What is this?")}},
	{item: "PAR-21", what: "MODE Z is an unknown command", tricks: []*trick{answers("MODE Z", "500 What is this?")}},
	{item: "PAR-22", what: "any mode is taken", tricks: []*trick{answers("MODE X", "200 Mode set.")}},
	{item: "PAR-22", what: "MODE has a default", tricks: []*trick{answers("MODE$", "200 Mode S.")}},
	{item: "PAR-23", what: "ALLO 100 is taken for a wrong syntax", tricks: []*trick{answers("ALLO", "501 What is this?")}},
	{item: "PAR-23", what: "what was reserved is what is stored", tricks: []*trick{uploads("STOR reserved", half)}},
	{item: "PAR-24", what: "ALLO takes no size of records", tricks: []*trick{answers("ALLO 100 R 80", "501 One number, please.")}},
	{item: "PAR-25", what: "ALLO takes what is no number", tricks: []*trick{answers("ALLO x", "202 Not needed here.")}},
	{item: "PAR-26", what: "large numbers are no numbers", tricks: []*trick{answers("ALLO 9", "501 What is this?")}},
	{item: "PAR-26", what: "ALLO tries to reserve it", tricks: []*trick{hangsUp("ALLO 9")}},
	{item: "PAR-27", what: "the type falls back after a transfer", tricks: []*trick{downloads("RETR octets", asText)}},
	{item: "PAR-28", what: "any level is taken", tricks: []*trick{answers("OPTS MODE Z LEVEL 99", "200 Level set.")}},
	{item: "PAR-28", what: "the level cannot be chosen", tricks: []*trick{answers("OPTS MODE Z LEVEL 9$", "501 No such option.")}},
	{item: "PAR-28", what: "OPTS MODE Z does not stand alone", tricks: []*trick{answers("OPTS MODE Z$", "501 Which option?")}},
	{item: "PAR-29", what: "TYPE overtakes the transfer", tricks: []*trick{atOnce("TYPE A", "200 Type A.")}},
	{item: "PAR-29", what: "TYPE changes what is under way", tricks: []*trick{uploads("STOR", func(b []byte) []byte {
		return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
	})}},
	{item: "PAR-29", what: "TYPE ends the transfer", tricks: []*trick{codes("STOR", 226, 426)}},
}
