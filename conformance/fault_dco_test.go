package conformance_test

import (
	"net/netip"
	"strings"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// trusting are servers that make data connections with anybody.
func trusting(_ conformance.State, c *ftpserver.Config) {
	c.Active.Foreign = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}
}

// dcoFaults are those of how data connections come to be.
var dcoFaults = []fault{
	{item: "DCO-01", what: "an octet is more than 255", tricks: []*trick{says("PASV", func(raw string) string {
		return six.ReplaceAllString(raw, "127,0,0,1,300,1")
	})}},
	{item: "DCO-01", what: "the port is one number", tricks: []*trick{says("PASV", func(raw string) string {
		return six.ReplaceAllString(raw, "127,0,0,1,50000")
	})}},
	{item: "DCO-01", what: "the numbers stand in a second line", tricks: []*trick{answers("PASV", "227-Entering Passive Mode\n227 (127,0,0,1,200,1)")}},
	{item: "DCO-01", what: "PASV is not known", tricks: []*trick{answers("PASV", "502 Use PORT.")}},
	{item: "DCO-02", what: "the end of the file is missing", tricks: []*trick{downloads("RETR", half)}},
	{item: "DCO-02", what: "RETR has no preliminary reply", tricks: []*trick{says("RETR", func(raw string) string {
		if raw[0] == '1' {
			return ""
		}
		return raw
	})}},
	{item: "DCO-03", what: "the address is of another network", tricks: []*trick{replaces("PASV", "127,0,0,1", "10,1,2,3").on(2)}},
	{item: "DCO-03", what: "the address is that of all interfaces", tricks: []*trick{replaces("PASV", "127,0,0,1", "0,0,0,0").on(2)}},
	{item: "DCO-04", what: "PASV with an argument is an unknown command", tricks: []*trick{answers("PASV x", "500 What is this?")}},
	{item: "DCO-04", what: "PASV with an argument takes the session down", tricks: []*trick{hangsUp("PASV x")}},
	{item: "DCO-05", what: "all data goes over one port", tricks: []*trick{ports(func(n int) int { return 50_000 * min(n, 1) })}},
	{item: "DCO-05", what: "the first port stays open", tricks: []*trick{staysOpen("PASV")}},
	{item: "DCO-06", what: "ports are counted up", tricks: []*trick{ports(func(n int) int { return 50_000 + n })}},
	{item: "DCO-06", what: "ports are counted down", tricks: []*trick{ports(func(n int) int { return 50_000 - 2*n })}},
	{item: "DCO-06", what: "ports are far apart, but always as far", tricks: []*trick{ports(func(n int) int { return 20_000 + 1000*n })}},
	{item: "DCO-06", what: "there is one port", tricks: []*trick{ports(func(n int) int { return 50_000 })}},
	{item: "DCO-06", what: "ports are counted up and begin anew", tricks: []*trick{ports(func(n int) int { return 50_000 + (n+5)%10 })}},
	{item: "DCO-07", what: "who connects before RETR is not heard", tricks: []*trick{answers("RETR", "425 You have not connected.")}},
	{item: "DCO-08", what: "who has not connected before RETR is not waited for", tricks: []*trick{answers("RETR", "425 You have not connected.")}},
	{item: "DCO-08", what: "what goes over a late connection is lost", tricks: []*trick{downloads("RETR", noOctets)}},
	{item: "DCO-09", what: "the server waits for ever", tricks: []*trick{ignores("RETR")}},
	{item: "DCO-09", what: "the session ends", tricks: []*trick{codes("RETR", 425, 421)}},
	{item: "DCO-09", what: "the session is out of step", tricks: []*trick{twice("RETR")}},
	{item: "DCO-10", what: "whoever connects is served", config: trusting},
	{item: "DCO-10", what: "the client is not served after that", tricks: []*trick{downloads("RETR", noOctets)}},
	{item: "DCO-10", what: "the answer says nothing", tricks: []*trick{answers("RETR", "200 OK.")}},
	{item: "DCO-11", what: "PORT is off", tricks: []*trick{answers("PORT", "502 Use PASV.")}},
	{item: "DCO-11", what: "the server does not connect", tricks: []*trick{answers("RETR", "150 Connecting.")}},
	{item: "DCO-11", what: "the file is not sent", tricks: []*trick{downloads("RETR", noOctets)}},
	{item: "DCO-12", what: "any port is as good", config: func(_ conformance.State, c *ftpserver.Config) { c.Active.Port20 = false }},
	{item: "DCO-13", what: "the server connects from its other address", tricks: []*trick{comesFrom("127.0.0.2")}},
	{item: "DCO-14", what: "it is a wrong sequence of commands", tricks: []*trick{answers("RETR", "503 Send PASV first.")}},
	{item: "DCO-14", what: "the server waits for PASV", tricks: []*trick{answers("RETR", "150 Opening data connection.")}},
	{item: "DCO-15", what: "the server connects to mail servers", tricks: []*trick{answers("PORT .*,0,25$", "200 Will connect there.")}},
	{item: "DCO-16", what: "the server connects to anybody", config: trusting},
	{item: "DCO-16", what: "the server refuses, and connects", config: trusting, tricks: []*trick{codes("PORT", 200, 504)}},
	{item: "DCO-17", what: "three numbers do", tricks: []*trick{answers("PORT 1,2,3$", "200 Will connect there.")}},
	{item: "DCO-17", what: "an octet is more than 255", tricks: []*trick{answers("PORT .*,256$", "200 Will connect there.")}},
	{item: "DCO-17", what: "a wrong argument is an unknown command", tricks: []*trick{answers("PORT a", "500 What is this?")}},
	{item: "DCO-18", what: "there is a port 0", tricks: []*trick{answers("PORT .*,0,0$", "200 Will connect there.")}},
	{item: "DCO-19", what: "the server does not say that it could not connect", tricks: []*trick{codes("RETR", 425, 226)}},
	{item: "DCO-19", what: "the server tries for ever", tricks: []*trick{answers("RETR", "150 Connecting.")}},
	{item: "DCO-19", what: "PORT connects at once", tricks: []*trick{answers("PORT", "425 Cannot connect.")}},
	{item: "DCO-20", what: "EPRT takes IPv6 alone", tricks: []*trick{answers(`EPRT \|1`, "522 Network protocol not supported, use (2)")}},
	{item: "DCO-20", what: "the server does not connect", tricks: []*trick{answers("RETR", "150 Connecting.")}},
	{item: "DCO-21", what: "an address of IPv6 is a wrong argument", tricks: []*trick{answers(`EPRT \|2`, "501 What is this?")}},
	{item: "DCO-21", what: "the protocols are not listed", tricks: []*trick{answers(`EPRT \|2`, "522 Network protocol not supported.")}},
	{item: "DCO-21", what: "the server does not connect", tricks: []*trick{answers("RETR", "150 Connecting.")}},
	{item: "DCO-22", what: "an unknown protocol is a wrong argument", tricks: []*trick{answers(`EPRT \|9`, "501 What is this?")}},
	{item: "DCO-22", what: "an unknown protocol is an unknown command", tricks: []*trick{answers(`EPRT \|9`, "500 What is this?")}},
	{item: "DCO-22", what: "the protocols are not listed", tricks: []*trick{answers(`EPRT \|9`, "522 Network protocol not supported.")}},
	{item: "DCO-22", what: "the protocols are named", tricks: []*trick{answers(`EPRT \|9`, "522 Use one of (IPv4,IPv6)")}},
	{item: "DCO-22", what: "the text has parentheses of its own", tricks: []*trick{answers(`EPRT \|9`, "522 Protocol (9) not supported, use (1,2)")}},
	{item: "DCO-22", what: "the protocol in use is not listed", tricks: []*trick{answers(`EPRT \|9`, "522 Network protocol not supported, use (2)")}},
	{item: "DCO-23", what: "only bars delimit", tricks: []*trick{answers("EPRT !", "501 What is this?")}},
	{item: "DCO-23", what: "the server does not connect", tricks: []*trick{answers("RETR", "150 Connecting.")}},
	{item: "DCO-24", what: "there is a default port", tricks: []*trick{answers(`EPRT \|1\|127.0.0.1\|$`, "200 Will connect there.")}},
	{item: "DCO-24", what: "a port that is no number is taken", tricks: []*trick{answers(`EPRT .*x\|$`, "200 Will connect there.")}},
	{item: "DCO-24", what: "EPRT alone is an unknown command", tricks: []*trick{answers("EPRT$", "500 What is this?")}},
	{item: "DCO-25", what: "the server connects to anybody", config: trusting},
	{item: "DCO-25", what: "the server refuses, and connects", config: trusting, tricks: []*trick{codes("EPRT .*127.0.0.2", 200, 504)}},
	{item: "DCO-25", what: "the server connects to mail servers", tricks: []*trick{answers(`EPRT .*\|25\|$`, "200 Will connect there.")}},
	{item: "DCO-26", what: "the answer has an address", tricks: []*trick{replaces("EPSV", "(|||", "(|1|127.0.0.1|")}},
	{item: "DCO-26", what: "the answer has the port alone", tricks: []*trick{says("EPSV", func(raw string) string {
		return strings.NewReplacer("(|||", "(", "|)", ")").Replace(raw)
	})}},
	{item: "DCO-26", what: "it is answered as PASV is", tricks: []*trick{instead("EPSV", "PASV")}},
	{item: "DCO-26", what: "nobody listens there", tricks: []*trick{says("EPSV", func(raw string) string {
		return strings.Replace(raw, "|||", "|||2", 1)[:len(raw)-4] + "|)\r\n"
	})}},
	{item: "DCO-27", what: "EPSV 1 is a wrong argument", tricks: []*trick{answers("EPSV 1", "501 What is this?")}},
	{item: "DCO-27", what: "EPSV 2 is a wrong argument", tricks: []*trick{answers("EPSV 2", "501 What is this?")}},
	{item: "DCO-27", what: "EPSV 1 is refused over IPv4", tricks: []*trick{answers("EPSV 1", "522 Network protocol not supported, use (1)")}},
	{item: "DCO-27", what: "the protocols are not listed", tricks: []*trick{answers("EPSV 2", "522 Network protocol not supported")}},
	{item: "DCO-28", what: "any protocol is taken", tricks: []*trick{instead("EPSV 9", "EPSV")}},
	{item: "DCO-28", what: "an unknown protocol is a wrong argument", tricks: []*trick{answers("EPSV 9", "501 What is this?")}},
	{item: "DCO-28", what: "the protocols are not listed", tricks: []*trick{answers("EPSV 9", "522 Network protocol not supported")}},
	{item: "DCO-29", what: "any protocol is taken", tricks: []*trick{instead("EPSV x", "EPSV")}},
	{item: "DCO-29", what: "a wrong argument is an unknown command", tricks: []*trick{answers("EPSV x", "500 What is this?")}},
	{item: "DCO-30", what: "EPSV is for IPv4", tricks: []*trick{answers("EPSV", "522 Network protocol not supported, use (1)")}},
	{item: "DCO-30", what: "the file is not sent", tricks: []*trick{downloads("RETR", noOctets)}},
	{item: "DCO-31", what: "ALL is a wrong argument", tricks: []*trick{answers("EPSV ALL", "501 What is this?")}},
	{item: "DCO-31", what: "ALL is no command", tricks: []*trick{answers("EPSV ALL", "500 What is this?")}},
	{item: "DCO-32", what: "PORT still works", tricks: []*trick{answers("PORT", "200 Will connect there.")}},
	{item: "DCO-32", what: "PASV still works", tricks: []*trick{answers("PASV", "227 Entering Passive Mode (127,0,0,1,200,1).")}},
	{item: "DCO-32", what: "EPRT still works", tricks: []*trick{answers("EPRT", "200 Will connect there.")}},
	{item: "DCO-32", what: "LPRT still works", tricks: []*trick{answers("LPRT", "200 Will connect there.")}},
	{item: "DCO-33", what: "EPSV is refused, too", tricks: []*trick{answers("EPSV$", "503 Not after EPSV ALL.").on(2)}},
	{item: "DCO-33", what: "the listing is empty", tricks: []*trick{downloads("LIST", noOctets)}},
	{item: "DCO-33", what: "there is no transfer any more", tricks: []*trick{answers("LIST", "425 No data connection.")}},
	{item: "DCO-34", what: "the port stays open", tricks: []*trick{staysOpen("EPSV")}},
	{item: "DCO-34", what: "ABOR ends the session", tricks: []*trick{hangsUp("ABOR")}},
	{item: "DCO-35", what: "PASV names nobody", tricks: []*trick{answers("PASV", "227 Entering Passive Mode (0,0,0,0,200,1).")}},
	{item: "DCO-36", what: "LPSV is answered as PASV is", tricks: []*trick{answers("LPSV", "228 Entering Long Passive Mode (127,0,0,1,200,1)")}},
	{item: "DCO-36", what: "LPSV names an address of IPv6", tricks: []*trick{answers("LPSV", "228 Entering Long Passive Mode (6,16,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,2,200,1)")}},
	{item: "DCO-36", what: "the code is that of PASV", tricks: []*trick{codes("LPSV", 228, 227)}},
	{item: "DCO-37", what: "an unknown family is a wrong argument", tricks: []*trick{answers("LPRT", "501 What is this?")}},
	{item: "DCO-37", what: "any family is taken", tricks: []*trick{answers("LPRT", "200 Will connect there.")}},
	{item: "DCO-38", what: "PORT counts after PASV", tricks: []*trick{deaf("PASV").on(2)}},
	{item: "DCO-38", what: "PASV counts after PORT", tricks: []*trick{instead("PORT", "NOOP").on(2)}},
	{item: "DCO-38", what: "the file goes both ways", tricks: []*trick{sendsTwice("content")}},
	{item: "DCO-39", what: "the other server is somebody else", config: func(state conformance.State, c *ftpserver.Config) {
		c.Active.Off = state == conformance.FXP2
	}},
	{item: "DCO-39", what: "the file does not arrive", tricks: []*trick{downloads("STOR to", noOctets), uploads("STOR to", noOctets)}},
	{item: "DCO-39", what: "one server does not say that it is done", tricks: []*trick{codes("RETR from", 226, 426)}},
	{item: "DCO-40", what: "the server connects to anybody", config: trusting},
	{item: "DCO-41", what: "a session has one transfer", tricks: []*trick{answers("RETR two", "425 No data connection.")}},
	{item: "DCO-41", what: "the second file is the first", tricks: []*trick{instead("RETR two", "RETR one")}},
	{item: "DCO-42", what: "CWD closes the data port", tricks: []*trick{answers("RETR file", "425 No data connection.")}},
	{item: "DCO-42", what: "CWD comes too late", tricks: []*trick{answers("CWD below", "250 Done.")}},
	{item: "DCO-43", what: "226 comes at the beginning", tricks: []*trick{early("RETR large")}},
	{item: "DCO-43", what: "the data connection is not closed", tricks: []*trick{leavesOpen("RETR large")}},
	{item: "DCO-43", what: "the end of the file is missing", tricks: []*trick{uploads("STOR large", half)}},
}
