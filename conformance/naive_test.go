package conformance_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/seed-6092453b/ferry/conformance"
)

// naive is a client with nothing in it that the items do not ask for, written against
// sockets. Each of its faults is one thing that it does wrong.
type naive struct {
	net   conformance.Network
	fault string // as in clientFaults; "" for none

	mu    sync.Mutex
	marks map[string]naiveMark // by the local file
}

// naiveMark is where a download was cut.
type naiveMark struct {
	facts  string // what the server said of the file
	marker string // of block mode
	here   int    // octets before it
}

func (*naive) Name() string               { return "naive" }
func (*naive) Can(conformance.Task) bool  { return true }
func (n *naive) has(fault string) bool    { return n.fault == fault }
func (n *naive) mark(l string) *naiveMark { return n.load(l) }

func (n *naive) load(local string) *naiveMark {
	n.mu.Lock()
	defer n.mu.Unlock()
	m := n.marks[local]
	return &m
}

func (n *naive) store(local string, m naiveMark) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.marks == nil {
		n.marks = make(map[string]naiveMark)
	}
	n.marks[local] = m
}

// naiveError ends a job; it is what the panics of a session hold.
type naiveError struct{ error }

func (n *naive) Do(ctx context.Context, j conformance.Job) (o conformance.Outcome) {
	s := &naiveSession{naive: n, ctx: ctx, j: j}
	defer func() {
		if r := recover(); r != nil {
			err, ok := r.(naiveError)
			if !ok {
				panic(r)
			}
			s.show(err.Error())
			o = conformance.Outcome{Output: s.shown.String(), Err: err.error}
		}
		if s.tcp != nil {
			s.tcp.Close()
		}
		s.drop()
		if s.moving != nil {
			s.moving.Close()
		}
	}()
	s.open()
	s.task()
	return conformance.Outcome{Output: s.shown.String()}
}

// naiveSession is a control connection.
type naiveSession struct {
	*naive
	ctx   context.Context
	j     conformance.Job
	shown strings.Builder

	tcp     net.Conn
	conn    net.Conn // tcp, or TLS on it
	r       *bufio.Reader
	config  *tls.Config
	private bool // PROT P

	passive string       // where the server listens
	dialed  net.Conn     // to there; nil once it is used
	moving  net.Conn     // the data connection in use
	active  net.Listener // where the client does
	typ     string
}

func (s *naiveSession) show(text string) { s.shown.WriteString(text + "\n") }

func (s *naiveSession) fail(format string, args ...any) {
	panic(naiveError{fmt.Errorf(format, args...)})
}

func (s *naiveSession) must(err error) {
	if err != nil {
		panic(naiveError{err})
	}
}

// drop ends what a data connection was to come by.
func (s *naiveSession) drop() {
	if s.active != nil {
		s.active.Close()
		s.active = nil
	}
	if s.dialed != nil {
		s.dialed.Close()
		s.dialed = nil
	}
}

// octet reads an octet of the control connection, without what Telnet puts between.
func (s *naiveSession) octet() byte {
	limit := s.j.Patience
	if s.has("waits for ever") {
		limit = 24 * time.Hour
	}
	s.tcp.SetReadDeadline(time.Now().Add(limit))
	for {
		b, err := s.r.ReadByte()
		if errors.Is(err, io.EOF) {
			if s.has("says nothing of the close") {
				s.fail("it did not work")
			}
			s.fail("the server has closed the connection")
		}
		s.must(err)
		if b != 0xff || s.has("takes Telnet for text") {
			return b
		}
		if b, err = s.r.ReadByte(); b == 0xff || err != nil {
			return b
		}
		if b >= 251 && b < 255 {
			s.r.ReadByte()
		}
	}
}

func (s *naiveSession) line() string {
	var b strings.Builder
	for {
		c := s.octet()
		if c == '\n' {
			return strings.TrimSuffix(b.String(), "\r")
		}
		b.WriteByte(c)
	}
}

// code is that of a reply, and what its line has behind it.
func naiveCode(line string) (code int, rest string) {
	if len(line) < 3 {
		return 0, ""
	}
	code, err := strconv.Atoi(line[:3])
	if err != nil || len(line) > 3 && line[3] != ' ' && line[3] != '-' {
		return 0, ""
	}
	return code, line[3:]
}

// naiveReply is a reply with all its lines.
type naiveReply struct {
	code  int
	lines []string
}

func (r naiveReply) text() string { return strings.Join(r.lines, "\n") }
func (r naiveReply) ok() bool     { return r.code/100 == 2 }

// reply reads a reply.
func (s *naiveSession) reply() naiveReply {
	if s.has("takes a segment for a reply") {
		return s.segment()
	}
	first := s.line()
	code, rest := naiveCode(first)
	if code == 0 {
		s.fail("that is no reply: %q", first)
	}
	r := naiveReply{code, []string{first}}
	for more := strings.HasPrefix(rest, "-"); more; {
		line := s.line()
		r.lines = append(r.lines, line)
		if s.has("reads 100 lines") && len(r.lines) > 100 {
			s.fail("the reply has too many lines")
		}
		at := line
		if s.has("looks behind blanks for the end") {
			at = strings.TrimLeft(line, " ")
		}
		end, rest := naiveCode(at)
		same := end == code || s.has("ends a reply at any code") || s.has("looks behind blanks for the end")
		more = end == 0 || !same || strings.HasPrefix(rest, "-")
	}
	if s.has("ends a reply at any code") || s.has("looks behind blanks for the end") {
		r.code, _ = naiveCode(strings.TrimLeft(r.lines[len(r.lines)-1], " "))
	}
	switch r.code {
	case 299, 499, 599:
		if s.has("knows no 299") && r.code == 299 {
			s.fail("the code is not known: %s", first)
		}
		if s.has("takes 499 for nothing") && r.code != 299 {
			return naiveReply{226, r.lines}
		}
	}
	if s.has("shows the last line") {
		r.lines = r.lines[len(r.lines)-1:]
	}
	return r
}

// segment takes what comes at a time for a reply.
func (s *naiveSession) segment() naiveReply {
	buf := make([]byte, 4096)
	s.tcp.SetReadDeadline(time.Now().Add(s.j.Patience))
	n, err := s.conn.Read(buf)
	s.must(err)
	code, _ := naiveCode(string(buf[:n]))
	return naiveReply{code, []string{string(buf[:n])}}
}

// final reads replies up to the one that is not preliminary.
func (s *naiveSession) final() naiveReply {
	for {
		if r := s.reply(); r.code/100 != 1 {
			return r
		}
	}
}

// send sends a command, with its argument as the wire has it.
func (s *naiveSession) send(verb string, args ...string) {
	line := verb
	for _, arg := range args {
		if strings.ContainsAny(arg, "\n\x00") && !s.has("sends line ends") {
			s.fail("a name cannot have a line end or NUL in it")
		}
		if s.has("packs blanks") {
			arg = strings.Join(strings.Fields(arg), " ")
		}
		if !s.has("sends CR as it is") && !s.has("sends line ends") {
			arg = strings.ReplaceAll(arg, "\r", "\r\x00")
		}
		if !s.has("sends IAC as it is") {
			arg = strings.ReplaceAll(arg, "\xff", "\xff\xff")
		}
		line += " " + arg
	}
	_, err := io.WriteString(s.conn, line+"\r\n")
	s.must(err)
}

// ask sends a command and returns the final reply.
func (s *naiveSession) ask(verb string, args ...string) naiveReply {
	s.send(verb, args...)
	return s.final()
}

// want is ask for what has to succeed.
func (s *naiveSession) want(verb string, args ...string) naiveReply {
	r := s.ask(verb, args...)
	if !r.ok() {
		s.fail("%s: %s", verb, r.text())
	}
	return r
}

func (s *naiveSession) hello() {
	for {
		r := s.reply()
		if r.ok() || r.code == 120 && s.has("does not wait after 120") {
			return
		}
		if r.code/100 != 1 {
			s.fail("%s", r.text())
		}
	}
}

// roots trusts what vouches for the server.
func (s *naiveSession) roots() *tls.Config {
	pem, err := os.ReadFile(s.j.CACert)
	s.must(err)
	c := &tls.Config{RootCAs: x509.NewCertPool(), ServerName: s.j.Host}
	c.RootCAs.AppendCertsFromPEM(pem)
	return c
}
