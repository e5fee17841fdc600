package conformance_test

import (
	"bytes"
	"slices"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// trfFaults are those of the transfer of files.
var trfFaults = slices.Concat(trfRetrieveFaults, trfStoreFaults, trfTypeFaults, trfModeFaults, trfRestartFaults, trfDuringFaults)

var trfRetrieveFaults = []fault{
	{item: "TRF-01", what: "the last octet is lost", tricks: []*trick{downloads("RETR", withoutLast(1))}},
	{item: "TRF-01", what: "no 1yz comes", tricks: []*trick{says("RETR", withoutPreliminary)}},
	{item: "TRF-01", what: "the end has a code of its own", tricks: []*trick{codes("RETR", 226, 200)}},
	{item: "TRF-02", what: "150 comes before the file is looked for", tricks: []*trick{answers("RETR missing", "150 Here it comes.\n550 No such file.")}},
	{item: "TRF-02", what: "451 is said of a file that is not there", tricks: []*trick{codes("RETR missing", 550, 451)}},
	{item: "TRF-03", what: "a folder is sent as an empty file", tricks: []*trick{answers("RETR d", "150 Here it comes.\n226 That was it.")}},
	{item: "TRF-03", what: "501 is said of a folder", tricks: []*trick{codes("RETR d", 550, 501)}},
	{item: "TRF-04", what: "a missing name is looked for", tricks: []*trick{codes("RETR$", 501, 550)}},
	{item: "TRF-05", what: "an empty file is refused", tricks: []*trick{answers("RETR empty", "550 There is nothing in it.")}},
	{item: "TRF-05", what: "an empty file has a line end", tricks: []*trick{downloads("RETR empty", func([]byte) []byte { return []byte("\r\n") })}},
	{item: "TRF-18", what: "RETR changes the time of the file", tricks: []*trick{answers("MDTM", "213 20380119031408").on(2)}},
	{item: "TRF-18", what: "RETR empties the file", tricks: []*trick{onceOnly("RETR a")}},
	{item: "TRF-19", what: "what the client has not got is complete", tricks: []*trick{codes("RETR big", 426, 250)}},
	{item: "TRF-19", what: "the session ends with the data connection", tricks: []*trick{hangsUp("NOOP")}},
	{item: "TRF-19", what: "nothing can be stored afterwards", tricks: []*trick{answers("STOR a", "425 The data connection is in use.")}},
	{item: "TRF-20", what: "the second is said to be sent, too", tricks: []*trick{codes("RETR b", 425, 226)}},
	{item: "TRF-20", what: "the second is forgotten", tricks: []*trick{says("RETR b", noReply)}},
	{item: "TRF-20", what: "the first is not served", tricks: []*trick{answers("RETR a", "425 There is another.")}},
}

var trfStoreFaults = []fault{
	{item: "TRF-06", what: "nothing is stored", tricks: []*trick{answers("STOR new", "150 Go on.\n226 Stored.")}},
	{item: "TRF-06", what: "the end has a code of its own", tricks: []*trick{codes("STOR new", 226, 200)}},
	{item: "TRF-07", what: "the tail of what was longer is left", tricks: []*trick{overTheLast("STOR a")}},
	{item: "TRF-07", what: "nothing is overwritten", tricks: []*trick{answers("STOR a", "550 It exists.").on(2)}},
	{item: "TRF-08", what: "it is said to be stored", tricks: []*trick{answers("STOR missing/a", "150 Go on.\n226 Stored.")}},
	{item: "TRF-08", what: "the refusal is another's", tricks: []*trick{says("STOR missing/a", always("500 What?"))}},
	{item: "TRF-08", what: "the folder is made all the same", tricks: []*trick{instead("STOR missing/a", "MKD missing"), says("STOR missing/a", always("550 No such folder."))}},
	{item: "TRF-09", what: "it is said to be stored", tricks: []*trick{answers("STOR d", "150 Go on.\n226 Stored.")}},
	{item: "TRF-09", what: "the folder is removed", tricks: []*trick{instead("STOR d", "RMD d"), says("STOR d", always("553 That is a folder."))}},
	{item: "TRF-10", what: "it is said to be stored", tricks: []*trick{answers("STOR", "150 Go on.\n226 Stored.")}},
	{item: "TRF-10", what: "530 is said to who is logged in", tricks: []*trick{says("STOR", always("530 Not logged in."))}},
	{item: "TRF-11", what: "an empty file is not made", tricks: []*trick{answers("STOR empty", "150 Go on.\n226 Stored.")}},
	{item: "TRF-11", what: "an empty file is an error", tricks: []*trick{codes("STOR empty", 226, 451)}},
	{item: "TRF-11", what: "an empty file has a size", tricks: []*trick{answers("SIZE empty", "213 1")}},
	{item: "TRF-12", what: "APPE overwrites", tricks: []*trick{instead("APPE a", "STOR a")}},
	{item: "TRF-12", what: "APPE does nothing", tricks: []*trick{answers("APPE a", "150 Go on.\n226 Stored.")}},
	{item: "TRF-13", what: "APPE makes no file", tricks: []*trick{answers("APPE new", "550 No such file.")}},
	{item: "TRF-14", what: "the name stands alone", tricks: []*trick{replaces("STOU", "150 FILE: ", "150 ")}},
	{item: "TRF-14", what: "the name is in a reply of several lines", tricks: []*trick{says("STOU", func(raw string) string {
		if raw[0] != '1' {
			return raw
		}
		return "150-" + raw[4:] + "150 Go on.\r\n"
	})}},
	{item: "TRF-14", what: "the name is another", tricks: []*trick{replaces("STOU", "150 FILE: ", "150 FILE: new-")}},
	{item: "TRF-15", what: "the name is the same", tricks: []*trick{instead("STOU", "STOR unique")}},
	{item: "TRF-15", what: "one is lost", tricks: []*trick{answers("STOU", "150 FILE: a\n226 Stored.").on(2)}},
	{item: "TRF-16", what: "the file of that name is overwritten", tricks: []*trick{instead("STOU hint", "STOR hint")}},
	{item: "TRF-16", what: "the refusal is another's", tricks: []*trick{answers("STOU hint", "550 It exists.")}},
	{item: "TRF-17", what: "550 is said", tricks: []*trick{codes("STOR", 552, 550)}},
	{item: "TRF-17", what: "what has no room is complete", tricks: []*trick{codes("STOR", 552, 226)}},
}

var trfTypeFaults = []fault{
	{item: "TRF-21", what: "lines end as they do in the file", tricks: []*trick{instead("TYPE A", "TYPE I")}},
	{item: "TRF-21", what: "lines end with LF", tricks: []*trick{downloads("RETR", replacing("\r\n", "\n"))}},
	{item: "TRF-22", what: "lines end as they do on the wire", tricks: []*trick{instead("TYPE A", "TYPE I")}},
	{item: "TRF-23", what: "the eighth bit is cut", tricks: []*trick{uploads("STOR", func(b []byte) []byte {
		for i := range b {
			b[i] &= 0x7f
		}
		return b
	})}},
	{item: "TRF-23", what: "octets 255 are doubled", tricks: []*trick{downloads("RETR", replacing("\xff", "\xff\xff"))}},
	{item: "TRF-23", what: "line ends are translated", tricks: []*trick{uploads("STOR", replacing("\r\n", "\n"))}},
	{item: "TRF-24", what: "L 8 is not known", tricks: []*trick{answers("TYPE L 8", "504 Not that type.")}},
	{item: "TRF-24", what: "L 8 is text", tricks: []*trick{instead("TYPE L 8", "TYPE A")}},
	{item: "TRF-25", what: "blanks at the end of a line are cut", tricks: []*trick{uploads("STOR", replacing(" \r\n", "\r\n"))}},
	{item: "TRF-25", what: "the last line end is lost", tricks: []*trick{downloads("RETR", withoutLast(2))}},
	{item: "TRF-26", what: "lines end with LF", tricks: []*trick{downloads("RETR", replacing("\x15", "\x25"))}},
	{item: "TRF-26", what: "E is A", tricks: []*trick{instead("TYPE E", "TYPE A")}},
	{item: "TRF-27", what: "two octets become one", tricks: []*trick{downloads("RETR", replacing("\x25", "\x15"))}},
}

var trfDuringFaults = []fault{
	{item: "TRF-58", what: "ABOR is answered like others", tricks: []*trick{codes("ABOR", 226, 200)}},
	{item: "TRF-58", what: "ABOR is not answered", tricks: []*trick{ignores("ABOR")}},
	{item: "TRF-59", what: "what is aborted is complete", tricks: []*trick{codes("RETR big", 426, 226)}},
	{item: "TRF-59", what: "there is one reply", tricks: []*trick{says(".*ABOR", noReply)}},
	{item: "TRF-59", what: "ABOR does nothing", tricks: []*trick{instead(".*ABOR", "NOOP"), codes(".*ABOR", 200, 226)}},
	{item: "TRF-59", what: "the data connection stays open", tricks: []*trick{leavesOpen("RETR big")}},
	{item: "TRF-60", what: "what is aborted is complete", tricks: []*trick{codes("STOR a", 426, 226)}},
	{item: "TRF-60", what: "there is one reply", tricks: []*trick{says(".*ABOR", noReply)}},
	{item: "TRF-60", what: "the data connection stays open", tricks: []*trick{leavesOpen("STOR a")}},
	{item: "TRF-61", what: "STAT is not known then", tricks: []*trick{codes("STAT", 211, 500)}},
	{item: "TRF-61", what: "STAT is not answered", tricks: []*trick{ignores("STAT")}},
	{item: "TRF-61", what: "STAT ends the transfer", tricks: []*trick{downloads("RETR big", withoutLast(1000))}},
	{item: "TRF-62", what: "NOOP is answered last", tricks: []*trick{says("NOOP", noReply), says("PWD", func(raw string) string { return raw + "200 Done nothing.\r\n" })}},
	{item: "TRF-62", what: "what comes during a transfer is forgotten", tricks: []*trick{ignores("PWD")}},
	{item: "TRF-62", what: "NOOP ends the transfer", tricks: []*trick{downloads("RETR big", withoutLast(1000))}},
	{item: "TRF-63", what: "ABOR is not answered", tricks: []*trick{ignores("ABOR")}},
	{item: "TRF-63", what: "the listener stays", tricks: []*trick{instead("ABOR", "NOOP"), codes("ABOR", 200, 226)}},
	{item: "TRF-64", what: "125 comes after 150", tricks: []*trick{replaces("RETR a", "150 ", "150 It is there.\r\n125 ")}},
	{item: "TRF-64", what: "LIST begins twice", tricks: []*trick{replaces("LIST", "150 ", "150 It is there.\r\n150 ")}},
	{item: "TRF-64", what: "120 comes before 150", tricks: []*trick{replaces("STOR a", "150 ", "120 Wait.\r\n150 ")}},
	{item: "TRF-65", what: "226 comes when the sending begins", tricks: []*trick{early("RETR big")}},
	{item: "TRF-65", what: "226 comes before all is stored", tricks: []*trick{early("STOR big")}},
}

// What replies become.

func noReply(string) string { return "" }

func always(line string) func(string) string { return func(string) string { return line + "\r\n" } }

func withoutPreliminary(raw string) string {
	if raw[0] == '1' {
		return ""
	}
	return raw
}

// What data become.

func withoutLast(n int) func([]byte) []byte {
	return func(b []byte) []byte { return b[:max(0, len(b)-n)] }
}

func replacing(old, replacement string) func([]byte) []byte {
	return func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(old), []byte(replacement)) }
}

// onceOnly has the first download of a command pass, and nothing of the others.
func onceOnly(pattern string) *trick {
	return remembers(func() *trick {
		seen := false
		return downloads(pattern, func(b []byte) []byte {
			if seen {
				return nil
			}
			seen = true
			return b
		})
	})
}

// overTheLast has uploads written over what came before, and no more.
func overTheLast(pattern string) *trick {
	return remembers(func() *trick {
		var last []byte
		return uploads(pattern, func(b []byte) []byte {
			last = append(slices.Clone(b), last[min(len(b), len(last)):]...)
			return last
		})
	})
}

// noReuse has each transfer end with its data connection, whatever the mode, so that the
// saboteur can tell where it ends.
func noReuse(_ conformance.State, cfg *ftpserver.Config) { cfg.NoReuseData = true }
