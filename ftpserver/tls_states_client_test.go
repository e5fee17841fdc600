package ftpserver_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// stateClient is a client that does what a program says, in and out of order, and knows
// what the server must answer.
type stateClient struct {
	tlsModel
	t    *testing.T
	w    *world
	prog []byte
	said []string

	wire  *layers
	tls   *tls.Conn // nil: in the clear
	r     *bufio.Reader
	half  bool // the server has ended TLS, and still reads it
	over  bool // the session has ended
	cache *ticketCache
	cfg   *tls.Config // of the last handshake on the control connection
	data  dataWay
}

// next returns the next octet of the program. A digit is its value.
func (c *stateClient) next() int {
	if len(c.prog) == 0 {
		return 0
	}
	b := c.prog[0]
	c.prog = c.prog[1:]
	if '0' <= b && b <= '9' {
		b -= '0'
	}
	return int(b)
}

func (c *stateClient) pick(from ...string) string { return from[c.next()%len(from)] }

func (c *stateClient) note(format string, args ...any) {
	c.said = append(c.said, fmt.Sprintf(format, args...))
}

func (c *stateClient) fatalf(format string, args ...any) {
	c.t.Helper()
	c.t.Fatalf("%s\n%s", fmt.Sprintf(format, args...), strings.Join(c.said, "\n"))
}

// connect makes a new connection.
func (c *stateClient) connect() {
	conn, err := c.w.dial(context.Background())
	if err != nil {
		c.fatalf("%v", err)
	}
	c.w.conns = append(c.w.conns, conn)
	c.tlsModel = tlsModel{listener: c.listener, account: c.account, ccc: c.ccc, anyALPN: c.anyALPN, auth: c.auth, reuse: c.reuse}
	c.begin()
	c.said = append(c.said, "connected")
	c.wire, c.tls, c.half, c.over = &layers{Conn: conn}, nil, false, false
	c.r = bufio.NewReader(c.wire)
	if c.listener.Implicit {
		c.shake("")
	}
	if !c.over && c.answer("", false).Code != ftp.CodeReady {
		c.fatalf("no greeting")
	}
}

// write writes to the control connection as it is.
func (c *stateClient) write(text string) {
	c.wire.SetWriteDeadline(time.Now().Add(time.Hour))
	if c.tls != nil {
		io.WriteString(c.tls, text) // if that fails, so does what is read
		return
	}
	c.half = false
	io.WriteString(c.wire, text)
}

// reply reads a reply.
func (c *stateClient) reply() ftp.Reply {
	c.wire.SetReadDeadline(time.Now().Add(time.Hour))
	r, err := readReply(c.r)
	if len(c.wire.stray) > 0 {
		c.fatalf("in the clear instead of TLS: %q", c.wire.stray)
	}
	if err != nil {
		c.fatalf("no reply: %v", err)
	}
	c.note("S: %v", r)
	return r
}

// lines sends lines at once, and sees to the answers.
func (c *stateClient) lines(lines ...string) {
	if c.over {
		return
	}
	for _, line := range lines {
		c.note("C: %s", line)
	}
	c.write(strings.Join(lines, "\r\n") + "\r\n")
	c.answers(lines)
}

func (c *stateClient) answers(lines []string) {
	for i, line := range lines {
		if c.over {
			return
		}
		c.behind = i < len(lines)-1
		c.answer(line, false)
	}
	c.under = false
	c.quiet()
}

// answer reads the final reply to a line, or the greeting, and does what comes of it. It
// returns the reply. announced reports that the preliminary reply has come.
func (c *stateClient) answer(line string, announced bool) ftp.Reply {
	r := c.reply()
	c.judge(line, r, announced)
	return r
}

// judge is for a reply that has been read.
func (c *stateClient) judge(line string, r ftp.Reply, announced bool) {
	verb, arg, _ := ftp.SplitCommand([]byte(line))
	arg = strings.TrimRight(arg, " ")
	if err := permitted(verb, int(r.Code)); err != nil {
		c.fatalf("%v", err)
	}
	want := c.want(verb, arg)
	switch {
	case announced:
		if r.Code.Preliminary() {
			c.fatalf("%s was announced twice", verb)
		}
	case want != 0 && r.Code != want:
		c.fatalf("%s is answered %d, want %d", line, r.Code, want)
	case want == 0 && r.Code == ftp.CodeClosing && verb != "", r.Code == ftp.CodeLocalError:
		c.fatalf("%s is answered %d", line, r.Code)
	}
	if r.Code.OK() { // else it tells why it tells nothing
		c.checkTold(verb, arg, r.Lines)
	}
	c.tlsModel.note(verb, arg, r.Code)
	switch {
	case r.Code == ftp.CodeClosing, r.Code == ftp.CodeBye:
		c.end()
	case r.Code == ftp.CodeSecurityDone:
		c.shake(strings.ToUpper(arg))
	case (verb == "REIN" || verb == "CCC") && r.Code.OK() && c.protected && !c.listener.Implicit:
		c.clear()
	}
}

// checkTold checks that FEAT, HELP and STAT tell the truth about TLS.
func (c *stateClient) checkTold(verb, arg string, lines []string) {
	able := !c.refuses()
	begun, cleared := able && !c.listener.Implicit, able && c.ccc && !c.listener.Implicit
	has := map[string]bool{}
	switch {
	case verb == "FEAT":
		has = map[string]bool{" AUTH TLS": begun, " CCC": cleared, " PBSZ": able, " PROT": able, " SSCN": able, " CPSV": able}
	case verb == "HELP" && arg == "":
		has = map[string]bool{
			"AUTH": begun, "CCC": cleared, "PBSZ": able, "PROT": able, "SSCN": able, "CPSV": able,
			"ADAT": false, "MIC": false, "CONF": false, "ENC": false,
		}
		lines = strings.Fields(strings.Join(lines, " "))
	case verb == "STAT" && arg == "" && c.tls != nil:
		has = map[string]bool{
			" Control connection: in the clear": false,
			" Data connections: protected":      c.prot == 'P', " Data connections: in the clear": c.prot != 'P',
		}
	case verb == "STAT" && arg == "":
		has = map[string]bool{" Data connections: protected": c.prot == 'P'}
	}
	for line, want := range has {
		if slices.Contains(lines, line) != want {
			c.fatalf("%s has %q: %v", verb, line, !want)
		}
	}
}

// quiet sees that the server says nothing more than it was asked.
func (c *stateClient) quiet() {
	if c.over {
		return
	}
	c.wire.SetReadDeadline(time.Now().Add(time.Millisecond))
	if b, err := c.r.ReadByte(); !errors.Is(err, os.ErrDeadlineExceeded) {
		c.fatalf("unasked: %q, %v", b, err)
	}
}

// clear is the end of TLS, by CCC or REIN.
func (c *stateClient) clear() {
	if _, err := c.r.ReadByte(); err != io.EOF || c.wire.eof {
		c.fatalf("TLS did not end: %v", err)
	}
	if c.half = c.next()%2 == 1; !c.half {
		c.note("(close_notify)")
		c.tls.CloseWrite()
	}
	c.tls, c.protected, c.under, c.sni = nil, false, true, ""
	c.wire.secure, c.wire.log = false, nil
	c.r = bufio.NewReader(c.wire)
}

// end is that of the session, behind the last reply.
func (c *stateClient) end() {
	c.over = true
	c.wire.SetReadDeadline(time.Now().Add(time.Hour))
	if c.tls != nil {
		if b, err := c.r.ReadByte(); err != io.EOF || c.wire.eof {
			c.fatalf("TLS did not end: %q, %v", b, err)
		}
	}
	b, err := io.ReadAll(c.wire.Conn)
	if len(b) > 0 || err != nil && !errors.Is(err, syscall.ECONNRESET) {
		c.fatalf("behind the end: %q, %v", b, err)
	}
	c.wire.Conn.Close()
}

// broken is the end of a session in the middle of TLS. Of what comes then nothing is in
// the clear, but one reply, if there was nothing of TLS and may says so.
func (c *stateClient) broken(may bool) {
	c.over = true
	c.wire.SetReadDeadline(time.Now().Add(time.Hour))
	b, err := c.wire.rest()
	if err != nil && !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, os.ErrClosed) && !errors.Is(err, io.ErrClosedPipe) &&
		!strings.Contains(err.Error(), "use of closed") {
		c.fatalf("the session did not end: %v", err)
	}
	c.note("S: %d octets and the end", len(b))
	if !records(b) {
		r := bufio.NewReader(strings.NewReader(string(b)))
		reply, err := readReply(r)
		if !may || err != nil || reply.Code != ftp.CodeClosing || r.Buffered() > 0 {
			c.fatalf("in the clear: %q", b)
		}
	}
	c.wire.Conn.Close()
}
