package ftpserver_test

import (
	"crypto/tls"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/ftpserver"
)

// stateFile is the file f.
const stateFile = "one\ntwo\n"

// stateOps are what a program of FuzzTLSStates is made of; stateClient.step says what
// each does. Behind one stands what it wants to know, as a digit or any other octet.
const stateOps = "aibpcrhseulwtomxdnk"

// FuzzTLSStates has a client do commands and handshakes in any order, well and badly.
// Whatever it does, each command has one final reply, which is the one that the state of
// both connections demands; no reply comes in the clear where there is TLS, or the other
// way round; nothing comes unasked; and only who has earned it is sent away.
func FuzzTLSStates(f *testing.F) {
	for _, prog := range []string{
		"a00b0p0le0t00e1t10e2t20", "a01le3t00t00e0t33", "l" + "e0t00a10" + "le0t10", "a30le0t00e0t01e2t10",
		"a00lc0o3a00", "a00lc1o3b0p0e0t00", "a00b0p0r0o3la02l", "i0", "i1", "i2", "i3a00", "a05h0h1", "h0a05", "h1a00h1", "h0a06h1",
		"a07", "a08", "a09", "a0:", "a0;9", "a0<9", "a0=5abcde", "a0>n0a00", "a00x0n1a00x1n2a00x2n0x0", "a00x3",
		"a30ls1e0t00s2t00", "a30le0t02", "a30le0t0300", "a30le0t14", "a30le0t06e0t07e0t08e0t09e0t1:", "a30le0t1;", "a30le0t190e0t1:0e0t3;0e2t160",
		"a30le0t00302:7", "a30le0t00380", "a00lo0o1o2p1p2p3b1b2p0m3012", "a00lm2:0", "m2;30", "d5a00d9le0t00", "a30lka14e0t00",
		"a30le0t00e0t00ke0t00", "a00lm38000", "lc0r0a00r1a00", "w0w0w0w0w0", "uw1uw1uw1uw1uw1", "a00a00a1a2a3a4a5a6a7a8",
		"ua00w0", "le0a00lt00", "a30le0r0lt00",
		"o0o1o2a00o0o1o2p0b0p0o2lo0o1o2p1o2c0o0o1o2r0o0o1o2",
	} {
		for _, config := range []string{"000000", "1000000", "001000", "002000", "003000", "000110", "000011", "000102", "020000", "030000", "000020"} {
			f.Add([]byte(config + prog))
		}
	}
	f.Fuzz(func(t *testing.T, prog []byte) {
		if len(prog) > 80 {
			return
		}
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			defer w.end()
			c := &stateClient{t: t, w: w, prog: prog}
			c.configure()
			defer c.data.close()
			c.connect()
			for range 30 {
				if len(c.prog) == 0 {
					break
				}
				if c.over {
					c.connect()
					continue
				}
				c.step()
			}
			if !c.over {
				c.lines("QUIT")
			}
		})
	})
}

// configure sets up the server.
func (c *stateClient) configure() {
	cfg := c.w.withTLS()
	c.w.cfg.Limits.LoginDelay = -1
	c.w.cfg.Limits.LoginTime = -1
	c.w.listener.Implicit = c.next()%2 == 1
	c.w.users["joe"].open.Security = ftpserver.Security(c.next() % 4)
	c.w.listener.Security = ftpserver.Security(c.next() % 4)
	if c.w.listener.Implicit && c.w.listener.Security == ftpserver.SecurityRefuse {
		c.w.listener.Security = ftpserver.SecurityAllow
	}
	c.w.cfg.TLS.CCC = c.next()%2 == 0
	c.w.cfg.TLS.Reuse = ftpserver.TLSReuse(c.next() % 3)
	more := c.next()
	c.w.cfg.TLS.AnyALPN = more&4 != 0
	cfg.ClientAuth = []tls.ClientAuthType{tls.NoClientCert, tls.VerifyClientCertIfGiven, tls.RequireAndVerifyClientCert}[more&3%3]
	cfg.ClientCAs = people().pool
	if err := c.w.write("f", stateFile); err != nil {
		c.t.Fatal(err)
	}
	c.listener, c.account, c.ccc = c.w.listener, c.w.users["joe"].open.Security, c.w.cfg.TLS.CCC
	c.anyALPN, c.auth, c.reuse = c.w.cfg.TLS.AnyALPN, cfg.ClientAuth, c.w.cfg.TLS.Reuse
}

// Lines that a program may choose from.
var (
	authLines  = []string{"AUTH TLS", "AUTH TLS-C", "AUTH SSL", "AUTH TLS-P", "auth tls", "AUTH GSSAPI", "AUTH", "AUTH TLS ", "AUTH X"}
	pbszLines  = []string{"PBSZ 0", "PBSZ 1000", "PBSZ x", "PBSZ 4294967296", "PBSZ", "PBSZ -1"}
	protLines  = []string{"PROT P", "PROT C", "PROT S", "PROT E", "PROT X", "PROT", "prot p"}
	hostLines  = []string{"HOST " + serverName, "HOST other.example", "HOST"}
	sscnLines  = []string{"SSCN", "SSCN ON", "SSCN OFF", "SSCN X"}
	passLines  = []string{"PASS secret", "PASS wrong"}
	otherLines = []string{
		"FEAT", "HELP", "STAT", "NOOP", "PWD", "ADAT eA==", "MIC eA==", "CONF eA==", "ENC eA==", "TYPE A", "ABOR", "NOSUCH",
		"PBSZ 0", "PROT P", "PROT C", "CCC", "REIN", "USER joe", "PASS secret", "AUTH TLS", "RETR nosuch", "OPTS MLST type;",
	}
	behindAuth = []string{"NOOP\r\n", "USER joe\r\nPASS secret\r\n", "\x16\x03\x01\x00\x05abcde", "NO"}
)

// step does one operation of the program.
func (c *stateClient) step() {
	op := c.prog[0]
	if c.prog = c.prog[1:]; strings.IndexByte(stateOps, op) < 0 {
		op = stateOps[int(op)%len(stateOps)]
	}
	switch op {
	case 'a':
		c.lines(c.pick(authLines...))
	case 'i':
		c.inject(c.pick(behindAuth...))
	case 'b':
		c.lines(c.pick(pbszLines...))
	case 'p':
		c.lines(c.pick(protLines...))
	case 'c':
		c.lines("CCC")
	case 'r':
		c.lines("REIN")
	case 'h':
		c.lines(c.pick(hostLines...))
	case 's':
		c.lines(c.pick(sscnLines...))
	case 'e':
		c.way()
	case 'u':
		c.lines("USER joe")
	case 'w':
		c.lines(c.pick(passLines...))
	case 'l':
		c.lines("USER joe", "PASS secret")
	case 't':
		c.transfer()
	case 'o':
		c.lines(c.pick(otherLines...))
	case 'm':
		var lines []string
		for n := 1 + c.next()%5; n > 0; n-- {
			lines = append(lines, c.pick(otherLines...))
		}
		c.wire.split = 0
		c.lines(lines...)
	case 'x':
		c.misplace()
	case 'd':
		c.wire.split = c.next()
	case 'n':
		c.leaveSession()
	case 'k':
		c.cache = new(ticketCache)
		if c.cfg != nil {
			c.cfg.ClientSessionCache = c.cache
		}
	}
}

// inject sends octets behind AUTH, in the same piece.
func (c *stateClient) inject(text string) {
	c.wire.split = 0
	c.note("C: AUTH TLS, and %q", text)
	c.write("AUTH TLS\r\n" + text)
	c.behind = true
	c.answer("AUTH TLS", false)
	switch {
	case c.over:
	case text[0] == '\x16' && c.tls == nil:
		c.answer("", false)
	default:
		if strings.HasSuffix(text, "NO") {
			c.write("OP\r\n")
			text = "NOOP\r\n"
		}
		if text[0] == '\x16' {
			c.write("\r\n")
			text = "\x16\r\n"
		}
		c.answers(strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n"))
	}
}

// misplace sends what belongs to another layer, which ends the session.
func (c *stateClient) misplace() {
	kind := c.next() % 4
	c.note("(misplaced %d)", kind)
	switch {
	case c.half:
		io.WriteString(c.wire, "\x16\x03\x01\x00\x05abcde")
	case c.tls == nil:
		io.WriteString(c.wire, "\x16\x03\x01\x00\x05abcde")
		c.answer("", false)
		return
	case kind == 0:
		io.WriteString(c.wire, "NOOP\r\n")
	case kind == 1:
		io.WriteString(c.wire, "\x17\x03\x03\x00\x20"+strings.Repeat("x", 32))
	case kind == 2:
		c.tls.CloseWrite()
		io.WriteString(c.wire, "NOOP\r\n")
	case kind == 3:
		c.write("NO")
		c.tls.CloseWrite()
		io.WriteString(c.wire, "OP\r\nNOOP\r\n")
	}
	c.broken(false)
}

// leaveSession ends the session in one way or another.
func (c *stateClient) leaveSession() {
	switch c.next() % 3 {
	case 0:
		c.lines("QUIT")
		return
	case 1:
		c.wire.Conn.Close()
	case 2:
		c.wire.Conn.(interface{ Abort() }).Abort()
	}
	c.over = true
	synctest.Wait()
}
