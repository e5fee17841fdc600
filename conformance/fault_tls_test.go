package conformance_test

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"strings"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// tlsFaults are those of TLS and of RFC 2228.
var tlsFaults = []fault{
	{item: "TLS-01", what: "the handshake fails", tricks: []*trick{tlsTrick{config: nothing}.in()}},
	{item: "TLS-01", what: "AUTH TLS is another mechanism", tricks: []*trick{answers("AUTH TLS", "504 Unknown mechanism.")}},
	{item: "TLS-02", what: "334 has the client go on with ADAT", tricks: []*trick{codes("AUTH TLS", 234, 334)}},
	{item: "TLS-02", what: "the synonym is answered 334", tricks: []*trick{codes("AUTH TLS-C", 234, 334)}},
	{item: "TLS-03", what: "the synonym is not known", tricks: []*trick{answers("AUTH TLS-C", "504 Unknown mechanism.")}},
	{item: "TLS-03", what: "mechanisms are known in upper case alone", tricks: []*trick{answers("(?-i:auth tls)", "504 Unknown mechanism.")}},
	{item: "TLS-04", what: "any mechanism begins TLS", tricks: []*trick{instead("AUTH NOSUCH", "AUTH TLS")}},
	{item: "TLS-04", what: "an unknown mechanism is an unknown command", tricks: []*trick{codes("AUTH NOSUCH", 504, 500)}},
	{item: "TLS-05", what: "AUTH alone begins TLS", tricks: []*trick{instead("AUTH$", "AUTH TLS")}},
	{item: "TLS-05", what: "AUTH alone is an unknown command", tricks: []*trick{codes("AUTH$", 501, 500)}},
	{item: "TLS-06", what: "the mechanism is what is not known", tricks: []*trick{codes("AUTH TLS", 502, 504)}},
	{item: "TLS-06", what: "234 promises TLS", tricks: []*trick{codes("AUTH TLS", 502, 234)}},
	{item: "TLS-07", what: "the login stays", tricks: []*trick{answers("PWD", `257 "/" is current.`).on(2)}},
	{item: "TLS-07", what: "the working directory stays", tricks: []*trick{answers("PWD", `257 "/elsewhere" is current.`).on(3)}},
	{item: "TLS-07", what: "the type stays", tricks: []*trick{downloads("RETR /", bareLines)}},
	{item: "TLS-08", what: "what was sent in the clear is carried out under TLS", tricks: []*trick{tlsTrick{carries: true}.in()}},
	{item: "TLS-09", what: "PBSZ is accepted in the clear", tricks: []*trick{codes("PBSZ", 503, 200)}},
	{item: "TLS-10", what: "PROT is accepted without PBSZ", tricks: []*trick{codes("PROT P", 503, 200)}},
	{item: "TLS-10", what: "PROT without PBSZ has another code", tricks: []*trick{codes("PROT P", 503, 501)}},
	{item: "TLS-11", what: "a size of 0 is refused", tricks: []*trick{codes("PBSZ 0", 200, 501)}},
	{item: "TLS-12", what: "a word is a size", tricks: []*trick{codes("PBSZ x", 501, 200)}},
	{item: "TLS-12", what: "33 bits are a size", tricks: []*trick{codes("PBSZ 4", 501, 200)}},
	{item: "TLS-13", what: "a size but 0 is refused", tricks: []*trick{codes("PBSZ 1000", 200, 501)}},
	{item: "TLS-13", what: "the size is a larger one", tricks: []*trick{answers("PBSZ 1000", "200 PBSZ=4096")}},
	{item: "TLS-14", what: "PROT C is not known", tricks: []*trick{codes("PROT C", 200, 536)}},
	{item: "TLS-14", what: "PROT C is not obeyed", tricks: []*trick{instead("PROT C", "PROT P")}},
	{item: "TLS-14", what: "PROT P is not obeyed behind PROT C", tricks: []*trick{instead("PROT P", "PROT C").on(2)}},
	{item: "TLS-15", what: "PROT S is accepted", tricks: []*trick{codes("PROT S", 536, 200)}},
	{item: "TLS-15", what: "PROT E is accepted", tricks: []*trick{codes("PROT E", 536, 200)}},
	{item: "TLS-15", what: "a refused level takes the one of before away", tricks: []*trick{instead("PROT S", "PROT C"), codes("PROT S", 200, 536)}},
	{item: "TLS-16", what: "PROT X is accepted", tricks: []*trick{codes("PROT X", 504, 200)}},
	{item: "TLS-16", what: "an unknown level takes the one of before away", tricks: []*trick{instead("PROT X", "PROT C"), codes("PROT X", 200, 504)}},
	{item: "TLS-17", what: "AUTH alone has data connections protected", tricks: []*trick{instead("AUTH TLS", "AUTH TLS-P")}},
	{item: "TLS-17", what: "the refusal is 425", tricks: []*trick{answers("RETR", "425 Cannot open a data connection.")}},
	{item: "TLS-18", what: "PROT P is not obeyed", tricks: []*trick{instead("PROT P", "PROT C")}},
	{item: "TLS-18", what: "the server is the client of TLS", tricks: []*trick{instead("PASV", "CPSV")}},
	{item: "TLS-19", what: "active data connections are in the clear", tricks: []*trick{instead("PROT P", "PROT C")}},
	{item: "TLS-19", what: "PORT is refused under TLS", tricks: []*trick{answers("PORT", "500 Use PASV.")}},
	{item: "TLS-19", what: "the server is the client of TLS where it has connected", tricks: []*trick{activeClient()}},
	{item: "TLS-20", what: "who has said PROT C is served", config: lax},
	{item: "TLS-20", what: "the refusal comes behind 150", tricks: []*trick{says("RETR", func(raw string) string { return "150 Here it comes.\r\n" + raw })}},
	{item: "TLS-20", what: "the file is what cannot be had", tricks: []*trick{codes("RETR", 521, 550)}},
	{item: "TLS-21", what: "PASV is refused already", tricks: []*trick{answers("PASV", "521 Send PROT P first.").on(2), answers("PASV", "521 Send PROT P first.").on(1)}},
	{item: "TLS-21", what: "PORT is refused already", tricks: []*trick{answers("PORT", "521 Send PROT P first.")}},
	{item: "TLS-22", what: "a transfer without its data is done", tricks: []*trick{codes("RETR", 522, 226).on(1)}},
	{item: "TLS-22", what: "there is no 150", tricks: []*trick{says("RETR", withoutPreliminary).on(1)}},
	{item: "TLS-22", what: "the session is over", tricks: []*trick{hangsUp("NOOP")}},
	{item: "TLS-22", what: "the data connection is not closed", tricks: []*trick{tlsTrick{holds: true}.in()}},
	{item: "TLS-23", what: "downloads end without close_notify", tricks: []*trick{tlsTrick{bare: true}.in()}},
	{item: "TLS-24", what: "an upload that was cut is done", config: func(_ conformance.State, c *ftpserver.Config) { c.TLS.LooseEnd = true }},
	{item: "TLS-24", what: "the session ends with the data connection", tricks: []*trick{hangsUp("NOOP")}},
	{item: "TLS-25", what: "a resumed session is refused", tricks: []*trick{codes("RETR", 226, 522).on(1)}},
	{item: "TLS-25", what: "a new session gets nothing, and 226", tricks: []*trick{codes("RETR", 522, 226)},
		config: func(_ conformance.State, c *ftpserver.Config) { c.TLS.Reuse = ftpserver.ReuseRequire }},
	{item: "TLS-25", what: "a new session is refused with another code", tricks: []*trick{codes("RETR", 226, 550).on(2)}},
	{item: "TLS-26", what: "sessions of any control connection will do", tricks: []*trick{tlsTrick{shares: true}.in()}},
	{item: "TLS-26", what: "nothing is demanded", config: func(_ conformance.State, c *ftpserver.Config) { c.TLS.Reuse = ftpserver.ReuseOff }},
	{item: "TLS-26", what: "with a new session nothing comes, and 226", tricks: []*trick{codes("RETR", 522, 226).on(4)}},
	{item: "TLS-26", what: "the file is what cannot be had", tricks: []*trick{codes("RETR", 522, 550)}},
	{item: "TLS-27", what: "TLS ends without close_notify", tricks: []*trick{tlsTrick{abrupt: true}.in()}},
	{item: "TLS-27", what: "TLS goes on", tricks: []*trick{tlsTrick{stays: true}.in()}},
	{item: "TLS-27", what: "the connection is taken for a clear one", tricks: []*trick{codes("CCC", 200, 533)}},
	{item: "TLS-28", what: "what is clear is cleared", tricks: []*trick{codes("CCC", 533, 200)}},
	{item: "TLS-28", what: "the order is wrong", tricks: []*trick{codes("CCC", 533, 503)}},
	{item: "TLS-29", what: "PBSZ is accepted", tricks: []*trick{codes("PBSZ", 503, 200).on(2)}},
	{item: "TLS-29", what: "PROT is accepted", tricks: []*trick{codes("PROT C", 503, 200)}},
	{item: "TLS-29", what: "data connections are not protected any more", tricks: []*trick{tlsTrick{config: onDownloads}.in()}},
	{item: "TLS-30", what: "TLS ends without close_notify", tricks: []*trick{tlsTrick{abrupt: true}.in()}},
	{item: "TLS-30", what: "TLS goes on", tricks: []*trick{tlsTrick{stays: true}.in()}},
	{item: "TLS-30", what: "REIN logs in", tricks: []*trick{codes("REIN", 220, 230)}},
	{item: "TLS-30", what: "the login stays", tricks: []*trick{answers("PWD", `257 "/" is current.`)}},
	{item: "TLS-30", what: "PROT P stays", tricks: []*trick{instead("AUTH TLS", "AUTH TLS-P").on(2)}},
	{item: "TLS-31", what: "the password is asked for in the clear", tricks: []*trick{answers("USER", "331 Password, please.").on(1)}},
	{item: "TLS-31", what: "there is no way in with TLS either", tricks: []*trick{answers("USER", "530 Begin TLS first.")}},
	{item: "TLS-32", what: "an exchange is taken up that nobody has begun", tricks: []*trick{codes("ADAT", 503, 235)}},
	{item: "TLS-33", what: "every mechanism is TLS", tricks: []*trick{codes("AUTH GSSAPI", 504, 234)}},
	{item: "TLS-33", what: "the parameter is in error", tricks: []*trick{codes("AUTH GSSAPI", 504, 501)}},
	{item: "TLS-34", what: "MIC is carried out", tricks: []*trick{codes("MIC", 503, 200)}},
	{item: "TLS-34", what: "ENC is carried out", tricks: []*trick{codes("ENC", 503, 632)}},
	{item: "TLS-34", what: "CONF is carried out", tricks: []*trick{codes("CONF", 503, 633)}},
	{item: "TLS-35", what: "the connection stays", tricks: []*trick{tlsTrick{shake: func(c net.Conn) { io.Copy(io.Discard, c) }}.in()}},
	{item: "TLS-35", what: "a cipher is chosen that was not offered", tricks: []*trick{tlsTrick{shake: accepts(tls.VersionTLS12)}.in()}},
	{item: "TLS-35", what: "the session goes on in the clear", tricks: []*trick{tlsTrick{shake: func(c net.Conn) { io.WriteString(c, "534 No cipher in common.\r\n") }}.in()}},
	{item: "TLS-36", what: "HOST may be another than SNI", tricks: []*trick{codes("HOST", 504, 220)}},
	{item: "TLS-36", what: "HOST is taken for unknown where it is that of SNI", tricks: []*trick{answers("HOST", "504 No such host.")}},
	{item: "TLS-37", what: "ALPN is ignored", tricks: []*trick{tlsTrick{config: ignoresALPN}.in()}},
	{item: "TLS-38", what: "ALPN is ignored", tricks: []*trick{tlsTrick{config: ignoresALPN}.in()}},
	{item: "TLS-38", what: "the handshake does not end", tricks: []*trick{tlsTrick{shake: func(c net.Conn) { io.Copy(io.Discard, c) }}.in()}},
	{item: "TLS-39", what: "the greeting is in the clear", tricks: []*trick{tlsTrick{clear: true}.in()}},
	{item: "TLS-39", what: "there is no greeting under TLS", tricks: []*trick{greets("")}},
	{item: "TLS-40", what: "commands in the clear are answered, and waited for", tricks: []*trick{tlsTrick{talks: true}.in()}},
	{item: "TLS-40", what: "the connection stays", tricks: []*trick{tlsTrick{shake: func(c net.Conn) { io.Copy(io.Discard, c) }}.in()}},
	{item: "TLS-41", what: "SSCN does not tell the side", tricks: []*trick{says("SSCN", func(string) string { return "200 OK.\r\n" })}},
	{item: "TLS-41", what: "SSCN ON is not obeyed", tricks: []*trick{answers("SSCN ON", "200 SSCN:CLIENT METHOD")}},
	{item: "TLS-41", what: "SSCN OFF is not obeyed", tricks: []*trick{answers("SSCN OFF", "200 SSCN:SERVER METHOD")}},
	{item: "TLS-41", what: "SSCN X is accepted", tricks: []*trick{codes("SSCN X", 501, 200)}},
	{item: "TLS-42", what: "CPSV is PASV", tricks: []*trick{instead("CPSV", "PASV")}},
	{item: "TLS-42", what: "CPSV stays on", tricks: []*trick{instead("PASV", "CPSV").on(2)}},
	{item: "TLS-43", what: "TLS 1.1 is taken", tricks: []*trick{tlsTrick{config: from(tls.VersionTLS11)}.in()}},
	{item: "TLS-43", what: "TLS 1.0 is taken", tricks: []*trick{tlsTrick{shake: accepts(tls.VersionTLS10)}.in()}},
	{item: "TLS-43", what: "SSL 3.0 is taken", tricks: []*trick{tlsTrick{shake: accepts(0x0300)}.in()}},
	{item: "TLS-44", what: "a second AUTH is promised, and not done", tricks: []*trick{answers("AUTH TLS", "234 Begin TLS now.").on(2)}},
	{item: "TLS-44", what: "a second AUTH is done with", tricks: []*trick{codes("AUTH TLS", 503, 200)}},
}

// nothing is a configuration with which no handshake succeeds.
func nothing(c *tls.Config, _ string) { c.MaxVersion = tls.VersionTLS10 }

// onDownloads is nothing, for downloads.
func onDownloads(c *tls.Config, moving string) {
	if strings.HasPrefix(moving, "RETR") {
		nothing(c, moving)
	}
}

func ignoresALPN(c *tls.Config, _ string) { c.NextProtos = nil }

// from has old versions taken.
func from(version uint16) func(*tls.Config, string) {
	return func(c *tls.Config, _ string) { c.MinVersion = version }
}

// accepts is a server that begins one version alone. It only seems to.
func accepts(version uint16) func(net.Conn) {
	return func(c net.Conn) {
		var hello [11]byte
		if _, err := io.ReadFull(c, hello[:]); err != nil {
			return
		}
		high, low := byte(version>>8), byte(version)
		if hello[9] != high || hello[10] != low {
			c.Write([]byte{21, 3, 1, 0, 2, 2, 70}) // the alert protocol_version
			return
		}
		body := append([]byte{high, low}, make([]byte, 32+1)...) // random, no session
		body = append(body, 0, 0x2f, 0)                          // AES, no compression
		c.Write(append([]byte{22, high, low, 0, byte(len(body) + 4), 2, 0, 0, byte(len(body))}, body...))
		io.Copy(io.Discard, c)
	}
}

// lax lets accounts do without PROT P that should not.
func lax(_ conformance.State, c *ftpserver.Config) {
	login := c.Login
	c.Login = func(ctx context.Context, who ftpserver.Credentials) (*ftpserver.Account, error) {
		a, err := login(ctx, who)
		if a != nil {
			a.Security = ftpserver.SecurityAllow
		}
		return a, err
	}
}

// activeClient has the server be the client of TLS on data connections that it makes.
func activeClient() *trick { return first("PORT", "SSCN ON") }

// bareLines is text without the CR of its line ends.
func bareLines(b []byte) []byte { return []byte(strings.ReplaceAll(string(b), "\r\n", "\n")) }
