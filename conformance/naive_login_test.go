package conformance_test

import (
	"bufio"
	"crypto/tls"
	"net"
	"strconv"
	"strings"

	"github.com/seed-6092453b/ferry/conformance"
)

// open connects and logs in.
func (s *naiveSession) open() {
	conn, err := s.net.Dial(s.ctx, "tcp", nil, net.JoinHostPort(s.j.Host, strconv.Itoa(int(s.j.Port))))
	s.must(err)
	s.tcp, s.conn, s.r = conn, conn, bufio.NewReader(conn)
	s.hello()
	if s.has("offers Telnet options") {
		s.conn.Write([]byte("\xff\xfb\x18"))
	}
	if s.j.Task == conformance.TaskGetTLS || s.j.Task == conformance.TaskGetTLSActive {
		s.protect()
	}
	host := func() {
		if net.ParseIP(s.j.Host) != nil {
			return
		}
		name := s.j.Host
		if s.has("names another host") {
			name = "ftp.example"
		}
		if r := s.ask("HOST", name); !r.ok() && (r.code != 500 && r.code != 502 || s.has("needs HOST")) {
			s.fail("%s", r.text())
		}
	}
	if !s.has("sends HOST after the login") {
		host()
	}
	s.login()
	if s.has("sends HOST after the login") {
		host()
	}
	s.features()
}

func (s *naiveSession) protect() {
	if r := s.ask("AUTH", "TLS"); r.code != 234 {
		s.fail("%s", r.text())
	}
	if s.r.Buffered() > 0 && !s.has("keeps clear octets") {
		s.fail("something came in the clear behind 234")
	}
	s.config = s.roots()
	t := tls.Client(s.tcp, s.config)
	s.must(t.HandshakeContext(s.ctx))
	s.conn, s.r = t, bufio.NewReader(t)
}

func (s *naiveSession) login() {
	r := s.ask("USER", s.j.User)
	in := r.ok()
	if r.code == 336 {
		if !s.has("does not show the challenge") {
			s.show(r.text())
		}
	}
	if r.code/100 == 3 && r.code != 332 || s.has("always sends PASS") && r.code == 230 || s.has("always sends PASS after 232") && r.code == 232 {
		if r = s.ask("PASS", s.j.Password); in {
			r.code = 230 // it was superfluous
		}
	}
	if r.code == 332 && !s.has("knows no ACCT") {
		r = s.ask("ACCT", s.j.Account)
	}
	if !r.ok() {
		s.fail("login: %s", r.text())
	}
	if s.config != nil {
		if !s.has("leaves PBSZ out") {
			s.want("PBSZ", "0")
		}
		s.want("PROT", "P")
		s.private = true
	}
}

func (s *naiveSession) features() {
	r := s.ask("FEAT")
	if !r.ok() && s.has("needs FEAT") {
		s.fail("%s", r.text())
	}
	if r.ok() && s.has("wants to know every feature") {
		for _, line := range r.lines[1 : len(r.lines)-1] {
			if word, _, _ := strings.Cut(strings.TrimSpace(line), " "); !strings.Contains(" EPSV EPRT PASV REST SIZE MDTM MLST UTF8 TVFS AUTH PBSZ PROT ", " "+word+" ") {
				s.fail("what is %s?", word)
			}
		}
	}
}
