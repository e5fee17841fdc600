package attack_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// underlying ends a protected connection as somebody on the way can: without the word
// of its owner.
func underlying(conn io.Closer) {
	if c, ok := conn.(*tls.Conn); ok {
		conn = c.NetConn()
	}
	conn.Close()
}

// TestAttack09Truncation: an upload whose data connection ends without close_notify
// under TLS, or by a reset, is not whole: the reply says so, no event calls it a
// success, and a file that was there is as it was. In the clear FIN is the end.
func TestAttack09Truncation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.login(t)
		for how, end := range map[string]func(io.Closer){"FIN": underlying, "RST": reset} {
			for _, size := range []int{1, 100_000} {
				w.write("root/old", "old")
				w.mu.Lock()
				w.events = nil
				w.mu.Unlock()
				conn := c.begin("STOR old")
				io.WriteString(conn, strings.Repeat("x", size))
				end(conn)
				r := c.reply()
				ends := seen[ftpserver.TransferEnded](w)
				if len(ends) != 1 {
					t.Fatalf("%d transfers have ended", len(ends))
				}
				if how == "FIN" && !w.tls {
					if r.code != 226 || ends[0].Err != nil || len(w.read("root/old")) != size {
						t.Errorf("FIN behind %d octets in the clear: %v", size, r)
					}
					continue
				}
				if r.code != 426 || ends[0].Err == nil || w.read("root/old") != "old" {
					t.Errorf("%s behind %d octets: %v, event %v, file %.10q", how, size, r, ends[0].Err, w.read("root/old"))
				}
			}
		}
		c.want(200, "NOOP")
	})
}

// TestAttack10StartTLSInjection: commands that were sent in the clear behind AUTH, or
// that somebody on the way has put there, are not carried out under TLS; and what was
// said before AUTH counts no more.
func TestAttack10StartTLSInjection(t *testing.T) {
	t.Parallel()
	w := serve(t, protected)
	w.write("root/d/file", "0123456789")
	for _, injected := range []string{"USER joe\r\nPASS secret\r\n", "USER joe\r\n", "NOOP\r\n", "\r\n", "U", "USER joe\r\nPASS secret\r\nMKD injected\r\n"} {
		c := w.dial(t)
		c.raw("AUTH TLS\r\n" + injected)
		if r, err := c.next(); err == nil && r.code == 234 {
			conn := tls.Client(c.conn, newTLS())
			if conn.Handshake() == nil {
				c.use(conn)
				c.send("PWD")
				if r, err := c.next(); err == nil && r.code != 530 {
					t.Errorf("behind the injected %q the first reply under TLS is %v", injected, r)
				}
			}
		} else if err == nil && r.code < 400 {
			t.Errorf("AUTH with %q behind it: %v", injected, r)
		}
		c.conn.Close()
	}
	if logins := seen[ftpserver.LoggedIn](w); len(logins) > 0 {
		t.Errorf("an injected login was carried out: %v", logins)
	}

	c := w.dial(t)
	c.want(331, "USER joe")
	c.auth(newTLS())
	c.want(503, "PASS secret")
	for _, before := range [][]string{{"CWD d"}, {"REST 5"}, {"RNFR d/file"}, {"TYPE A"}, {"MODE B"}, {"EPSV ALL"}, {"EPSV"}, {"OPTS MLST size;"}} {
		c := w.login(t)
		c.do(before[0])
		c.auth(newTLS())
		c.want(530, "PWD")
		c.want(331, "USER joe")
		c.want(230, "PASS secret")
		if r := c.do("PWD"); !strings.Contains(r.text, `"/"`) {
			t.Errorf("%s, AUTH: %v", before[0], r)
		}
		c.want(503, "RNTO x")
		c.want(425, "RETR d/file")
		c.want(227, "PASV")
		if r := c.do("STAT"); strings.Contains(r.text, "Block") || strings.Contains(r.text, "MODE B") {
			t.Errorf("%s, AUTH: %v", before[0], r)
		}
		if r := c.do("MLST d/file"); !strings.Contains(r.text, "Type=file") && !strings.Contains(r.text, "type=file") {
			t.Errorf("%s, AUTH: %v", before[0], r)
		}
		c.want(200, "TYPE I")
		if octets, r := c.get("RETR d/file"); octets != "0123456789" || r.code != 226 {
			t.Errorf("%s, AUTH, RETR: %q, %v", before[0], octets, r)
		}
	}
}

// TestAttack11CrossProtocol: who means to speak to another server, and is led here
// (ALPACA), gets nowhere: its ALPN is refused, an HTTP verb ends the session before
// anything in the request is taken for a command, so do ten commands that are none, and
// no reply before the login has anything in it that the client said.
func TestAttack11CrossProtocol(t *testing.T) {
	t.Parallel()
	w := serve(t, protected)
	for _, protos := range [][]string{{"http/1.1"}, {"h2", "http/1.1"}, {"imap"}, {"smtp", "pop3"}} {
		c := w.dial(t)
		c.want(234, "AUTH TLS")
		cfg := newTLS()
		cfg.NextProtos = protos
		if err := tls.Client(c.conn, cfg).Handshake(); err == nil || !strings.Contains(err.Error(), "no application protocol") {
			t.Errorf("ALPN %q: %v", protos, err)
		}
	}
	each(t, func(t *testing.T, w *world) {
		const body = "USER joe\r\nPASS secret\r\nMKD forged\r\n"
		for _, verb := range []string{"GET / HTTP/1.1", "POST / HTTP/1.1", "PUT /x HTTP/1.1", "HEAD / HTTP/1.0", "OPTIONS * HTTP/1.1", "CONNECT x:21 HTTP/1.1",
			"DELETE /x HTTP/1.1", "TRACE / HTTP/1.1", "PATCH /x HTTP/1.1", "get / http/1.1"} {
			c := w.dial(t)
			c.raw(verb + "\r\nHost: <script>alert(1)</script>\r\n\r\n" + body)
			if said := c.gone(); strings.Contains(said, "331") || strings.Contains(said, "script") || strings.Contains(said, "HTTP") {
				t.Errorf("%s is told %q", verb, said)
			}
		}
		c := w.dial(t)
		c.raw(strings.Repeat("<script>\r\n", 15) + body)
		if said := c.gone(); strings.Contains(said, "331") || strings.Contains(said, "script") {
			t.Errorf("a guesser is told %q", said)
		}
		if logins := seen[ftpserver.LoggedIn](w); len(logins) > 0 {
			t.Error("the body of a request was a login")
		}
		const mark = "Ech0Ech0"
		for _, line := range []string{mark, mark + " x", "USER " + mark, "PASS " + mark, "ACCT " + mark, "CWD " + mark, "HOST " + mark, "HELP " + mark, "LANG " + mark,
			"OPTS " + mark, "OPTS MLST " + mark, "OPTS UTF8 " + mark, "SITE " + mark, "SITE HELP " + mark, "AUTH " + mark, "PBSZ " + mark, "PROT " + mark, "ADAT " + mark,
			"CLNT " + mark, "CSID " + mark, "STAT " + mark, "SYST " + mark, "NOOP " + mark, "FEAT " + mark, "QUIT " + mark, "REIN " + mark, "EPRT " + mark, "MIC " + mark} {
			c := w.dial(t)
			if r := c.do(line); strings.Contains(strings.ToUpper(r.text), strings.ToUpper(mark)) {
				t.Errorf("%s is echoed: %v", line, r)
			}
			c.conn.Close()
		}
	}, limits(ftpserver.Limits{LoginDelay: -1, SessionsPerIP: -1}))
}

// TestAttack21Renegotiation: a client of TLS 1.2 that asks for handshake after
// handshake on one connection is refused the second.
func TestAttack21Renegotiation(t *testing.T) {
	t.Parallel()
	openssl := peers.Require(t, "openssl", "openssl")
	w := serve(t, protected)
	cmd := exec.Command(openssl, "s_client", "-connect", w.addr, "-starttls", "ftp", "-tls1_2", "-crlf")
	in, err := cmd.StdinPipe()
	check(t, err)
	var out output
	cmd.Stdout, cmd.Stderr = &out, &out
	check(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	eventually(t, "the handshake is done", func() bool { return strings.Contains(out.String(), "Verify return code") })
	io.WriteString(in, "R\n") // openssl's word for a renegotiation
	select {
	case <-ended:
	case <-time.After(patience):
		cmd.Process.Kill()
		t.Errorf("the connection stays after a renegotiation:\n%s", out.String())
	}
	if said := out.String(); !strings.Contains(said, "RENEGOTIATING") || strings.Count(said, "Verify return code") > 1 {
		t.Errorf("openssl says:\n%s", said)
	}
	c := w.dial(t)
	c.auth(newTLS())
	c.enter()
}

// TestAttack21Handshakes: of handshakes that begin and do not go on there are only so
// many: each beyond that ends the oldest, so that a newcomer gets in at once.
func TestAttack21Handshakes(t *testing.T) {
	t.Parallel()
	const most = 8
	w := serve(t, protected, limits(ftpserver.Limits{Handshakes: most, SessionsPerIP: -1}))
	var stuck []*client
	for range 5 * most {
		c := w.dial(t)
		c.want(234, "AUTH TLS")
		c.raw("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03") // a ClientHello that ends here
		stuck = append(stuck, c)
	}
	c := w.dial(t)
	c.auth(newTLS())
	c.enter()
	eventually(t, "the oldest handshakes are ended", func() bool { return len(w.srv.Sessions()) <= most+1 })
	stuck[0].gone()
	if n := len(w.srv.Sessions()); n == 0 {
		t.Error(fmt.Sprint("the newcomer is gone, too: ", n))
	}
}
