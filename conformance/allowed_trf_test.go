package conformance_test

import (
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// TestAllowedInTransfers: what the texts leave to the server is not held against it.
func TestAllowedInTransfers(t *testing.T) {
	passed, notOffered := conformance.Passed, conformance.NotOffered
	noMarkers := func(_ conformance.State, cfg *ftpserver.Config) { cfg.MarkerInterval = -1 }
	allow(t, []allowed{
		{fault{item: "TRF-02", what: "450 is said", tricks: []*trick{codes("RETR missing", 550, 450)}}, passed},
		{fault{item: "TRF-01", what: "125 and 250 are said", tricks: []*trick{codes("RETR", 150, 125), codes("RETR", 226, 250)}}, passed},
		{fault{item: "TRF-10", what: "532 is said", tricks: []*trick{says("STOR", always("532 Not with this account."))}}, passed},
		{fault{item: "TRF-14", what: "there is no STOU", tricks: []*trick{answers("STOU", "502 No.")}}, notOffered},
		{fault{item: "TRF-16", what: "STOU takes no name", tricks: []*trick{answers("STOU hint", "501 No name.")}}, passed},
		{fault{item: "TRF-17", what: "the refusal comes first", tricks: []*trick{answers("STOR", "452 It is full.")}}, passed},
		{fault{item: "TRF-20", what: "the default data port is tried", tricks: []*trick{says("RETR b", func(raw string) string { return "150 Connecting.\r\n" + raw })}}, passed},
		{fault{item: "TRF-26", what: "there is no EBCDIC", tricks: []*trick{answers("TYPE E", "504 No.")}}, notOffered},
		{fault{item: "TRF-28", what: "the two ends are one code", tricks: []*trick{downloads("RETR", replacing("\xff\x01\xff\x02", "\xff\x03"))}}, passed},
		{fault{item: "TRF-29", what: "records are of text alone", tricks: []*trick{answers("STOR DT031", "504 Not in this type.")}}, passed},
		{fault{item: "TRF-30", what: "the connection is closed", config: noReuse}, passed},
		{fault{item: "TRF-31", what: "the connection is closed", config: noReuse}, passed},
		{fault{item: "TRF-33", what: "the connection is closed", config: noReuse}, passed},
		{fault{item: "TRF-33", what: "the last end of a record is that of the file", tricks: []*trick{
			downloads("RETR DT042", replacing("\x80\x00\x05world\x40\x00\x00", "\xc0\x00\x05world")),
		}, config: noReuse}, passed},
		{fault{item: "TRF-33", what: "there is no EBCDIC", tricks: []*trick{answers("TYPE E", "504 No.")}}, passed},
		{fault{item: "TRF-34", what: "the connection is closed", config: noReuse}, passed},
		{fault{item: "TRF-34", what: "250 is said of one that is closed", tricks: []*trick{codes("RETR", 226, 250)}, config: noReuse}, passed},
		{fault{item: "TRF-35", what: "nothing follows the last escape sequence", tricks: []*trick{
			downloads("RETR", replacing("\x00\x40\xc0", "\x00\x40")),
		}, config: noReuse}, passed},
		{fault{item: "TRF-35", what: "the last escape sequence is before the last string", tricks: []*trick{
			downloads("RETR runs", replacing("\x03end\x00\x40\xc0", "\x00\x40\x03end")),
		}, config: noReuse}, passed},
		{fault{item: "TRF-36", what: "the connection is closed", config: noReuse}, passed},
		{fault{item: "TRF-36", what: "there are no records", tricks: []*trick{answers("STRU R", "504 No.")}}, passed},
		{fault{item: "TRF-38", what: "a page is padded", tricks: []*trick{downloads("RETR", replacing("\x04\x02\x02\x01DE", "\x04\x02\x04\x01DE\x00\x00"))}}, passed},
		{fault{item: "TRF-40", what: "there is no MODE Z", tricks: []*trick{answers("MODE Z", "504 No.")}}, notOffered},
		{fault{item: "TRF-44", what: "there is no REST", tricks: []*trick{answers("REST", "502 No.")}}, notOffered},
		{fault{item: "TRF-48", what: "beyond the end there is nothing", tricks: []*trick{instead("REST 1000", "REST 10")}}, passed},
		{fault{item: "TRF-49", what: "NOOP is refused", tricks: []*trick{answers("NOOP", "503 RETR or STOR was expected.").on(1)}}, passed},
		{fault{item: "TRF-49", what: "RETR is refused", tricks: []*trick{answers("RETR a", "503 REST comes right before.").on(1)}}, passed},
		{fault{item: "TRF-49", what: "all of it is sent", tricks: []*trick{answers("REST 5", "350 Restarting.")}}, passed},
		{fault{item: "TRF-51", what: "APPE is refused", tricks: []*trick{answers("APPE", "554 Not after REST.")}}, passed},
		{fault{item: "TRF-52", what: "the transfer is refused", tricks: []*trick{answers("RETR text", "554 Not in TYPE A.").on(2)}}, notOffered},
		{fault{item: "TRF-53", what: "markers are skipped", tricks: []*trick{says("STOR a", without110)}}, notOffered},
		{fault{item: "TRF-54", what: "markers are skipped", tricks: []*trick{says("STOR a", without110)}}, notOffered},
		{fault{item: "TRF-55", what: "no markers are sent", config: noMarkers}, notOffered},
		{fault{item: "TRF-56", what: "the transfer is refused", tricks: []*trick{
			answers("REST ~", "350 Restarting there."), answers("RETR a", "554 There is no such place.").on(1),
		}}, passed},
		{fault{item: "TRF-57", what: "APPE is refused", tricks: []*trick{answers("APPE", "555 It was stored in TYPE I.")}}, passed},
		{fault{item: "TRF-58", what: "225 is said", tricks: []*trick{codes("ABOR", 226, 225)}}, passed},
		{fault{item: "TRF-59", what: "ABOR is seen with Synch alone", tricks: []*trick{ignores("ABOR").on(1)}}, passed},
		{fault{item: "TRF-60", what: "ABOR is seen with Synch alone", tricks: []*trick{ignores("ABOR").on(1)}}, passed},
		{fault{item: "TRF-63", what: "the listener stays, and 225 is said", tricks: []*trick{instead("ABOR", "NOOP"), codes("ABOR", 200, 225)}}, passed},
		{fault{item: "TRF-64", what: "no 1yz comes", tricks: []*trick{says("LIST", withoutPreliminary)}}, passed},
	})
}

func without110(raw string) string {
	if strings.HasPrefix(raw, "110") {
		return ""
	}
	return raw
}
