package conformance_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// source is where a connection in place of the server's comes from: the port below the
// saboteur's own where it came from the port below the server's.
func (s *session) source(server net.Addr) net.Addr {
	from := server.(*net.TCPAddr).AddrPort()
	_, control, _ := net.SplitHostPort(s.toward)
	if n, err := strconv.Atoi(control); err == nil && int(from.Port()) == n-1 {
		below := s.client.LocalAddr().(*net.TCPAddr).AddrPort().Port() - 1
		from = netip.AddrPortFrom(from.Addr(), below)
	}
	return net.TCPAddrFromAddrPort(from)
}

// atOnce has commands answered while an earlier one is still under way, and not carried
// out.
func atOnce(pattern, text string) *trick {
	return &trick{match: lines(pattern), command: func(s *session, _ string) (string, bool) {
		s.turn <- struct{}{}
		io.WriteString(s.client, crlf(text))
		<-s.turn
		return "", false
	}}
}

// early has the final reply to commands come with the preliminary one.
func early(pattern string) *trick {
	return says(pattern, func(raw string) string {
		if raw[0] == '1' {
			return raw + "226 Transfer complete.\r\n"
		}
		return ""
	})
}

// leavesOpen has the data connection of a download stay open when all has been sent.
func leavesOpen(pattern string) *trick {
	return &trick{match: lines(pattern), lingers: true}
}

// staysOpen has a data port that commands open take connections for ever.
func staysOpen(pattern string) *trick {
	return &trick{match: lines(pattern), reply: func(s *session, raw string) string {
		at, err := ftp.ParsePassive(raw[4:])
		if raw[:3] == "229" {
			at, err = ftp.ParseExtendedPassive(raw[4:])
		}
		if err == nil {
			s.lock.Lock()
			defer s.lock.Unlock()
			for key := range s.passive {
				if strings.HasSuffix(key, fmt.Sprintf(":%d", at.Port())) {
					delete(s.passive, key) // Dial asks the server no more
				}
			}
		}
		return raw
	}}
}

// six are the numbers of 227.
var six = regexp.MustCompile(`\d+,\d+,\d+,\d+,\d+,\d+`)

// ports has the ports that PASV opens be those that f gives, of the first call, the
// second and so on; 0 leaves it as it is.
func ports(f func(n int) int) *trick {
	return remembers(func() *trick {
		n := -1
		return says("PASV", func(raw string) string {
			n++
			port := f(n)
			if port == 0 {
				return raw
			}
			return six.ReplaceAllString(raw, fmt.Sprintf("127,0,0,1,%d,%d", port>>8, port&255))
		})
	})
}

// comesFrom has the server's data connections come from another address.
func comesFrom(addr string) *trick {
	return &trick{match: lines("PORT"), command: func(s *session, line string) (string, bool) {
		theirs, err := ftp.ParseHostPort(line[len("PORT "):])
		if err != nil {
			return line, true
		}
		ln, err := s.Listen(s.ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return line, true
		}
		context.AfterFunc(s.ctx, func() { ln.Close() })
		go func() {
			defer ln.Close()
			server, err := ln.Accept()
			if err != nil {
				return
			}
			client, err := s.Net.Dial(s.ctx, "tcp", &net.TCPAddr{IP: net.ParseIP(addr)}, theirs.String())
			if err != nil {
				server.Close()
				return
			}
			s.relay(client, server)
		}()
		return "PORT " + ftp.FormatHostPort(ln.Addr().(*net.TCPAddr).AddrPort()), true
	}}
}

// deaf has PASV open a port on which connections are taken and nothing comes; to the
// server, PASV has not been said.
func deaf(pattern string) *trick {
	return &trick{match: lines(pattern), command: func(s *session, line string) (string, bool) {
		ln, err := s.Listen(s.ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return line, true
		}
		context.AfterFunc(s.ctx, func() { ln.Close() })
		s.answer(line, "227 Entering Passive Mode ("+ftp.FormatHostPort(ln.Addr().(*net.TCPAddr).AddrPort())+").")
		return "", false
	}}
}

// sendsTwice has the server send a content to where PORT said when PASV comes.
func sendsTwice(content string) *trick {
	return remembers(func() *trick {
		var theirs netip.AddrPort
		return &trick{match: lines("PORT|PASV"), command: func(s *session, line string) (string, bool) {
			if arg, ok := strings.CutPrefix(line, "PORT "); ok {
				theirs, _ = ftp.ParseHostPort(arg)
				return line, true
			}
			if theirs.IsValid() {
				if conn, err := s.Net.Dial(s.ctx, "tcp", nil, theirs.String()); err == nil {
					io.WriteString(conn, content)
					conn.Close()
				}
			}
			return line, true
		}}
	})
}

// linger keeps a data connection open for longer than anybody waits, if a trick says so.
func (s *session) linger(moving string) {
	for _, t := range s.tricks {
		if t.lingers && t.match.MatchString(moving) {
			select {
			case <-s.ctx.Done():
			case <-time.After(time.Hour):
			}
		}
	}
}

// unlisted has FEAT not list what begins with a verb.
func unlisted(verb string) *trick {
	return says("FEAT$", func(raw string) string {
		var b strings.Builder
		for line := range strings.Lines(raw) {
			if !strings.HasPrefix(strings.TrimSpace(line)+" ", verb+" ") {
				b.WriteString(line)
			}
		}
		return b.String()
	})
}

// listed has FEAT list something in place of what begins with a verb, or if nothing does,
// besides.
func listed(verb, feature string) *trick {
	without := unlisted(verb).reply
	return &trick{match: lines("FEAT$"), reply: func(s *session, raw string) string {
		return strings.Replace(without(s, raw), "211 End", " "+feature+"\r\n211 End", 1)
	}}
}

// noOctets is no content at all.
func noOctets([]byte) []byte { return nil }

// asText is a content after a server has sent it as lines of text.
func asText(b []byte) []byte { return []byte(strings.ReplaceAll(string(b), "\n", "\r\n")) }
