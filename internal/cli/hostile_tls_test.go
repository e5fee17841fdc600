package cli

import (
	"bufio"
	"crypto/tls"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/internal/mint"
)

// refuse has the fake refuse a command.
func refuse(reply string) func(*fakeConn, string) bool {
	return func(c *fakeConn, _ string) bool { c.say(reply); return true }
}

// A server that has no TLS where it must gets no password: what it had before, and what
// the user demands, counts more than what somebody on the way makes of it today.
func TestHostileDowngrade(t *testing.T) {
	home := atHome(t)
	cert := mint.Cert{}.Make()
	stripped := &fake{cert: cert, files: map[string]string{"x": "hello"}, on: map[string]func(*fakeConn, string) bool{}}
	f := startFake(t, stripped)
	if code, _, stderr := ferry(t, "cat", "--trust", f.url("ftp", "x")); code != exitOK {
		t.Fatalf("exit code %d, %s", code, stderr)
	}
	for _, reply := range []string{"500 What?", "502 No.", "504 No.", "534 Not now.", "431 No certificate.", "530 Log in first.", "421 Bye.", "200 OK."} {
		f.mu.Lock()
		f.sent = nil
		f.mu.Unlock()
		f.on["AUTH"] = refuse(reply)
		for _, args := range [][]string{{f.url("ftp", "x")}, {f.url("ftpes", "x")}, {"--trust", f.url("ftp", "x")}} {
			code, stdout, stderr := ferry(t, append([]string{"cat"}, args...)...)
			if code == exitOK || stdout != "" || reply[0] == '5' && (code != exitTrust || !strings.Contains(stderr, "ferry trust")) {
				t.Errorf("%s to %v: exit code %d, %q, %s", reply, args, code, stdout, stderr)
			}
		}
		if f.got("USER")+f.got("PASS") > 0 {
			t.Errorf("%s: logged in, in the clear", reply)
		}
	}
	f.on["AUTH"] = refuse("502 No.")
	if code, stdout, _ := ferry(t, "cat", "--tls", "off", f.url("ftp", "x")); code != exitOK || stdout != "hello" {
		t.Errorf("--tls off: exit code %d, %q: who asks for it gets it", code, stdout)
	}
	if code, _, stderr := ferry(t, "trust", "--remove", f.url("ftp", "")); code != exitOK {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	if code, stdout, stderr := ferry(t, "cat", f.url("ftp", "x")); code != exitOK || stdout != "hello" {
		t.Errorf("a server that is not known: exit code %d, %q, %s (%s)", code, stdout, stderr, home)
	}
}

// A server that protects commands and not files.
func TestHostilePROT(t *testing.T) {
	atHome(t)
	f := startFake(t, &fake{cert: mint.Cert{}.Make(), files: map[string]string{"x": "hello"}, on: map[string]func(*fakeConn, string) bool{
		"PROT": refuse("534 No."),
	}})
	for _, args := range [][]string{{"--trust", f.url("ftp", "x")}, {f.url("ftpes", "x")}} {
		code, stdout, stderr := ferry(t, append([]string{"cat"}, args...)...)
		if code != exitTrust || stdout != "" || !strings.Contains(stderr, "--clear-data") {
			t.Errorf("%v: exit code %d, %q, %s", args, code, stdout, stderr)
		}
	}
	if f.got("RETR") > 0 {
		t.Error("a file went over in the clear")
	}
}

// Replies in the clear behind the 234 were put there by somebody else.
func TestHostileInjection(t *testing.T) {
	atHome(t)
	for _, more := range []string{"230 Logged in.\r\n", "2", "\r\n", "\x16\x03\x01"} {
		f := startFake(t, &fake{cert: mint.Cert{}.Make(), files: map[string]string{"x": "hello"}, on: map[string]func(*fakeConn, string) bool{
			"AUTH": func(c *fakeConn, _ string) bool {
				c.Conn.Write([]byte("234 Go.\r\n" + more))
				c.Conn = tls.Server(c.Conn, c.config())
				c.in = bufio.NewReader(c.Conn)
				return true
			},
		}})
		for _, scheme := range []string{"ftp", "ftpes"} {
			code, stdout, stderr := ferry(t, "cat", f.url(scheme, "x"))
			if code == exitOK || stdout != "" {
				t.Errorf("%q: exit code %d, %q, %s", more, code, stdout, stderr)
			}
		}
		if f.got("USER") > 0 {
			t.Errorf("%q: somebody has logged in", more)
		}
	}
}

// A handshake that is broken is no reason to go on in the clear.
func TestHostileHandshake(t *testing.T) {
	atHome(t)
	for name, reply := range map[string]string{"clear text": "220 Still in the clear.\r\n", "nothing": "", "alert": "\x15\x03\x01\x00\x02\x02\x28"} {
		f := startFake(t, &fake{cert: mint.Cert{}.Make(), on: map[string]func(*fakeConn, string) bool{
			"AUTH": func(c *fakeConn, _ string) bool {
				c.say("234 Go.")
				c.Conn.Read(make([]byte, 1)) // the client has begun
				c.Conn.Write([]byte(reply))
				c.Conn.Close()
				return true
			},
		}})
		if code, _, stderr := ferry(t, "ls", "--timeout", "5s", f.url("ftp", "")); code == exitOK {
			t.Errorf("%s: exit code %d, %s", name, code, stderr)
		}
		if f.got("USER") > 0 {
			t.Errorf("%s: somebody has logged in", name)
		}
	}
}

// A data connection that somebody else answers.
func TestHostileDataCertificate(t *testing.T) {
	home := atHome(t)
	thief := mint.Cert{}.Make()
	f := startFake(t, &fake{cert: mint.Cert{}.Make(), files: map[string]string{"x": "hello"}, on: map[string]func(*fakeConn, string) bool{
		"RETR": func(c *fakeConn, _ string) bool {
			was := c.private
			c.private = false
			conn := c.open()
			c.private = was
			if conn == nil {
				return true
			}
			stolen := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{*thief}})
			stolen.Write([]byte("evil"))
			stolen.Close()
			c.say("226 Done.")
			return true
		},
	}})
	for _, args := range [][]string{{f.url("ftp", "x")}, {"--trust", f.url("ftp", "x")}} {
		code, _, stderr := ferry(t, append(append([]string{"get"}, args...), filepath.Join(home, "x"))...)
		if code != exitTrust {
			t.Errorf("%v: exit code %d, %s", args, code, stderr)
		}
	}
	for _, name := range under(t, home) {
		if name == "x" {
			t.Error("the thief's file is there")
		}
	}
}
