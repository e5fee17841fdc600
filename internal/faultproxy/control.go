package faultproxy

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
)

// session is a control connection and the one to the server.
type session struct {
	*Proxy
	num            int
	client, server net.Conn

	asked chan string // verbs that await their final replies
	begun bool        // a preliminary reply has come to the first of them
	first string
}

// maxAsked is more commands than any client has on their way.
const maxAsked = 4096

// control serves one control connection.
func (p *Proxy) control(client net.Conn) {
	if !p.opened(client) {
		return
	}
	defer p.closed(client)
	server, err := p.network.Dial(p.ctx, "tcp", nil, p.server)
	if err != nil || !p.opened(server) {
		return
	}
	defer p.closed(server)
	s := &session{Proxy: p, num: int(p.controls.Add(1)) - 1, client: client, server: server, asked: make(chan string, maxAsked)}
	s.asked <- "" // the greeting
	var both sync.WaitGroup
	both.Go(s.commands)
	s.replies()
	client.Close()
	server.Close()
	both.Wait()
}

// commands forwards what the client says.
func (s *session) commands() {
	r := bufio.NewReader(s.client)
	together := ""
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			io.WriteString(s.server, together+line)
			closeWrite(s.server)
			return
		}
		verb, _, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		select {
		case s.asked <- strings.ToUpper(verb[leading(verb):]):
		default: // nobody takes what is answered
		}
		together += line
		if b, _ := r.Peek(r.Buffered()); bytes.IndexByte(b, '\n') >= 0 {
			continue // what has come together goes on together
		}
		if _, err := io.WriteString(s.server, together); err != nil {
			return
		}
		together = ""
	}
}

// leading counts the octets of Telnet that may stand before ABOR: IAC IP IAC DM.
func leading(line string) (n int) {
	for n < len(line) && (line[n] == 0xff || line[n] == 0xf4 || line[n] == 0xf2) {
		n++
	}
	return n
}

// reply is one that the server has sent.
type reply struct {
	raw  string
	code int
}

// replies forwards what the server says, with its faults. A reply that is held back
// is let go by the next one, or by the time.
func (s *session) replies() {
	came := make(chan reply)
	over := make(chan struct{})
	defer close(over)
	s.running.Go(func() {
		defer close(came)
		r := bufio.NewReader(s.server)
		for {
			raw, code, err := readReply(r)
			if raw == "" && err != nil {
				return
			}
			select {
			case came <- reply{raw, code}:
			case <-over:
				return
			}
		}
	})
	held := ""
	timer := time.NewTimer(time.Hour)
	timer.Stop() // until there is something to wait for
	defer timer.Stop()
	for {
		select {
		case r, ok := <-came:
			if !ok {
				io.WriteString(s.client, held)
				return
			}
			text, hold, end := s.spoil(r)
			if _, err := io.WriteString(s.client, text); err != nil {
				return
			}
			if text != "" && held != "" {
				if _, err := io.WriteString(s.client, held); err != nil {
					return
				}
				held = ""
			}
			if hold != "" {
				held += hold
				timer.Reset(Fault{}.holdsOut())
			}
			if end {
				return
			}
		case <-timer.C:
			if _, err := io.WriteString(s.client, held); err != nil {
				return
			}
			held = ""
		case <-s.ctx.Done():
			return
		}
	}
}

// spoil returns what is sent on in a reply's place now, what behind the next one, and
// whether the connection then ends.
func (s *session) spoil(r reply) (now, later string, end bool) {
	raw := s.listening(r)
	line, _, _ := strings.Cut(raw, "\r\n")
	f := s.at(Point{Kind: Reply, N: int(s.Proxy.replies.Add(1)) - 1, Conn: s.num, Verb: s.whose(r.code), Code: r.code, Text: line})
	switch f.Do {
	case Drop:
		return "", "", false
	case Delay:
		if !s.pause(f.holdsOut()) {
			return "", "", true
		}
	case Reorder:
		return "", raw, false
	case Double:
		return raw + raw, "", false
	case Stale:
		return raw, raw, false
	case Truncate:
		return strings.TrimRight(raw[:len(raw)/2], "\r\n"), "", false
	case Split:
		half := len(raw) / 2
		if _, err := io.WriteString(s.client, raw[:half]); err != nil || !s.pause(f.holdsOut()) {
			return "", "", true
		}
		return raw[half:], "", false
	case Recode:
		return recode(raw, r.code, f.Code), "", false
	case Hang:
		<-s.ctx.Done()
		return "", "", true
	case Close:
		return "", "", true
	}
	return raw, "", false
}

// recode gives each line of a reply another code.
func recode(raw string, from, to int) string {
	lines := strings.SplitAfter(raw, "\n")
	for i, line := range lines {
		if rest, ok := strings.CutPrefix(line, strconv.Itoa(from)); ok {
			lines[i] = strconv.Itoa(to) + rest
		}
	}
	return strings.Join(lines, "")
}

// whose returns the command that a reply answers, as far as can be told.
func (s *session) whose(code int) string {
	if !s.begun {
		select {
		case s.first = <-s.asked:
		default:
			return ""
		}
	}
	s.begun = code < 200
	return s.first
}

// readReply reads a reply with its line ends. What comes without one at the end of the
// connection is returned, too.
func readReply(r *bufio.Reader) (raw string, code int, err error) {
	for {
		line, err := r.ReadString('\n')
		raw += line
		if err != nil {
			return raw, code, err
		}
		n := 0
		if len(line) > 3 && line[3] != '-' {
			n, _ = strconv.Atoi(line[:3])
		}
		if code == 0 && len(line) > 3 {
			code, _ = strconv.Atoi(line[:3])
		}
		if code == 0 || n == code {
			return raw, code, nil
		}
	}
}

func closeWrite(c net.Conn) {
	if h, ok := c.(interface{ CloseWrite() error }); ok {
		h.CloseWrite()
	}
}
