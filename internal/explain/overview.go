package explain

import (
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// Overview is for who learns the protocol: its two connections, and who connects to
// whom.
func (e *Explainer) Overview() Page {
	var p Page
	p.title(e.tr("FTP uses two connections"))
	p.blank()
	p.row(e.tr("control"), e.sentences(
		e.tr("The client connects to port 21 of the server, sends commands, and gets a reply to each: three digits for programs, and a text for people"),
		e.tr("It stays from the greeting to QUIT")))
	p.row(e.tr("data"), e.sentences(
		e.tr("It is made for each file and each listing, goes to another port, and is closed behind it"),
		e.tr("Who connects to whom is what passive and active mode are about")))
	p.blank()

	p.title(e.tr("Passive mode: the server listens, the client connects"))
	p.blank()
	p.figure(e.ladder([]rung{
		{said: "PASV"},
		{said: "227 Entering Passive Mode (192,168,1,2,195,80)", back: true},
		{note: e.tr("the server waits at 192.168.1.2, port 195 x 256 + 80 = 50000")},
		{said: "RETR a.txt"},
		{said: e.tr("the data connection"), data: true, end: e.tr("port 50000")},
		{said: "150 Here it comes.", back: true},
		{said: "a.txt", data: true, back: true},
		{said: "226 Done.", back: true},
	}))
	p.blank()
	p.text(e.sentences(
		e.tr("EPSV does the same, and its reply names the port alone: 229 (|||50000|)"),
		e.tr("A firewall before the server has to let the client in at that port")))
	p.blank()

	p.title(e.tr("Active mode: the client listens, the server connects"))
	p.blank()
	p.figure(e.ladder([]rung{
		{note: e.tr("the client waits at 192.168.1.7, port 200 x 256 + 1 = 51201")},
		{said: "PORT 192,168,1,7,200,1"},
		{said: "200 OK.", back: true},
		{said: "RETR a.txt"},
		{said: "150 Here it comes.", back: true},
		{said: e.tr("the data connection, to port 51201"), data: true, back: true, end: e.tr("port 20")},
		{said: "a.txt", data: true, back: true},
		{said: "226 Done.", back: true},
	}))
	p.blank()
	p.text(e.sentences(
		e.tr("EPRT does the same, for IPv6, too: EPRT |1|192.168.1.7|51201|"),
		e.tr("A firewall or a NAT before the client stops the server, so that clients try passive mode first")))
	p.blank()

	p.title(e.tr("What a reply begins with"))
	p.blank()
	for _, code := range outcomes {
		e.digits(&p, code, 2)
	}
	p.blank()
	p.text(e.tr("Go on with: %s", "ferry explain USER PASV 227 RETR 150 226"))
	return p
}

// outcomes are codes for each first digit that a session in the clear or under TLS has.
var outcomes = []ftp.Code{100, 200, 300, 400, 500}

// rung is what goes from one side to the other.
type rung struct {
	said string
	back bool   // from the server to the client
	data bool   // over the data connection, or its making
	end  string // where it is at the server
	note string // instead of all that: what the side that listens has in mind
}

// across is how wide a figure is between its two sides.
const across = 62

// ladder draws what goes from side to side, the client's on the left.
func (e *Explainer) ladder(rungs []rung) string {
	var b strings.Builder
	client, server := e.tr("client"), e.tr("server")
	b.WriteString(pad(client, across+4-Columns(server)/2) + server + "\n")
	b.WriteString("  |" + strings.Repeat(" ", across) + "|\n")
	for _, r := range rungs {
		if r.note != "" {
			b.WriteString("  |" + pad(strings.Repeat(" ", max(0, (across-Columns(r.note))/2))+r.note, across) + "|\n")
			continue
		}
		line := "-"
		if r.data {
			line = "="
		}
		said := " " + r.said + " "
		rest := max(0, across-Columns(said)-3)
		b.WriteString("  |")
		if r.back {
			b.WriteString("<" + strings.Repeat(line, rest) + said + strings.Repeat(line, 2))
		} else {
			b.WriteString(strings.Repeat(line, 2) + said + strings.Repeat(line, rest) + ">")
		}
		b.WriteString("| " + r.end + "\n")
	}
	return strings.ReplaceAll(b.String(), " \n", "\n")
}
